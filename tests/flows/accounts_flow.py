"""Accounts from the first administrators on: who makes them, who approves what they may do, and what ends them."""

import base64
import datetime
import hashlib
import json
import os
import subprocess
import urllib.parse
import uuid

import flow
import people
from rest import Rest
from stack import Accounts, run

import accounts as demo  # of deploy/demo; stack.py says where that is
from one_time_code import code_at, present_step

_BUSINESS_PATHS = ("/v1/households?area=" + people.COUNTY, "/v1/members?area=" + people.COUNTY,
                   "/v1/register/statistics?area=" + people.COUNTY, "/v1/imports?area=" + people.COUNTY,
                   "/v1/services/fund/events?area=" + people.COUNTY,
                   "/v1/services/registration/operations?area=" + people.COUNTY)


class Certificate:
    """A certificate as the gateway gets to know of it: by the header of a proxy that it trusts."""

    def __init__(self):
        content = os.urandom(600)
        lines = base64.encodebytes(content).decode()
        self.digest = hashlib.sha256(content).hexdigest()
        self.headers = {"X-Client-Certificate": urllib.parse.quote(
            "-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % lines)}


class AccountsFlow(flow.Flow):
    services = ("fund", "gateway")  # The others have no part in it.

    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)

    def test_bootstrap_is_once(self):
        self.assertEqual(set(self.accounts.first), {"sysadmin", "secadmin", "auditadmin"})
        again = run("bangfu-gateway", "bootstrap", "--config", self.stack.processes["gateway"].config)
        self.assertEqual((again.returncode, again.stdout), (3, ""))

    def test_first_password_is_good_only_for_being_changed(self):
        made = self.accounts.create("first.one")
        first = made["firstPassword"]
        self.assertEqual(made["account"]["state"], "PASSWORD_CHANGE_REQUIRED")
        anybody = self.stack.anybody()
        session = anybody.post("/v1/session:signIn", {"accountId": "first.one", "password": first})
        self.assertTrue(session["passwordChangeRequired"])
        limited = Rest(self.stack.http_port, session["accessToken"])
        self.refused(limited.call("GET", "/v1/session/account"), 400, "PASSWORD_CHANGE_REQUIRED")
        for weak in ("short1", "onlyletters-and-more", "first.one-2026"):
            self.refused(anybody.call("POST", "/v1/session:changePassword", {
                "accountId": "first.one", "oldPassword": first, "newPassword": weak}), 400, "PASSWORD_TOO_WEAK")
        self.refused(anybody.call("POST", "/v1/session:changePassword", {
            "accountId": "first.one", "oldPassword": first, "newPassword": first}), 400, "PASSWORD_REUSED")
        self.accounts.change_password("first.one", first)
        own = self.accounts.sign_in("first.one").get("/v1/session/account")
        self.assertEqual((own["accountId"], own["state"]), ("first.one", "ACTIVE"))

    def test_a_repeated_creation_shows_the_password_until_it_is_changed(self):
        key, body = str(uuid.uuid4()), {"account": {"accountId": "repeated", "displayName": "重复",
                                                    "idNumber": people.identity_number("19850101", True)}}
        made = self.accounts.system.post("/v1/accounts", body, key=key)
        again = self.accounts.system.post("/v1/accounts", body, key=key)
        self.assertTrue(made["firstPassword"])
        self.assertEqual(made, again)  # The first answer may have been lost.
        self.accounts.change_password("repeated", made["firstPassword"])
        late = self.accounts.system.post("/v1/accounts", body, key=key)
        self.assertFalse(late.get("firstPassword"))
        self.assertEqual(made["account"]["accountId"], late["account"]["accountId"])
        body["account"]["displayName"] = "另一人"
        self.refused(self.accounts.system.call("POST", "/v1/accounts", body, key=key), 400, "REQUEST_ID_REUSED")
        self.refused(self.accounts.system.call("POST", "/v1/accounts", body), 409, "ACCOUNT_NAME_TAKEN")

    def test_a_person_has_one_account(self):
        number = people.identity_number("19850101", True)
        self.accounts.create("person.one", idNumber=number)
        twice = self.accounts.system.call("POST", "/v1/accounts", {"account": {
            "accountId": "person.two", "displayName": "同一人", "idNumber": number}})
        self.refused(twice, 409, "PERSON_HAS_ACCOUNT")
        self.assertNotIn(number, self.accounts.system.call("GET", "/v1/accounts/person.one").text)

    def test_an_administrator_without_a_second_factor_has_no_rights(self):
        self.accounts.person("new.auditor")
        self.accounts.grant("new.auditor", "AUDIT_ADMIN", [])
        weak = self.stack.anybody().post("/v1/session:signIn", {
            "accountId": "new.auditor", "password": self.accounts.passwords["new.auditor"]})
        self.assertTrue(weak["secondFactorRequired"])
        path = "/v1/services/gateway/audit-records"
        error = self.refused(Rest(self.stack.http_port, session=weak).call("GET", path), 403, "SECOND_FACTOR_NEEDED")
        for step in ("POST /v1/session:enrolSecondFactor", "POST /v1/session:confirmSecondFactor", "重新登录"):
            self.assertIn(step, error["message"])
        # What the role would not give either is not for want of a second factor.
        self.refused(Rest(self.stack.http_port, session=weak).call("GET", "/v1/households?area=" + people.COUNTY), 403,
                     "PERMISSION_DENIED")
        self.accounts.enrol("new.auditor")
        self.assertEqual(self.accounts.sign_in("new.auditor").call("GET", path).status, 200)

    def test_the_demo_gives_its_administrators_a_second_factor(self):
        self.accounts.person("demo.auditor")
        self.accounts.grant("demo.auditor", "AUDIT_ADMIN", [])
        path = self.stack.folder + "/credentials"
        with open(path, "w", encoding="utf-8") as file:
            file.write("demo.auditor=%s\n" % self.accounts.passwords["demo.auditor"])
        gateway = demo.Gateway("http://127.0.0.1:%d" % self.stack.http_port)
        session = demo.Session(gateway, demo.Credentials(path), "demo.auditor")
        self.assertTrue(session.call("GET", "/v1/services/gateway/audit-records")["records"])
        self.assertTrue(demo.Credentials(path).get("totp.demo.auditor"))
        done = subprocess.run([people.checkout("deploy/demo/token"), "demo.auditor", "--credentials", path, "--url",
                               "http://127.0.0.1:%d" % self.stack.http_port], capture_output=True, text=True, check=True)
        audited = Rest(self.stack.http_port, done.stdout.strip()).call("GET", "/v1/services/gateway/audit-records")
        self.assertEqual(audited.status, 200, audited)

    def test_whom_the_entry_refuses_is_in_the_audit_log(self):
        nosy = self.accounts.person("nosy.one")
        answer = nosy.call("GET", "/v1/clients")
        self.refused(answer, 403, "PERMISSION_DENIED")

        def denials():
            records = self.accounts.audit.audit_records("gateway")
            return [record for record in records if record.get("trace") == answer.error["trace"]]
        record = self.eventually(denials)[0]
        self.assertEqual((record["subject"], record["method"], record["result"], record["source"]),
                         ("nosy.one", "bangfu.gateway.v1.AccountService.ListClients", "PERMISSION_DENIED",
                          "127.0.0.1"))

    def test_tokens_that_are_none_are_in_the_audit_log(self):
        path = "/v1/households?area=" + people.COUNTY
        forged = self.accounts.audit.token[:-4] + "AAAA"
        for token, fault in (("", "missing"), (forged, "signature"), ("no token", "form")):
            self.refused(Rest(self.stack.http_port, token).call("GET", path), 401, "UNAUTHENTICATED")

            def denials():
                return [record for record in self.accounts.audit.audit_records("gateway")
                        if record.get("detail") == fault and record["method"].endswith("HouseholdService.ListHouseholds")]
            record = self.eventually(denials)[0]
            self.assertEqual((record["result"], record["source"], record.get("area"), record.get("subject", "")),
                             ("UNAUTHENTICATED", "127.0.0.1", people.COUNTY, ""))

    def test_a_denial_says_what_was_asked_for(self):
        helper = self.stack.caller("HELPER", people.COUNTY)
        record = people.COUNTY[:6] + "-0000000000007"
        for method, path, named in (("POST", "/v1/households/%s:archive" % record, {"objects": [record]}),
                                    ("PATCH", "/v1/households/150526199001011234", {}),
                                    ("GET", "/v1/imports?area=" + people.COUNTY, {"area": people.COUNTY})):
            answer = helper.call(method, path)
            self.refused(answer, 403, "PERMISSION_DENIED")

            def denials():
                return [record for record in self.accounts.audit.audit_records("gateway")
                        if record.get("trace") == answer.error["trace"]]
            denial = self.eventually(denials)[0]
            self.assertEqual({key: denial[key] for key in ("objects", "area") if denial.get(key)}, named)

    def test_a_flood_of_denials_fills_no_log(self):
        nosy = self.accounts.person("nosy.two")
        for _ in range(200):
            self.refused(nosy.call("GET", "/v1/clients"), 403, "PERMISSION_DENIED")

        def denials():
            return [record for record in self.accounts.audit.audit_records("gateway")
                    if record.get("subject") == "nosy.two" and record["result"] == "PERMISSION_DENIED"]
        self.assertLessEqual(len(self.eventually(denials)), 3)

    def test_a_failure_to_sign_in_says_where_it_came_from(self):
        self.accounts.person("failing.one")
        proxied = Rest(self.stack.http_port, headers={"X-Forwarded-For": "10.20.30.40"})
        self.refused(proxied.call("POST", "/v1/session:signIn", {
            "accountId": "failing.one", "password": "Wrong-password-1"}), 401, "SIGN_IN_FAILED")

        def failures():
            return [record for record in self.accounts.audit.audit_records("gateway")
                    if record.get("subject") == "failing.one" and record["result"] == "SIGN_IN_FAILED"]
        self.assertEqual(self.eventually(failures)[0]["source"], "10.20.30.40")

    def test_rights_end_with_the_next_request(self):
        path = "/v1/services/fund/events?area=" + people.COUNTY
        for account, end in (("ended.one", lambda grant: self.accounts.security.post("/v1/grants/%s:revoke" % grant)),
                             ("ended.two", lambda grant: self.accounts.system.post("/v1/accounts/ended.two:disable"))):
            self.accounts.person(account)
            grant = self.accounts.grant(account, "REGISTRAR", [people.COUNTY])["grantId"]
            session = self.stack.anybody().post("/v1/session:signIn", {
                "accountId": account, "password": self.accounts.passwords[account]})
            person = Rest(self.stack.http_port, session["accessToken"])
            self.assertEqual(person.call("GET", path).status, 200)
            end(grant)
            self.refused(person.call("GET", path), 401, "UNAUTHENTICATED")

    def test_a_token_alone_enrols_no_device(self):
        person = self.accounts.person("device.one")
        path = "/v1/session:enrolSecondFactor"
        self.refused(person.call("POST", path, {}), 400, "INVALID_FIELD")
        self.refused(person.call("POST", path, {"password": "Wrong-password-1"}), 401, "SIGN_IN_FAILED")
        self.accounts.enrol("device.one")
        right = {"password": self.accounts.passwords["device.one"]}
        strong = self.accounts.sign_in("device.one")
        self.refused(strong.call("POST", path, right), 401, "SECOND_FACTOR_REQUIRED")
        self.refused(strong.call("POST", path, dict(right, code="000000x")), 401, "SIGN_IN_FAILED")

    def test_figures_are_for_the_admin_port(self):
        self.refused(self.stack.anybody().call("GET", "/metrics"), 404, "NOT_FOUND")
        for service in self.services:
            port = self.stack.processes[service].facts["admin_port"]
            self.assertIn("rpc_server_call_duration_seconds", Rest(port).call("GET", "/metrics").text)

    def test_failures_lock_the_name_and_say_for_how_long(self):
        self.accounts.person("locked.one")
        anybody = self.stack.anybody()
        for name in ("locked.one", "nobody.at.all"):
            wrong = {"accountId": name, "password": "Wrong-password-1"}
            for _ in range(5):
                self.refused(anybody.call("POST", "/v1/session:signIn", wrong), 401, "SIGN_IN_FAILED")
            error = self.refused(anybody.call("POST", "/v1/session:signIn", wrong), 401, "ACCOUNT_LOCKED")
            self.assertRegex(error["message"], "锁定")
            self.assertIn("15", json.dumps(error, ensure_ascii=False))
        right = {"accountId": "locked.one", "password": self.accounts.passwords["locked.one"]}
        self.refused(anybody.call("POST", "/v1/session:signIn", right), 401, "ACCOUNT_LOCKED")
        self.assertEqual(self.accounts.system.get("/v1/accounts/locked.one")["state"], "LOCKED")
        reset = self.accounts.system.post("/v1/accounts/locked.one:resetPassword")
        self.accounts.change_password("locked.one", reset["firstPassword"])
        self.accounts.sign_in("locked.one")

    def test_two_persons_make_a_grant(self):
        person = self.accounts.person("grant.one")
        proposed = self.accounts.system.post("/v1/grants", {"grant": {
            "accountId": "grant.one", "role": "REGISTRAR", "areas": [people.COUNTY]}})
        self.assertEqual((proposed["state"], proposed["proposer"]), ("PROPOSED", "sysadmin"))
        path = "/v1/grants/" + proposed["grantId"]
        self.refused(self.accounts.system.call("POST", path + ":approve", {}), 403, "PERMISSION_DENIED")
        self.refused(person.call("POST", path + ":approve", {}), 403, "PERMISSION_DENIED")
        self.refused(self.accounts.security.call("POST", "/v1/grants", {"grant": {
            "accountId": "grant.one", "role": "VIEWER", "areas": [people.COUNTY]}}), 403, "PERMISSION_DENIED")
        waiting = self.accounts.sign_in("grant.one")
        self.refused(waiting.call("GET", "/v1/imports?area=" + people.COUNTY), 403, "PERMISSION_DENIED")
        approved = self.accounts.security.post(path + ":approve")
        self.assertEqual((approved["state"], approved["approver"]), ("APPROVED", "secadmin"))
        self.refused(self.accounts.security.call("POST", path + ":approve", {}), 400, "GRANT_WRONG_STATE")
        grants = self.accounts.sign_in("grant.one").get("/v1/session/account")["grants"]
        self.assertEqual([(g["role"], g["areas"], g["state"]) for g in grants],
                         [("REGISTRAR", [people.COUNTY], "APPROVED")])
        self.assertEqual(self.accounts.security.post(path + ":revoke")["state"], "REVOKED")
        after = self.accounts.sign_in("grant.one")
        self.refused(after.call("GET", "/v1/imports?area=" + people.COUNTY), 403, "PERMISSION_DENIED")

    def test_roles_that_exclude_each_other(self):
        self.accounts.person("maker.one", ("FUND_CLERK", people.COUNTY))
        for role, areas, reason in (("FUND_APPROVER", [people.COUNTY], "FUND_ROLES_SEPARATE"),
                                    ("SECURITY_ADMIN", [], "ADMINISTRATORS_SEPARATE")):
            self.refused(self.accounts.system.call("POST", "/v1/grants", {"grant": {
                "accountId": "maker.one", "role": role, "areas": areas}}), 400, reason)
        self.refused(self.accounts.system.call("POST", "/v1/grants", {"grant": {
            "accountId": "sysadmin", "role": "REGISTRAR", "areas": [people.COUNTY]}}), 400, "ADMINISTRATORS_SEPARATE")
        self.refused(self.accounts.system.call("POST", "/v1/grants", {"grant": {
            "accountId": "nobody.here", "role": "VIEWER", "areas": [people.COUNTY]}}), 404, "ACCOUNT_NOT_FOUND")

    def test_no_administrator_sees_business_data(self):
        for administrator in (self.accounts.system, self.accounts.security, self.accounts.audit):
            for path in _BUSINESS_PATHS:
                self.refused(administrator.call("GET", path), 403, "PERMISSION_DENIED")
        names = [account["accountId"] for account in self.accounts.audit.pages("/v1/accounts", "accounts", pageSize=2)]
        self.assertEqual(names, sorted(names))
        self.assertLessEqual({"sysadmin", "secadmin", "auditadmin"}, set(names))

    def test_sessions_end(self):
        self.accounts.person("session.one")
        session = self.stack.anybody().post("/v1/session:signIn", {
            "accountId": "session.one", "password": self.accounts.passwords["session.one"]})
        anybody = self.stack.anybody()
        fresh = anybody.post("/v1/session:refresh", {"refreshToken": session["refreshToken"]})
        renewed = Rest(self.stack.http_port, session=fresh)
        self.assertEqual(renewed.get("/v1/session/account")["accountId"], "session.one")
        newest = anybody.post("/v1/session:refresh", {"refreshToken": fresh["refreshToken"]})
        # A refresh token from before the last was used by its owner long ago: this is a thief, and the session ends.
        for token in (session["refreshToken"], newest["refreshToken"]):
            self.refused(anybody.call("POST", "/v1/session:refresh", {"refreshToken": token}), 401, "SESSION_ENDED")
        signed_in = self.accounts.sign_in("session.one")
        signed_in.post("/v1/session:signOut")
        self.eventually(lambda: signed_in.call("GET", "/v1/session/account").status == 401)
        other = self.accounts.sign_in("session.one")
        self.accounts.system.post("/v1/accounts/session.one:disable")
        self.eventually(lambda: other.call("GET", "/v1/session/account").status == 401)
        self.refused(anybody.call("POST", "/v1/session:signIn", {
            "accountId": "session.one", "password": self.accounts.passwords["session.one"]}), 403, "ACCOUNT_DISABLED")

    def test_a_second_factor(self):
        person = self.accounts.person("factor.one")
        enrolled = person.post("/v1/session:enrolSecondFactor", {"password": self.accounts.passwords["factor.one"]})
        self.assertTrue(enrolled["uri"].startswith("otpauth://totp/"))
        self.refused(person.call("POST", "/v1/session:confirmSecondFactor", {"code": "000000"}), 400,
                     "SECOND_FACTOR_WRONG")
        step = present_step()
        code = code_at(enrolled["secret"], step)
        confirmed = person.post("/v1/session:confirmSecondFactor", {"code": code})
        self.assertTrue(confirmed["account"]["secondFactor"])
        self.assertEqual(len(set(confirmed["recoveryCodes"])), 10)
        attempt = {"accountId": "factor.one", "password": self.accounts.passwords["factor.one"]}
        anybody = self.stack.anybody()
        self.refused(anybody.call("POST", "/v1/session:signIn", attempt), 401, "SECOND_FACTOR_REQUIRED")
        self.refused(anybody.call("POST", "/v1/session:signIn", dict(attempt, code=code)), 401, "SIGN_IN_FAILED")
        session = anybody.post("/v1/session:signIn", dict(attempt, code=code_at(enrolled["secret"], step + 1)))
        self.assertTrue(session["accessToken"])
        lost = dict(attempt, code=confirmed["recoveryCodes"][0])
        self.assertTrue(anybody.post("/v1/session:signIn", lost)["accessToken"])
        self.refused(anybody.call("POST", "/v1/session:signIn", lost), 401, "SIGN_IN_FAILED")

    def test_two_administrators_reset_a_third(self):
        path = "/v1/accounts/second.auditor"
        self.accounts.person("second.auditor")
        self.accounts.grant("second.auditor", "AUDIT_ADMIN", [])
        self.refused(self.accounts.system.call("POST", path + ":resetPassword", {}), 400, "RESET_NEEDS_TWO")
        self.refused(self.accounts.security.call("POST", path + ":approveReset", {}), 400, "RESET_NOT_PROPOSED")
        self.assertEqual(self.accounts.system.post(path + ":proposeReset")["resetProposer"], "sysadmin")
        self.refused(self.accounts.system.call("POST", path + ":approveReset", {}), 400, "RESET_NEEDS_TWO")
        self.accounts.sign_in("second.auditor")  # Nothing has happened so far.
        reset = self.accounts.security.post(path + ":approveReset")
        self.accounts.change_password("second.auditor", reset["firstPassword"])
        self.accounts.sign_in("second.auditor")

    def test_the_right_administrator_enables(self):
        self.accounts.person("enabled.one")
        path = "/v1/accounts/enabled.one"
        self.accounts.system.post(path + ":disable")
        error = self.refused(self.accounts.system.call("POST", path + ":enable", {}), 400, "ENABLED_BY_OTHERS")
        self.assertIn("安全管理员", error["message"])
        self.assertEqual(self.accounts.security.post(path + ":enable")["state"], "ACTIVE")
        wrong = {"accountId": "enabled.one", "password": "Wrong-password-1"}
        for _ in range(5):
            self.stack.anybody().call("POST", "/v1/session:signIn", wrong)
        self.assertEqual(self.accounts.system.get(path)["state"], "LOCKED")
        self.accounts.security.post(path + ":enable")
        self.accounts.sign_in("enabled.one")

    def test_an_account_has_one_session(self):
        before = self.accounts.person("alone.one")
        self.accounts.sign_in("alone.one")
        self.assertEqual(before.call("GET", "/v1/session/account").status, 401)

    def test_a_department_keeps_to_its_quota(self):
        end = (datetime.date.today() + datetime.timedelta(days=90)).isoformat()
        certificate = Certificate()
        made = self.accounts.system.post("/v1/clients", {"client": {
            "clientId": "quota-one", "department": "医保局", "legalBasis": "社会救助暂行办法", "purposes": ["核对"],
            "areas": [people.COUNTY], "callsPerMinute": 12, "endDate": end,
            "certificateDigest": certificate.digest}})
        self.accounts.security.post("/v1/clients/quota-one:approve")
        session = Rest(self.stack.http_port, headers=certificate.headers).post("/v1/session:clientToken", {
            "clientId": "quota-one", "clientSecret": made["clientSecret"]})
        system = Rest(self.stack.http_port, session["accessToken"], headers=certificate.headers)
        path = "/v1/services/fund/events?area=" + people.COUNTY
        answers = [system.call("GET", path) for _ in range(3)]
        self.assertEqual([answer.status for answer in answers], [200, 200, 429])
        self.refused(answers[2], 429, "RATE_LIMITED")
        self.assertIn(int(answers[2].headers["Retry-After"]), range(1, 6))

    def test_a_department_gets_tokens_for_its_system(self):
        end = (datetime.date.today() + datetime.timedelta(days=90)).isoformat()
        client = {"clientId": "civil-affairs", "department": "民政局", "legalBasis": "社会救助暂行办法",
                  "purposes": ["低保比对"], "areas": [people.COUNTY], "endDate": end}
        certificate = Certificate()
        self.refused(self.accounts.system.call("POST", "/v1/clients", {"client": client}), 400, "INVALID_FIELD")
        client["certificateDigest"] = certificate.digest
        made = self.accounts.system.post("/v1/clients", {"client": client})
        credentials = {"clientId": "civil-affairs", "clientSecret": made["clientSecret"]}
        anybody = Rest(self.stack.http_port, headers=certificate.headers)
        self.refused(anybody.call("POST", "/v1/session:clientToken", credentials), 400, "CLIENT_WRONG_STATE")
        self.refused(self.accounts.system.call("POST", "/v1/clients/civil-affairs:approve", {}), 403,
                     "PERMISSION_DENIED")
        self.accounts.security.post("/v1/clients/civil-affairs:approve")
        self.refused(anybody.call("POST", "/v1/session:clientToken", dict(credentials, clientSecret="wrong-secret")),
                     401, "CLIENT_FAILED")
        for headers in ({}, Certificate().headers):
            self.refused(Rest(self.stack.http_port, headers=headers).call("POST", "/v1/session:clientToken",
                                                                          credentials), 401, "CLIENT_CERTIFICATE_WRONG")
        session = anybody.post("/v1/session:clientToken", credentials)
        self.assertFalse(session.get("refreshToken"))
        for headers in ({}, Certificate().headers):  # A token that somebody has copied is good for nothing.
            stolen = Rest(self.stack.http_port, session["accessToken"], headers=headers)
            self.refused(stolen.call("GET", "/v1/services/fund/events?area=" + people.COUNTY), 401, "UNAUTHENTICATED")
        system = Rest(self.stack.http_port, session["accessToken"], headers=certificate.headers)
        feed = system.get("/v1/services/fund/events", area=people.COUNTY)
        self.assertIn("readPosition", feed)
        foreign = system.call("GET", "/v1/services/fund/events?area=" + people.FOREIGN_COUNTY)
        self.refused(foreign, 403, "AREA_OUT_OF_SCOPE")
        self.refused(system.call("GET", "/v1/households?area=" + people.COUNTY), 403, "PERMISSION_DENIED")
        self.accounts.system.post("/v1/clients/civil-affairs:revoke")
        self.refused(system.call("GET", "/v1/services/fund/events?area=" + people.COUNTY), 401, "UNAUTHENTICATED")
        self.assertNotEqual(anybody.call("POST", "/v1/session:clientToken", credentials).status, 200)


if __name__ == "__main__":
    flow.main()
