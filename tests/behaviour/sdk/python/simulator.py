# SPDX-License-Identifier: Apache-2.0
"""cloudflare-sim as a process of the test's own, and its back door (docs/cloudflare-sim.md), with the certificates that
the tests upload. Nothing here knows the SDK."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.request

TOKEN = "sdk-token-0123456789abcdefghijklmnopqrstuv"
READER = "sdk-reader-0123456789abcdefghijklmnopqrstu"
ZONE = "example.com"
ZONE_ID = "023e105f4ecef8ad9ca31a8372d0c353"


class Simulator:
    def __init__(self):
        # Quiet, so that its address is all that it prints.
        self.process = subprocess.Popen(
            [os.environ["CLOUDFLARE_SIM_PROGRAM"], "--quiet", "--listen", "127.0.0.1:0", "--zone", f"{ZONE}={ZONE_ID}",
             "--token", TOKEN, "--token", f"{READER}:zone-read,ssl-read,settings-read",
             "--deploy-delay", "3s", "--delete-delay", "2s"],
            stdout=subprocess.PIPE, text=True)
        found = re.search(r"http://[\d.:]+", self.process.stdout.readline())
        if found is None:
            raise RuntimeError("cloudflare-sim did not start; what it said is above")
        self.root = found.group()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def control(self, method, what, body=None):
        request = urllib.request.Request(f"{self.root}/__control/{what}", method=method,
                                         data=None if body is None else json.dumps(body).encode())
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return json.load(answer)

    def advance(self, seconds):
        self.control("POST", "time", {"advanceMs": int(seconds * 1000)})

    def fault(self, **fault):
        self.control("POST", "faults", fault)

    def modes(self, **modes):
        self.control("PATCH", "modes", modes)

    def calls(self, method):
        """The calls of this method since the test began."""
        return [call for call in self.control("GET", "calls")["calls"] if call["method"] == method]


class Pairs:
    """Fresh self-signed leaves, a CA, made by openssl: `pair()` gives (certificate PEM, key PEM)."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    def pair(self, ca=False, host="edge.example.com"):
        self.count += 1
        key, certificate = (self.folder / f"{self.count}.{kind}" for kind in ("key", "crt"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90",
             "-subj", f"/CN={host}", "-keyout", key, "-out", certificate,
             "-addext", f"basicConstraints=critical,CA:{'TRUE' if ca else 'FALSE'}"],
            check=True, capture_output=True)
        return certificate.read_text(), key.read_text()


def folder():
    return tempfile.TemporaryDirectory(prefix="originpull-sdk-")
