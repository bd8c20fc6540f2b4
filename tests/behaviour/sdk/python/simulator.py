# SPDX-License-Identifier: Apache-2.0
"""cloudflare-sim as a process of the test's own, and its back door (docs/cloudflare-sim.md), with the certificates that
the tests upload. Nothing here knows the SDK."""
import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.request

TOKEN = "sdk-token-0123456789abcdefghijklmnopqrstuv"
READER = "sdk-reader-0123456789abcdefghijklmnopqrstu"
ZONE = "example.com"
ZONE_ID = "023e105f4ecef8ad9ca31a8372d0c353"


class Simulator:
    def __init__(self, folder):
        program = os.environ["CLOUDFLARE_SIM_PROGRAM"]
        port_file = pathlib.Path(folder) / "port"
        port_file.unlink(missing_ok=True)
        self.log = open(pathlib.Path(folder) / "simulator.log", "wb")
        self.process = subprocess.Popen(
            [program, "--listen", "127.0.0.1:0", "--port-file", str(port_file), "--zone", f"{ZONE}={ZONE_ID}",
             "--token", TOKEN, "--token", f"{READER}:zone-read,ssl-read,settings-read",
             "--deploy-delay", "3s", "--delete-delay", "2s"],
            stdout=self.log, stderr=subprocess.STDOUT)
        until = time.monotonic() + 20
        while not port_file.exists() or not port_file.read_text().strip():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("cloudflare-sim did not start; see simulator.log in " + str(folder))
            time.sleep(0.01)
        self.root = f"http://127.0.0.1:{port_file.read_text().strip()}"

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()

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
