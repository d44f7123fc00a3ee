"""Lists of departments against the register: received from a department's system and from files, compared under a purpose
and the households' authorisations, verified by people; and samples in which system, paper and reality are compared."""

import base64
import csv
import datetime
import hashlib
import io
import os
import urllib.parse

import flow
import people
import rulebook
from rest import Rest
from stack import Accounts

_NATION = "100000000000"
_TODAY = datetime.date.today().isoformat()
_LONG_AGO = "2020-01-05"
_PAPER = hashlib.sha256(b"paper").hexdigest()
_MANY = 30_000


def _csv(header, rows, encoding):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def _strangers(count):
    """Identity numbers of nobody on the register."""
    first = datetime.date(1940, 1, 1)
    return [people.identity_number((first + datetime.timedelta(days=day)).strftime("%Y%m%d"), False)
            for day in range(count)]


class MatchingFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = cls.accounts = Accounts(cls.stack)
        areas = (_NATION, people.PROVINCE)
        cls.author = accounts.person("match.author", *[("REGISTRAR", area) for area in areas])
        cls.second = accounts.person("match.second", *[("REVIEWER", area) for area in areas])
        cls.clerk = accounts.person("match.clerk", ("REGISTRAR", people.COUNTY))
        cls.reviewer = accounts.person("match.reviewer", ("REVIEWER", people.COUNTY), second_factor=True)
        cls.foreign = accounts.person("match.foreign", ("REVIEWER", people.FOREIGN_COUNTY))
        people.import_areas(cls.author)
        demo, rules = rulebook.demo_files(), cls()
        for name in ("matching_purposes/purposes_proposal", "matching_rules/rules_proposal",
                     "reconciliation_rules/rules_proposal"):
            rules.publish(demo[name])
        cls.department = cls.client("car-office", "车辆管理所", ["识别认定核对"])

    @classmethod
    def client(cls, name, department, purposes):
        """A department's system, signed in with its certificate."""
        content = os.urandom(600)
        headers = {"X-Client-Certificate": urllib.parse.quote(
            "-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % base64.encodebytes(content).decode())}
        end = (datetime.date.today() + datetime.timedelta(days=90)).isoformat()
        made = cls.accounts.system.post("/v1/clients", {"client": {
            "clientId": name, "department": department, "legalBasis": "数据共享协议", "purposes": purposes,
            "areas": [people.COUNTY], "endDate": end, "certificateDigest": hashlib.sha256(content).hexdigest()}})
        cls.accounts.security.post("/v1/clients/%s:approve" % name)
        session = Rest(cls.stack.http_port, headers=headers).post(
            "/v1/session:clientToken", {"clientId": name, "clientSecret": made["clientSecret"]})
        return Rest(cls.stack.http_port, session["accessToken"], headers=headers)

    # --- steps ---

    def register(self, village=0, area=None, persons=2):
        """A household with its path and the identity numbers of its members."""
        family = people.household(area or people.village(village), persons=persons)
        made = self.author.post("/v1/households", family)
        return "/v1/households/" + made["householdId"], [member["idNumber"] for member in family["members"]]

    def authorise(self, path, *kinds):
        household_id = path.rpartition("/")[2]
        head = self.clerk.get(path + "/members")["members"][0]["memberId"]
        return self.clerk.post(path + "/match-authorisations", {"householdId": household_id, "authorisation": {
            "kinds": list(kinds), "signerMemberId": head, "signDate": _LONG_AGO, "expireDate": "2099-12-31",
            "paperSha256": _PAPER}})

    def begin(self, who, kind, purpose="IDENTIFY", **more):
        made = who.post("/v1/match-lists", {"list": {"area": people.COUNTY, "kind": kind, "purpose": purpose,
                                                     "asOf": _TODAY, **more}})
        return "/v1/match-lists/" + made["listId"]

    def batch(self, who, path, number, rows):
        names = ("idNumber", "item", "value", "date")
        return who.call("POST", path + "/batches", {"number": number, "rows": [dict(zip(names, row)) for row in rows]})

    def upload(self, path, content):
        return self.clerk.call("POST", path + "/files/list.csv", content, headers={"Content-Type": "text/csv"})

    def compared(self, path, seconds=30):
        return self.ended("/v1/match-runs/" + self.reviewer.post(path + ":match")["runId"], seconds)

    def ended(self, run, seconds=30):
        def there():
            now = self.reviewer.get(run)
            self.assertIn(now["operation"]["state"], ("QUEUED", "RUNNING", "SUCCEEDED"), now)
            return now if now["operation"]["state"] == "SUCCEEDED" else None
        return self.eventually(there, seconds)

    def counts(self, run):
        return tuple(int(run.get(name, 0)) for name in ("personCount", "coveredCount", "unauthorisedCount", "hitCount"))

    def hits(self, path, who=None, **more):
        return (who or self.clerk).pages("/v1/match-hits", "hits", area=people.COUNTY, listId=path.rpartition("/")[2],
                                         pageSize=2, **more)

    # --- tests ---

    def test_a_department_sends_a_list_and_officials_get_the_hits(self):
        signed, numbers = self.register()
        _, silent = self.register()
        revoked, taken_back = self.register()
        _, elsewhere = self.register(area=people.village(township=people.FOREIGN_TOWNSHIP))
        self.authorise(signed, "VEHICLES", "BANK")
        authorisation = self.authorise(revoked, "VEHICLES")
        self.clerk.post("/v1/match-authorisations/%s:revoke" % authorisation["authorisationId"])
        states = [each["state"] for each in self.clerk.get(revoked + "/match-authorisations")["authorisations"]]
        self.assertEqual(states, ["REVOKED"])

        path = self.begin(self.department, "VEHICLES")
        rows = [(numbers[0], "01", "65000", _LONG_AGO), (numbers[1], "农用车", "", ""), (silent[0], "01", "", ""),
                (taken_back[0], "01", "90000", ""), (elsewhere[0], "01", "90000", "")]
        first = self.batch(self.department, path, 1, rows).body
        self.assertEqual((int(first["rowCount"]), first.get("repeated", False)), (5, False))
        again = self.batch(self.department, path, 1, rows).body
        self.assertEqual((int(again["rowCount"]), again["repeated"]), (5, True), "sent again it is not taken again")
        self.refused(self.batch(self.department, path, 1, rows[:1]), 400, "MATCH_BATCH_DIFFERS")
        wrong = self.batch(self.department, path, 2, [("150526199001010000", "劳斯莱斯"), ("", "01", "很多")]).body
        self.assertEqual((int(wrong.get("rowCount", 0)), int(wrong["wrongCount"])), (0, 2))
        faults = self.department.pages(path + "/faults", "faults", pageSize=2)
        self.assertEqual([(fault["row"], fault["columnLabel"], fault["reason"]) for fault in faults],
                         [("1", "身份证号", "MATCH_ROW_IDENTITY"), ("1", "车辆类型", "MATCH_ROW_ITEM"),
                          ("2", "身份证号", "MATCH_ROW_MISSING"), ("2", "购置价格", "MATCH_ROW_VALUE")])
        self.assertFalse([secret for secret in people.SECRETS if secret in str(faults)])
        self.assertEqual(self.department.post(path + ":close")["state"], "RECEIVED")
        self.refused(self.department.call("POST", path + ":match", {}), 403, "PERMISSION_DENIED")
        self.refused(self.foreign.call("GET", path), 403, "AREA_OUT_OF_SCOPE")
        other = self.client("tax-office", "税务局", ["识别认定核对"])
        self.refused(other.call("GET", path), 404, "MATCH_LIST_NOT_FOUND")

        run = self.compared(path)
        self.assertEqual(self.counts(run), (5, 2, 2, 2), "two have not authorised it, one lives elsewhere")
        self.assertEqual(self.counts(self.department.get("/v1/match-runs/" + run["runId"])), (5, 2, 2, 2))
        self.refused(self.department.call("GET", "/v1/match-hits?area=" + people.COUNTY), 403, "PERMISSION_DENIED")
        self.assertEqual(int(self.compared(path).get("newHitCount", 0)), 0, "compared again nothing is found twice")
        hits = sorted(self.hits(path), key=lambda hit: not hit.get("veto", False))
        self.assertEqual({hit["householdId"] for hit in hits}, {signed.rpartition("/")[2]})
        self.assertEqual([hit.get("veto", False) for hit in hits], [True, False])
        self.handle(path, hits[0])

    def handle(self, path, hit):
        """A hit that rules out help: read for a purpose, explained, agreed to by another, resolved."""
        at = "/v1/match-hits/" + hit["hitId"]
        self.assertNotIn("facts", {key for key, value in hit.items() if value})
        self.refused(self.foreign.call("GET", at), 403, "AREA_OUT_OF_SCOPE")
        self.refused(self.reviewer.call("GET", at + "?view=FULL"), 400, "PURPOSE_REQUIRED")
        facts = self.reviewer.get(at, view="FULL", purpose="入户核查车辆")["facts"]
        self.assertEqual([(fact["itemLabel"], fact["valueFen"], fact["date"]) for fact in facts],
                         [("小型载客汽车", "6500000", _LONG_AGO)])
        finding = {"etag": hit["etag"], "finding": "EXPLAINED_AWAY", "explanation": "03", "visitDate": _TODAY,
                   "evidenceSha256": _PAPER}
        verified = self.reviewer.post(at + ":verify", finding)
        self.assertEqual(verified["state"], "EXPLANATION_IN_REVIEW")
        agreement = {"etag": verified["etag"], "agree": True}
        self.refused(self.reviewer.call("POST", at + ":review", agreement), 400, "MATCH_SECOND_PERSON")
        agreed = self.second.post(at + ":review", agreement)
        self.refused(self.second.call("POST", at + ":resolve", {"etag": agreed["etag"],
                                                               "resolution": "REMOVAL_PROPOSED"}),
                     400, "MATCH_RESOLUTION_NOT_ALLOWED")
        self.second.post(at + ":resolve", {"etag": agreed["etag"], "resolution": "KEPT"})
        figures = self.clerk.get("/v1/match-figures", area=people.COUNTY, listId=path.rpartition("/")[2])["figures"]
        for figure in figures:
            listed = self.hits(path, kind=figure["kind"], state=figure["state"], severity=figure["severity"])
            self.assertEqual(len(listed), int(figure["hitCount"]), figure)
        self.assertEqual(sorted(figure["state"] for figure in figures), ["OPEN", "RESOLVED"])
        purposes = self.eventually(lambda: self.audited("入户核查车辆"))
        self.assertEqual(purposes[0]["subject"], "match.reviewer")
        self.assertTrue(self.audited("识别认定核对"), "each comparison names its purpose")

    def audited(self, purpose):
        return [record for record in self.accounts.audit.audit_records("registration")
                if record.get("purpose") == purpose]

    def test_a_file_in_gb18030_under_a_statutory_basis(self):
        _, numbers = self.register(2)
        path = self.begin(self.clerk, "DEATHS", "UPKEEP", department="民政局")
        header = ["姓名", "身份证号", "死亡日期"]
        content = _csv(header, [["某甲", numbers[1], "2020年1月5日"], ["某乙", "不是号码", "x"]], "gb18030")
        part = self.upload(path, content).body
        self.assertEqual((part["encoding"], int(part["rowCount"]), int(part["wrongCount"])), ("GB18030", 1, 1))
        self.assertEqual(part["ignoredColumns"], ["姓名"])
        faults = self.clerk.get(path + "/faults")["faults"]
        self.assertEqual({(fault["row"], fault["columnLabel"]) for fault in faults},
                         {("3", "身份证号"), ("3", "死亡日期")})
        part = self.upload(path, _csv(header, [["某甲", numbers[1], _LONG_AGO]], "utf-8-sig")).body
        self.assertEqual((part["encoding"], int(part["rowCount"])), ("UTF-8", 1))
        self.assertEqual(self.clerk.get(path)["rowCount"], "1", "the file took the place of the one before")
        self.refused(self.batch(self.clerk, path, 1, [(numbers[0], "", "", _LONG_AGO)]), 400, "MATCH_LIST_MIXED")
        self.refused(self.upload(path, "姓名\n某甲\n".encode()), 400, "MATCH_HEADER_UNKNOWN")
        self.clerk.post(path + ":close")
        self.refused(self.upload(path, content), 400, "MATCH_LIST_WRONG_STATE")
        self.assertEqual(self.counts(self.compared(path)), (1, 1, 0, 1))
        self.assertEqual([hit["kind"] for hit in self.hits(path)], ["DEATHS"])
        for table, column in (("match_row", "match_row"), ("match_row_fault", "match_row_fault")):
            found = self.stack.sql("registration", "SELECT count(*) FROM %s WHERE %s::text LIKE '%%%s%%'"
                                   % (table, column, numbers[1]))
            self.assertEqual(int(found[0][0]), 0, "no identity number is kept")

    def test_purposes_are_minded(self):
        body = {"list": {"area": people.COUNTY, "kind": "DEATHS", "purpose": "UPKEEP", "asOf": _TODAY}}
        self.refused(self.department.call("POST", "/v1/match-lists", body), 403, "MATCH_PURPOSE_NOT_GRANTED")
        self.refused(self.clerk.call("POST", "/v1/match-lists", body), 400, "INVALID_FIELD")
        body["list"].update(purpose="IDENTIFY", department="民政局")
        self.refused(self.clerk.call("POST", "/v1/match-lists", body), 400, "MATCH_PURPOSE_UNKNOWN")
        body["list"]["area"] = people.FOREIGN_COUNTY
        self.refused(self.clerk.call("POST", "/v1/match-lists", body), 403, "AREA_OUT_OF_SCOPE")

    def test_a_killed_run_goes_on(self):
        signed, numbers = self.register(3)
        self.authorise(signed, "BANK")
        path = self.begin(self.clerk, "BANK", department="人民银行")
        rows = [[number, "120000"] for number in [numbers[0], *_strangers(_MANY - 2), numbers[1]]]
        self.assertEqual(int(self.upload(path, _csv(["身份证号", "存款余额"], rows, "utf-8")).body["rowCount"]), _MANY)
        self.clerk.post(path + ":close")
        run = "/v1/match-runs/" + self.reviewer.post(path + ":match")["runId"]

        def looked_at():
            return int(self.stack.sql("registration", "SELECT max(person_count) FROM match_run r JOIN match_list l "
                                      "ON l.id = r.list_id WHERE l.kind = 8")[0][0])
        self.eventually(lambda: looked_at() > 0)
        self.stack.kill("registration")
        half = looked_at()
        self.stack.start("registration")
        ended = self.ended(run, 90)
        print("killed after %d of %d persons" % (half, _MANY))
        self.assertEqual(self.counts(ended), (_MANY, 2, 0, 2))
        self.assertEqual(len(self.hits(path)), 2)
        events = self.stack.sql("registration", "SELECT count(*) FROM match_run WHERE told")
        self.assertGreaterEqual(int(events[0][0]), 1)
        self.refused(self.reviewer.call("POST", run + ":cancel", {}), 400, "MATCH_RUN_ENDED")

    def test_system_paper_and_reality(self):
        village = people.village(5)
        for _ in range(3):
            self.register(5)
        made = self.reviewer.post("/v1/reconciliations", {"area": village})
        path = "/v1/reconciliations/" + made["reconciliationId"]
        self.assertEqual((made["populationCount"], made["figures"]["formCount"]), ("3", "2"))
        self.assertTrue(self.reviewer.get(path + ":replay")["sameSample"])
        self.refused(self.foreign.call("GET", path), 403, "AREA_OUT_OF_SCOPE")
        forms = self.clerk.pages(path + "/forms", "forms", pageSize=1)
        for form, wrong in zip(forms, (False, True)):
            self.enter(form, wrong)
        figures = self.clerk.get(path)["figures"]
        self.assertEqual((figures["enteredCount"], figures["agreedFormCount"], figures["openTaskCount"]),
                         ("2", "1", "2"))
        for agreement in ("AGREES", "DIFFERS"):
            self.assertEqual(len(self.clerk.pages(path + "/forms", "forms", agreement=agreement)), 1)
        tasks = self.clerk.pages("/v1/reconciliation-tasks", "tasks", area=village, onlyOpen="true", pageSize=1)
        self.assertEqual({task["place"] for task in tasks}, {"SYSTEM", "PAPER"})
        for task in tasks:
            self.fix(task)
        self.assertEqual(self.clerk.get(path)["figures"].get("openTaskCount", "0"), "0")

    def enter(self, form, wrong):
        """Fills in what the system says; if it is to be wrong, a member more was found, and the file says nothing."""
        at = "/v1/reconciliation-forms/" + form["formId"]
        values = []
        for value in self.clerk.get(at)["values"]:
            said = value.get("systemValue", "")
            values.append({"field": value["field"], "paperValue": said, "realityValue": said})
            if wrong and value["field"] == "MEMBER_COUNT":
                values[-1].update(paperValue="", realityValue=str(int(said) + 1))
        body = {"values": values, "visitDate": _TODAY, "evidenceSha256": _PAPER}
        self.refused(self.clerk.call("POST", at + ":enter", {**body, "values": values[1:]}), 400, "INVALID_FIELD")
        entered = self.clerk.post(at + ":enter", body)
        self.assertEqual(entered["agreement"], "DIFFERS" if wrong else "AGREES")
        self.refused(self.clerk.call("POST", at + ":enter", body), 400, "RECONCILIATION_FORM_ENTERED")

    def fix(self, task):
        at = "/v1/reconciliation-tasks/" + task["taskId"]
        if task["place"] == "PAPER":
            self.refused(self.clerk.call("POST", at + ":fix", {}), 400, "INVALID_FIELD")
            self.assertTrue(self.clerk.post(at + ":fix", {"evidenceSha256": _PAPER})["done"])
            return
        self.refused(self.clerk.call("POST", at + ":fix", {}), 400, "RECONCILIATION_STILL_DIFFERS")
        member = people.member("99", "2001-02-03", joinDate=_TODAY, joinReason="02")
        self.clerk.post("/v1/households/%s/members" % task["householdId"], {"member": member})
        self.assertTrue(self.clerk.post(at + ":fix")["done"])


if __name__ == "__main__":
    flow.main()
