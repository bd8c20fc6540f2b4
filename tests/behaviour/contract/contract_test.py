# SPDX-License-Identifier: Apache-2.0
"""What our client sends and what the simulated Cloudflare answers, held against Cloudflare's own OpenAPI document.

  contract_test.py PROGRAM    PROGRAM prints the exchanges, one JSON object a line (exchanges_main.cpp)"""
import copy
import json
import subprocess
import sys
import unittest

from contract import Contract

PROGRAM = sys.argv.pop(1)


class TheContract(unittest.TestCase):
    exchanges, client = [], []

    @classmethod
    def setUpClass(cls):
        cls.contract = Contract()
        lines = subprocess.run([PROGRAM], check=True, capture_output=True, text=True).stdout.splitlines()
        cls.exchanges = [json.loads(line) for line in lines]
        cls.client = [one for one in cls.exchanges if one["who"] == "client"]

    def test_every_exchange_fits(self):
        faults = [f"{one['what']}: {fault}" for one in self.exchanges for fault in self.contract.faults(one)]
        self.assertEqual(faults, [], "\n" + "\n".join(faults))

    def test_every_operation_of_the_document_was_exercised(self):
        for one in self.exchanges:
            self.contract.faults(one)
        every = {(method.upper(), path) for path, item in self.contract.document["paths"].items() for method in item}
        self.assertEqual(every - self.contract.used, set())

    def test_both_successes_and_refusals_were_seen(self):
        for one in (self.client, self.exchanges):
            self.assertTrue(any(each["status"] == 200 for each in one))
            self.assertTrue(any(400 <= each["status"] < 500 for each in one))

    def spoilt(self, what, **changes):
        exchange = copy.deepcopy(next(one for one in self.exchanges if one["what"] == what))
        exchange.update(changes)
        return exchange

    def test_a_breach_is_found(self):
        def answer(what, change):
            exchange = self.spoilt(what)
            body = json.loads(exchange["answer"])
            change(body)
            exchange["answer"] = json.dumps(body)
            return exchange

        breaches = {
            "an upload without its key": self.spoilt("upload", request='{"certificate": "x"}'),
            "a switch that is no boolean": self.spoilt("switch on", request='{"enabled": "yes"}'),
            "a body with a deletion": self.spoilt("delete", request="{}"),
            "a request without a token": self.spoilt("list", authorization=""),
            "a path that is not": self.spoilt("list", path="/zones/1/origin_tls"),
            "an answer without success": answer("upload", lambda body: body.pop("success")),
            "an answer that failed and says success": answer("upload again", lambda body: body.update(success=True)),
            "a refusal without an error": answer("upload again", lambda body: body.update(errors=[])),
            "a certificate without an id": answer("upload", lambda body: body["result"].pop("id")),
            "an id that is too long": answer("upload", lambda body: body["result"].update(id="x" * 37)),
            "a time that is none": answer("upload", lambda body: body["result"].update(expires_on=7)),
            "a certificate that is a list": answer("upload", lambda body: body.update(result=[])),
            "a list that is an object": answer("list", lambda body: body.update(result={})),
            "a switch that is a word": answer("switch on", lambda body: body["result"].update(enabled="true")),
            "a returned key": answer("upload", lambda body: body["result"].update(private_key="k")),
        }
        for what, exchange in breaches.items():
            with self.subTest(what):
                self.assertNotEqual(self.contract.faults(exchange), [])

    def test_what_the_api_may_add_is_no_breach(self):
        exchange = self.spoilt("upload")
        body = json.loads(exchange["answer"])
        body["result"].update(status="a_status_of_next_year", another_field={"any": 1})
        exchange["answer"] = json.dumps(body)
        self.assertEqual(self.contract.faults(exchange), [])


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=2)
    print(f"{len(TheContract.exchanges)} exchanges, {len(TheContract.client)} of them our client's")
    sys.exit(0 if program.result.wasSuccessful() and program.result.testsRun else 1)
