# SPDX-License-Identifier: Apache-2.0
"""Cloudflare's official Python SDK walks cloudflare-sim, unmodified but for its base URL: what the simulator answers
must make sense to the client that Cloudflare itself generates from its API. Run by ctest; CLOUDFLARE_SIM_PROGRAM names
the program."""
import os
import sys
import unittest

import cloudflare

import simulator
from simulator import READER, TOKEN, ZONE, ZONE_ID

os.environ["NO_PROXY"] = "127.0.0.1"


def codes(error):
    """The codes of an APIStatusError's body."""
    return [one.code for one in error.errors]


class WithSimulator(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = simulator.folder()
        cls.pairs = simulator.Pairs(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def setUp(self):
        self.sim = simulator.Simulator()
        self.addCleanup(self.sim.stop)
        self.api = self.client(TOKEN)
        self.aop = self.api.origin_tls_client_auth

    def client(self, token, **options):
        return cloudflare.Cloudflare(api_token=token, base_url=self.sim.root + "/client/v4", **options)

    def once(self, token=TOKEN):
        return self.client(token, max_retries=0).origin_tls_client_auth

    def upload(self, pair=None):
        certificate, key = pair or self.pairs.pair()
        return self.aop.zone_certificates.create(zone_id=ZONE_ID, certificate=certificate, private_key=key)

    def refused(self, kind, code, act, *arguments, **named):
        with self.assertRaises(kind) as caught:
            act(*arguments, **named)
        self.assertIn(code, codes(caught.exception))
        return caught.exception


class ZoneCertificates(WithSimulator):
    def test_an_upload_is_answered_with_what_the_certificate_says_and_never_with_the_key(self):
        one = self.upload()
        self.assertEqual(len(one.id), 36)
        self.assertEqual(one.status, "pending_deployment")
        self.assertIn("BEGIN CERTIFICATE", one.certificate)
        self.assertIsNone(one.private_key)
        self.assertIn("edge.example.com", one.issuer)
        self.assertEqual(one.signature, "ECDSAWithSHA256")
        self.assertGreater(one.expires_on, one.uploaded_on)

    def test_an_upload_becomes_active_in_its_time(self):
        one = self.upload()
        self.sim.advance(4)
        self.assertEqual(self.aop.zone_certificates.get(one.id, zone_id=ZONE_ID).status, "active")

    def test_an_empty_zone_has_an_empty_list(self):
        self.assertEqual(list(self.aop.zone_certificates.list(zone_id=ZONE_ID)), [])

    def test_the_list_shows_every_upload(self):
        ids = {self.upload().id, self.upload().id}
        self.assertEqual({one.id for one in self.aop.zone_certificates.list(zone_id=ZONE_ID)}, ids)

    def test_a_deleted_certificate_leaves_the_list_and_can_still_be_read(self):
        one = self.upload()
        self.sim.advance(4)
        self.assertEqual(self.aop.zone_certificates.delete(one.id, zone_id=ZONE_ID).status, "pending_deletion")
        self.assertEqual(list(self.aop.zone_certificates.list(zone_id=ZONE_ID)), [])
        self.sim.advance(20)
        self.assertEqual(self.aop.zone_certificates.get(one.id, zone_id=ZONE_ID).status, "deleted")

    def test_the_deprecated_methods_walk_the_same_paths(self):
        certificate, key = self.pairs.pair()
        one = self.aop.create(zone_id=ZONE_ID, certificate=certificate, private_key=key)
        self.assertEqual(self.aop.get(one.id, zone_id=ZONE_ID).id, one.id)
        self.assertEqual([other.id for other in self.aop.list(zone_id=ZONE_ID)], [one.id])
        self.sim.advance(4)
        self.assertEqual(self.aop.delete(one.id, zone_id=ZONE_ID).status, "pending_deletion")

    def test_the_same_certificate_twice_is_1406(self):
        pair = self.pairs.pair()
        self.upload(pair)
        self.refused(cloudflare.BadRequestError, 1406, self.upload, pair)

    def test_a_ca_is_1412_and_no_certificate_is_1408(self):
        self.refused(cloudflare.BadRequestError, 1412, self.upload, self.pairs.pair(ca=True))
        self.refused(cloudflare.BadRequestError, 1408, self.upload, ("no PEM", self.pairs.pair()[1]))

    def test_a_key_of_another_certificate_is_a_bad_request(self):
        with self.assertRaises(cloudflare.BadRequestError):
            self.upload((self.pairs.pair()[0], self.pairs.pair()[1]))

    def test_a_deletion_before_the_deployment_is_1434(self):
        one = self.upload()
        self.refused(cloudflare.BadRequestError, 1434, self.aop.zone_certificates.delete, one.id, zone_id=ZONE_ID)

    def test_a_second_deletion_is_refused(self):
        one = self.upload()
        self.sim.advance(4)
        self.aop.zone_certificates.delete(one.id, zone_id=ZONE_ID)
        with self.assertRaises(cloudflare.BadRequestError):
            self.aop.zone_certificates.delete(one.id, zone_id=ZONE_ID)

    def test_an_unknown_certificate_is_1552(self):
        self.refused(cloudflare.NotFoundError, 1552, self.aop.zone_certificates.get,
                     "00000000-0000-4000-8000-000000000000", zone_id=ZONE_ID)


class Switches(WithSimulator):
    def test_the_zone_level_is_off_until_it_is_put_on(self):
        self.assertIs(self.aop.settings.get(zone_id=ZONE_ID).enabled, False)
        self.assertIs(self.aop.settings.update(zone_id=ZONE_ID, enabled=True).enabled, True)
        self.assertIs(self.aop.settings.get(zone_id=ZONE_ID).enabled, True)

    def test_tls_client_auth_is_a_zone_setting(self):
        settings = self.api.zones.settings
        self.assertEqual(settings.get("tls_client_auth", zone_id=ZONE_ID).value, "off")
        self.assertEqual(settings.edit("tls_client_auth", zone_id=ZONE_ID, value="on").value, "on")
        self.assertEqual(settings.get("tls_client_auth", zone_id=ZONE_ID).value, "on")

    def test_ssl_takes_its_five_modes(self):
        settings = self.api.zones.settings
        for mode in ("off", "flexible", "full", "strict", "origin_pull"):
            self.assertEqual(settings.edit("ssl", zone_id=ZONE_ID, value=mode).value, mode)
            self.assertEqual(settings.get("ssl", zone_id=ZONE_ID).value, mode)

    def test_a_value_that_a_setting_does_not_take_is_1007_and_an_unknown_setting_1006(self):
        settings = self.api.zones.settings
        self.refused(cloudflare.BadRequestError, 1007, settings.edit, "ssl", zone_id=ZONE_ID, value="fully")
        self.refused(cloudflare.BadRequestError, 1006, settings.get, "no_such_setting", zone_id=ZONE_ID)

    def test_a_setting_that_is_not_editable_is_1057(self):
        self.sim.control("POST", "act", {"zone": ZONE, "do": "setting", "name": "tls_client_auth", "value": "off",
                                         "editable": False})
        settings = self.api.zones.settings
        self.assertIs(settings.get("tls_client_auth", zone_id=ZONE_ID).editable, False)
        self.refused(cloudflare.BadRequestError, 1057, settings.edit, "tls_client_auth", zone_id=ZONE_ID, value="on")


class Hostnames(WithSimulator):
    def certificate(self):
        certificate, key = self.pairs.pair()
        return self.aop.hostname_certificates.create(zone_id=ZONE_ID, certificate=certificate, private_key=key)

    def put(self, certificate, enabled, host="shop.example.com"):
        return list(self.aop.hostnames.update(
            zone_id=ZONE_ID, config=[{"hostname": host, "cert_id": certificate, "enabled": enabled}]))

    def test_a_hostname_certificate_is_uploaded_listed_read_and_deleted(self):
        one = self.certificate()
        self.assertEqual(len(one.id), 36)
        self.assertIsNotNone(one.serial_number)
        self.assertEqual([other.id for other in self.aop.hostname_certificates.list(zone_id=ZONE_ID)], [one.id])
        self.sim.advance(4)
        self.assertEqual(self.aop.hostname_certificates.get(one.id, zone_id=ZONE_ID).status, "active")
        self.assertEqual(self.aop.hostname_certificates.delete(one.id, zone_id=ZONE_ID).status, "pending_deletion")

    def test_an_association_is_put_read_disabled_and_voided(self):
        one = self.certificate()
        self.sim.advance(4)
        self.assertEqual([put.hostname for put in self.put(one.id, True)], ["shop.example.com"])
        there = self.aop.hostnames.get("shop.example.com", zone_id=ZONE_ID)
        self.assertEqual((there.cert_id, there.enabled), (one.id, True))
        self.put(one.id, False)
        self.assertIs(self.aop.hostnames.get("shop.example.com", zone_id=ZONE_ID).enabled, False)
        self.put(one.id, None)
        self.sim.advance(300)
        self.refused(cloudflare.NotFoundError, 1553, self.aop.hostnames.get, "shop.example.com", zone_id=ZONE_ID)

    def test_a_certificate_in_use_by_a_hostname_is_1433(self):
        one = self.certificate()
        self.sim.advance(4)
        self.put(one.id, True)
        with self.assertRaises(cloudflare.APIStatusError) as caught:
            self.aop.hostname_certificates.delete(one.id, zone_id=ZONE_ID)
        self.assertIn(1433, codes(caught.exception))

    def test_a_zone_level_certificate_is_none_for_a_hostname(self):
        one = self.upload()
        self.refused(cloudflare.BadRequestError, 1415, self.put, one.id, True)

    def test_a_hostname_that_was_never_put_is_1553(self):
        self.refused(cloudflare.NotFoundError, 1553, self.aop.hostnames.get, "never.example.com", zone_id=ZONE_ID)


class ZonesAndTokens(WithSimulator):
    def test_a_zone_is_found_by_its_name_and_read_by_its_id(self):
        found = list(self.api.zones.list(name=ZONE))
        self.assertEqual([zone.id for zone in found], [ZONE_ID])
        self.assertEqual(self.api.zones.get(zone_id=ZONE_ID).name, ZONE)
        self.assertEqual(list(self.api.zones.list(name="no-such.example.com")), [])

    def test_the_pager_finds_every_zone(self):
        for number in range(44):
            self.sim.control("POST", "zones", {"name": f"zone-{number}.example.net"})
        self.assertEqual(len({zone.id for zone in self.api.zones.list(per_page=20)}), 45)

    def test_a_token_is_verified(self):
        self.assertEqual(self.api.user.tokens.verify().status, "active")

    def test_an_account_token_is_verified_by_its_account_alone(self):
        account = self.api.zones.get(zone_id=ZONE_ID).account.id
        token = "account-token-0123456789abcdefghijklmno"
        self.sim.control("POST", "tokens", {"token": token, "account": account})
        api = self.client(token)
        with self.assertRaises(cloudflare.PermissionDeniedError):
            api.user.tokens.verify()
        self.assertEqual(api.accounts.tokens.verify(account_id=account).status, "active")

    def test_who_may_only_read_reads_and_does_not_write(self):
        aop = self.once(READER)
        self.assertIs(aop.settings.get(zone_id=ZONE_ID).enabled, False)
        with self.assertRaises(cloudflare.PermissionDeniedError):
            aop.settings.update(zone_id=ZONE_ID, enabled=True)

    def test_an_unknown_token_is_told_10000(self):
        with self.assertRaises(cloudflare.APIStatusError) as caught:
            self.once("nobody-knows-this-token-0123456789abcdefgh").settings.get(zone_id=ZONE_ID)
        self.assertIn(10000, codes(caught.exception))
        self.assertIn(caught.exception.status_code, (400, 401, 403))

    def test_an_unknown_zone_is_9109_and_a_name_for_an_id_7003(self):
        for zone, code in (("0" * 32, 9109), ("example.com", 7003)):
            with self.assertRaises(cloudflare.APIStatusError) as caught:
                self.aop.settings.get(zone_id=zone)
            self.assertIn(code, codes(caught.exception))


class ErrorsAndRetries(WithSimulator):
    PATH = "*/origin_tls_client_auth/settings"

    def test_two_server_errors_are_retried_away(self):
        self.sim.fault(kind="status", status=503, path=self.PATH, count=2)
        self.assertIs(self.aop.settings.get(zone_id=ZONE_ID).enabled, False)
        self.assertEqual([call["status"] for call in self.sim.calls("GET")], [503, 503, 200])

    def test_a_page_of_html_is_a_server_error(self):
        self.sim.fault(kind="html", status=520, path=self.PATH)
        with self.assertRaises(cloudflare.InternalServerError):
            self.once().settings.get(zone_id=ZONE_ID)

    def test_an_overlapping_write_is_a_conflict_and_is_retried(self):
        self.sim.modes(mutationTimeMs=60_000)
        self.aop.settings.update(zone_id=ZONE_ID, enabled=True)
        with self.assertRaises(cloudflare.ConflictError):
            self.once().settings.update(zone_id=ZONE_ID, enabled=False)
        self.sim.fault(kind="status", status=409, path=self.PATH)
        self.sim.advance(61)
        self.assertIs(self.aop.settings.update(zone_id=ZONE_ID, enabled=False).enabled, False)

    def test_retry_after_of_a_429_is_waited_for(self):
        self.sim.fault(kind="status", status=429, path=self.PATH, headers={"retry-after": "1"})
        self.aop.settings.get(zone_id=ZONE_ID)
        first, second = self.sim.calls("GET")
        self.assertEqual((first["status"], second["status"]), (429, 200))
        self.assertLess(first["at"], second["at"])

    def test_the_budget_is_told_and_kept(self):
        self.sim.modes(requests=3)
        raw = self.once().settings.with_raw_response.get(zone_id=ZONE_ID)
        self.assertRegex(raw.headers["Ratelimit"], r'^"[^"]+";r=2;t=\d+$')
        self.assertRegex(raw.headers["Ratelimit-Policy"], r'^"[^"]+";q=3;w=300$')
        for _ in range(2):
            self.once().settings.get(zone_id=ZONE_ID)
        with self.assertRaises(cloudflare.RateLimitError) as caught:
            self.once().settings.get(zone_id=ZONE_ID)
        self.assertGreater(int(caught.exception.response.headers["retry-after"]), 0)

    def test_an_upload_whose_answer_is_lost_is_sent_again_by_the_client_and_then_there_already(self):
        self.sim.fault(kind="close", method="POST", executed=True)
        self.refused(cloudflare.BadRequestError, 1406, self.upload)
        self.assertEqual([call["status"] for call in self.sim.calls("POST")], [0, 400])
        self.assertEqual(len(list(self.aop.zone_certificates.list(zone_id=ZONE_ID))), 1)


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=2)
    result = program.result
    print(f"cloudflare {cloudflare.__version__} (Python): {result.testsRun} tests, {len(result.failures)} failed, "
          f"{len(result.errors)} broken, {len(result.skipped)} skipped")
    sys.exit(0 if result.wasSuccessful() and result.testsRun and not result.skipped else 1)
