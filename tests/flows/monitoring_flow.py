"""Monitoring against return to poverty under two regimes, from configuration alone: clues, checks, reports, reviews at
three levels, green channel, elimination, and a department's facts; through the gateway."""

import datetime
import hashlib

import flow
import people
import proceedings
import rulebook
from accounts_flow import Certificate
from rest import Rest
from stack import Accounts

_NATION = "100000000000"
_MONITORING = "/v1/monitoring/"
_OPEN_ENDED = ("monitoring_rules/zalute_2020", "procedure_definition/monitoring_entry_zalute")
_NATIONAL = ("monitoring_rules/national_2021", "procedure_definition/monitoring_entry_national",
             "procedure_definition/monitoring_elimination", "department_alert_rules/medical_insurance_income_share")
_PAPER = proceedings.digest("承诺授权书")


def day(offset=0):
    return (proceedings.today() + datetime.timedelta(days=offset)).isoformat()


class MonitoringFlow(proceedings.Proceedings, rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)
        areas = (_NATION, people.PROVINCE)
        cls.author = cls.accounts.person("watch.author", *[("REGISTRAR", area) for area in areas])
        cls.second = cls.accounts.person("watch.second", *[("REVIEWER", area) for area in areas])
        cls.clerk = cls.accounts.person("watch.clerk", *[("REGISTRAR", area) for area in (
            people.COUNTY, people.FOREIGN_COUNTY)])
        cls.entry = cls.accounts.person("watch.entry", ("REGISTRAR", people.TOWNSHIP))
        cls.township = cls.accounts.person("watch.town", *[("REVIEWER", area) for area in (
            people.TOWNSHIP, people.FOREIGN_TOWNSHIP)])
        cls.county = cls.accounts.person("watch.county", *[("REVIEWER", area) for area in (
            people.COUNTY, people.FOREIGN_COUNTY)])
        cls.helper = cls.accounts.person("watch.helper", ("HELPER", people.FOREIGN_COUNTY))
        cls.viewer = cls.accounts.person("watch.viewer", ("VIEWER", people.PROVINCE))
        people.import_areas(cls.author)
        cls.publish_regimes(cls())

    def publish_regimes(self):
        """The national rules for everybody; in another county those of 2020, as if they still held."""
        demo = rulebook.demo_files()
        for name in _NATIONAL:
            self.publish(demo[name])
        for name in _OPEN_ENDED:
            old = dict(demo[name], area=people.FOREIGN_COUNTY)
            del old["validTo"]
            self.publish(old)
        self.publish(rulebook.line(7000, "2024-01-01", people.PROVINCE, "MONITORING"))

    def register(self, area, exit_flag="1"):
        body = people.household(area, exitFlag=exit_flag, **({"exitYear": 2019} if exit_flag == "1" else {}))
        return self.author.post("/v1/households", body)["householdId"], body["members"]

    def clue(self, household, trigger="01", who=None, **more):
        return (who or self.clerk).post(_MONITORING + "clues", {
            "householdId": household, "channel": "FIELD", "triggers": [trigger], **more})

    def on(self, case, verb, who=None, **body):
        return (who or self.clerk).post("%scases/%s:%s" % (_MONITORING, case, verb), body)

    def check(self, case, yuan, **more):
        """Two persons who earned so much each."""
        return self.on(case, "recordRiskCheck", money={"wageFen": str(yuan * 200), **more.pop("money", {})},
                       difficulties=["01"], canCope=False, authorisationDate=day(), authorisationSha256=_PAPER, **more)

    def start(self, verb, area, *cases):
        return self.clerk.call("POST", "%scases:%s" % (_MONITORING, verb), {"area": area, "caseIds": list(cases)})

    def take_turns(self, procedure, *turns):
        """The state after each has approved a step in turn."""
        return [self.act(procedure, who, {"approve": {}})["state"] for who in turns][-1]

    def let_half_a_year_pass(self, area):
        """The dates of the village's monitored cases are set back, as if they had been monitored for so long."""
        back = (day().encode().hex(), day(-200).encode().hex())
        self.stack.sql("registration", "UPDATE monitoring_case SET body = decode(replace(encode(body, 'hex'), "
                       "'%s', '%s'), 'hex') WHERE area = %s AND state = 4" % (*back, area))

    def meet(self, procedure):
        self.act(procedure, self.clerk, {"recordMeeting": self.meeting({}, [])})

    def announce(self, procedure):
        """Posts a notice and lets its days pass; its text."""
        text = self.post_notice(procedure, self.clerk)
        for secret in people.SECRETS:
            self.assertNotIn(secret, text)
        self.end_notice(procedure, self.clerk)
        return text

    def case(self, case):
        return self.viewer.get(_MONITORING + "cases/" + case)

    def cases(self, **query):
        return [found["caseId"] for found in self.viewer.pages(_MONITORING + "cases", "cases", pageSize=2, **query)]

    def enter_nationally(self, area, *cases):
        started = self.start("startEntryReview", area, *cases)
        self.assertEqual(started.status, 200, started)
        procedure = started.body["procedureId"]
        self.take_turns(procedure, self.clerk, self.clerk)
        self.meet(procedure)
        text = self.announce(procedure)
        self.take_turns(procedure, self.clerk, self.township, self.county)
        self.announce(procedure)
        self.assertEqual(self.take_turns(procedure, self.clerk, self.entry), "COMPLETED")
        return text

    def test_the_national_regime(self):
        area = people.village()
        near, _ = self.register(area)
        sudden, _ = self.register(area)
        first = self.clue(near)
        again = self.clue(near, "02", channel="SOCIAL", sourceNumber="12345-1")
        self.assertEqual(again["caseId"], first["caseId"], "clues of one household are followed up together")
        self.assertTrue(self.clue(near, "02", channel="SOCIAL", sourceNumber="12345-1")["repeatedReport"])
        listed = self.viewer.get(_MONITORING + "clues", caseId=first["caseId"])["clues"]
        self.assertEqual(len(listed), 2)
        other = self.clue(sudden)["caseId"]
        body = {"money": {}, "difficulties": ["01"], "canCope": False}
        path = _MONITORING + "cases/%s:recordRiskCheck" % other
        self.refused(self.clerk.call("POST", path, body), 400, "MONITORING_AUTHORISATION_MISSING")
        self.assertEqual(self.check(first["caseId"], 6500)["check"]["groupTitle"], "脱贫不稳定户")
        checked = self.check(other, 20000, money={"compliantExpenseFen": "2000000"})["check"]
        self.assertEqual(checked["groupTitle"], "突发严重困难户", "above the line: 10,000 are left of 20,000")
        decision = "/v1/services/registration/decisions/" + checked["decisionId"]
        self.assertTrue(self.viewer.get(decision + ":replay")["sameVerdict"])
        text = self.enter_nationally(area, first["caseId"], other)
        self.assertIn("2 户", text)
        household = self.viewer.get("/v1/households/" + sudden)
        self.assertEqual((household["monitorType"], household["riskEliminated"]), ("3", False))
        self.assertEqual(self.case(other)["state"], "MONITORED")
        self.assertIn(other, self.cases(area=area, monitored="true", group="3"))
        self.eventually(lambda: other in str(self.risk_events()))
        self.eliminate(area, other)

    def risk_events(self):
        listed = self.author.get("/v1/services/registration/events", area=people.COUNTY, pageSize=1000)
        return [event for event in listed.get("events", []) if "RiskConfirmed" in str(event)]

    def eliminate(self, area, case):
        path = "%scases/%s:judgeElimination" % (_MONITORING, case)
        body = {"kind": "BY_HELP", "money": {"wageFen": "2000000"}, "aboveSince": day(-200)}
        self.refused(self.clerk.call("POST", path, body), 400, "INVALID_FIELD")  # it is monitored since today
        self.let_half_a_year_pass(area)
        judge = lambda **more: self.on(case, "judgeElimination", kind="BY_HELP", money={"wageFen": "2000000"},
                                       aboveSince=day(-200), **more)
        held = [{"item": item, "held": True} for item in (
            "EXPENSE_SOLVED", "EDUCATION", "MEDICAL", "HOUSING", "WATER", "ORIGINAL_RISK_GONE", "NO_NEW_RISK")]
        barred = judge(statements=held, bars=["UNSTABLE_INCOME"])["elimination"]["outcome"]
        self.assertEqual(barred["verdict"], "FAIL")
        self.refused(self.start("startEliminationReview", area, case), 400, "MONITORING_NOT_ELIMINABLE")
        self.assertEqual(judge(statements=held)["elimination"]["outcome"]["verdict"], "PASS")
        procedure = self.start("startEliminationReview", area, case).body["procedureId"]
        self.take_turns(procedure, self.clerk)
        self.meet(procedure)
        self.announce(procedure)
        self.take_turns(procedure, self.clerk, self.township, self.county)
        self.announce(procedure)
        self.assertEqual(self.take_turns(procedure, self.clerk), "COMPLETED")
        ended = self.case(case)
        self.assertEqual((ended["state"], ended["eliminateDate"]), ("ELIMINATED", day()))
        household = self.viewer.get("/v1/households/" + ended["householdId"])
        self.assertEqual((household["monitorType"], household["riskEliminated"]), ("3", True), "what is known stays")
        self.assertNotEqual(self.clue(ended["householdId"], "03")["caseId"], case, "it may come into danger again")

    def test_the_regime_of_2020(self):
        area = people.village(township=people.FOREIGN_TOWNSHIP)
        still_poor, _ = self.register(area, exit_flag="0")
        case = self.clue(still_poor)["caseId"]
        checked = self.on(case, "recordRiskCheck", money={"wageFen": "1800000"}, difficulties=["01"], canCope=False)
        self.assertEqual(checked["check"]["groupTitle"], "未脱贫户", "without a signed paper, whatever the income")
        self.refused(self.start("startEntryReview", area, case), 400, "MONITORING_REPORT_REQUIRED")
        path = _MONITORING + "cases/%s:issueRiskReport" % case
        self.refused(self.helper.call("POST", path, {"proposal": "临时救助"}), 400, "MONITORING_MEETING_REQUIRED")
        meeting = {"date": day(), "title": "村民代表会议", "entitledCount": 30, "presentCount": 26, "inFavourCount": 25,
                   "carried": True}
        report = self.helper.post(path, {"proposal": "临时救助", "meeting": meeting})["report"]
        self.assertTrue(report["text"].startswith("返贫致贫风险预警报告"))
        self.assertEqual(hashlib.sha256(report["text"].encode()).hexdigest(), report["textSha256"])
        procedure = self.start("startEntryReview", area, case).body["procedureId"]
        self.take_turns(procedure, self.clerk)
        self.announce(procedure)
        self.assertEqual(self.take_turns(procedure, self.clerk, self.township, self.county), "COMPLETED")
        self.assertEqual(self.viewer.get("/v1/households/" + still_poor)["monitorType"], "4")
        self.on(case, "assign", account="watch.helper", task="WATCH")
        review = self.on(case, "recordReview", self.helper, result="UNCHANGED")
        self.assertFalse(review.get("late", False))
        self.assertEqual(self.case(case)["nextReviewDate"], day(30))
        self.assertEqual(self.cases(assignedTo="watch.helper"), [case])

    def test_late_cases_and_the_green_channel(self):
        area = people.village(1)
        members = people.household(area)["members"]
        made = self.author.post("/v1/households:registerOrdinary", {"area": area, "members": members})
        case = self.clue(made["householdId"], receiveTime=day(-20) + "T00:00:00Z")["caseId"]
        self.assertTrue(self.case(case)["overdue"])
        self.assertIn(case, self.cases(area=area, overdue="true"))
        opened = self.on(case, "grantEmergencySupport", self.county, note="火灾")
        self.assertTrue(opened["emergencyOpen"])
        figures = self.viewer.get(_MONITORING + "statistics", area=area)
        self.assertEqual((figures["overdueCount"], figures["emergencyOpenCount"]), ("1", "1"))
        self.assertEqual(self.check(case, 6000)["check"]["groupTitle"], "边缘易致贫户")
        self.enter_nationally(area, case)
        ended = self.case(case)
        self.assertFalse(ended.get("emergencyOpen") or ended.get("overdue"))
        figures = self.viewer.get(_MONITORING + "statistics", area=area)
        count = figures["byGroup"][0]
        query = dict(pair.split("=") for pair in count["query"].split("&"))
        self.assertEqual((count["label"], len(self.cases(**query))), ("边缘易致贫户", int(count["caseCount"])))

    def test_a_department_reports_facts(self):
        _, members = self.register(people.village(2))
        certificate = Certificate()
        made = self.accounts.system.post("/v1/clients", {"client": {
            "clientId": "yibao", "department": "医保局", "legalBasis": "防止返贫监测和帮扶", "purposes": ["防返贫监测预警"],
            "areas": [people.COUNTY], "endDate": day(60), "certificateDigest": certificate.digest}})
        self.accounts.security.post("/v1/clients/yibao:approve")
        session = Rest(self.stack.http_port, headers=certificate.headers).post("/v1/session:clientToken", {
            "clientId": "yibao", "clientSecret": made["clientSecret"]})
        system = Rest(self.stack.http_port, session["accessToken"], headers=certificate.headers)
        fact = lambda member, yuan: {"idNumber": member["idNumber"], "kind": "YEAR_SELF_PAY",
                                     "amountFen": str(yuan * 100), "period": day()[:7]}
        report = {"area": people.COUNTY, "department": "MEDICAL_INSURANCE", "purpose": "防返贫监测预警",
                  "facts": [fact(members[0], 8284), fact(members[1], 8283),
                            fact({"idNumber": people.identity_number("19600101", True)}, 90000)]}
        answer = system.post(_MONITORING + "facts:report", report)
        self.assertEqual([answer.get(count, 0) for count in (
            "matchedCount", "unknownCount", "alertedCount", "repeatedCount")], [2, 1, 1, 0],
                         "half of 16,567 is 8,283.50")
        self.assertEqual(system.post(_MONITORING + "facts:report", report)["repeatedCount"], 1)
        wrong = dict(report, purpose="营销")
        self.refused(system.call("POST", _MONITORING + "facts:report", wrong), 403, "MONITORING_PURPOSE_NOT_REGISTERED")
        clues = self.viewer.get(_MONITORING + "clues", area=people.village(2), channel="DEPARTMENT")["clues"]
        self.assertEqual([clue["department"] for clue in clues], ["MEDICAL_INSURANCE"])
        self.refused(system.call("GET", _MONITORING + "clues", area=people.COUNTY), 403, "PERMISSION_DENIED")

    def test_a_run_raises_clues_once(self):
        area = people.village(3)
        household, _ = self.register(area)
        year = datetime.date.today().year - 1
        self.author.put("/v1/households/%s/incomes/%d" % (household, year), {"wageFen": "1000000"})

        def run():
            started = self.county.post(_MONITORING + "trigger-runs", {"area": people.COUNTY, "year": year})
            path = _MONITORING + "trigger-runs/" + started["runId"]
            return self.eventually(lambda: (lambda seen: seen if seen.get("complete") else None)(self.viewer.get(path)))

        self.assertEqual(run()["raisedCount"], "1")
        second = run()
        self.assertEqual((second.get("raisedCount", "0"), second["repeatedCount"]), ("0", "1"))
        self.assertEqual(len(self.cases(area=area, trigger="08")), 1)


if __name__ == "__main__":
    flow.main()
