"""Who is identified as poor: three methods, each from its documents alone, from the application to the register; removal
and return; and what may go wrong on the way."""

import datetime

import flow
import people
import proceedings
import rulebook
from stack import Accounts

_NATION = "100000000000"
_GUANGXI, _SHAANXI = "450000000000", "610000000000"
# The country's step list, Baoji's, and Inner Mongolia's.
_LONGLIN, _BAOJI = "451031100000", "610302001000"
_STEPS = {_LONGLIN: 10, _BAOJI: 7, people.TOWNSHIP: 9}
_DOCUMENTS = ("scoring_rubric/guangxi", "scoring_rubric/zhalute", "entry_rules/national", "entry_rules/baoji",
              "entry_rules/inner_mongolia", "procedure_definition/household_national",
              "procedure_definition/household_baoji", "procedure_definition/household_inner_mongolia",
              "procedure_definition/removal_national", "procedure_definition/return_national")
_CAMPAIGNS, _APPLICATIONS = "/v1/identification-campaigns", "/v1/identification-applications"


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


class IdentificationFlow(proceedings.Proceedings, rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        areas = (_NATION, _GUANGXI, _SHAANXI, people.PROVINCE)
        cls.author = accounts.person("ident.author", *[("REGISTRAR", area) for area in areas])
        cls.second = accounts.person("ident.second", *[("REVIEWER", area) for area in areas])
        people.import_areas(cls.author)
        for root, township in ((_GUANGXI, _LONGLIN), (_SHAANXI, _BAOJI)):
            cls.author.post("/v1/areas:import", {"root": root, "areas": people.areas(townships=(township,))})
        demo = rulebook.demo_files()
        instance = cls("publish")
        for name in _DOCUMENTS:
            instance.publish(demo[name])
        # Shaanxi has no rubric of its own in the demo: it takes the four looks.
        instance.publish({**demo["scoring_rubric/four_looks"], "area": _SHAANXI})
        instance.publish(rulebook.line(4000, "2020-01-01", area=_NATION, purpose="NATIONAL"))

    # --- what people do ---

    def clerk(self, village):
        return self.actor("VILLAGE", "REGISTRAR", village)

    def county(self, village):
        return self.actor("COUNTY", "REVIEWER", village)

    def open(self, village, **more):
        start = (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
        return self.county(village).post(_CAMPAIGNS, {"area": village[:6].ljust(12, "0"), "title": "动态识别",
                                                      "startDate": start, **more})

    def ordinary(self, campaign, village, yuan):
        """An ordinary household of two that earned so much each in the campaign's year."""
        clerk = self.clerk(village)
        made = clerk.post("/v1/households:registerOrdinary",
                          {"area": village, "members": people.household(village)["members"]})
        clerk.put("/v1/households/%s/incomes/%d" % (made["householdId"], campaign["year"]),
                  {"wageFen": str(yuan * 200)})
        return made["householdId"]

    def apply(self, campaign, village, household_id, **more):
        return self.clerk(village).post(
            "/v1/households/%s:applyForIdentification" % household_id,
            {"campaignId": campaign["campaignId"], "applicant": "HOUSEHOLD", "channel": "VISIT", "standard": "1",
             "attribute": "01", "mainCause": "08", "otherCauses": ["01"], **more})

    def check(self, application, village, option=0, **more):
        """The option in that place of every item of the rubric that must be answered."""
        rubric = self.rubric(village)
        answers = [{"item": item["key"], "options": [item["options"][option]["key"]]} for item in rubric["items"]
                   if not item.get("bonus")]
        check = {"visitTime": now(), "place": "本人家中", "visitors": ["驻村队员"], "householderSigned": True,
                 "formSha256": proceedings.digest(application["applicationId"]), "answers": answers, **more}
        return self.clerk(village).post("%s/%s/home-checks" % (_APPLICATIONS, application["applicationId"]),
                                        {"check": check})

    def resolve(self, kind, village, purpose=""):
        return self.author.get(rulebook.POLICIES + ":resolve", kind=kind, area=village, purpose=purpose,
                               date=datetime.date.today().isoformat())["policy"]["body"]

    def rubric(self, village):
        return self.resolve("SCORING_RUBRIC", village)

    def steps(self, village, purpose="HOUSEHOLD_IDENTIFICATION"):
        return self.resolve("PROCEDURE_DEFINITION", village, purpose)["steps"]

    def applied(self, campaign, village, yuan=1000, **check):
        """A household whose application is checked."""
        household_id = self.ordinary(campaign, village, yuan)
        return self.check(self.apply(campaign, village, household_id), village, **check)

    def start(self, campaign, village):
        path = "%s/%s:start" % (_CAMPAIGNS, campaign["campaignId"])
        return self.clerk(village).call("POST", path, {"area": village})

    def started(self, campaign, village):
        answer = self.start(campaign, village)
        self.assertEqual(answer.status, 200, answer)
        return answer.body

    def household(self, household_id):
        return self.author.get("/v1/households/" + household_id)

    # --- the three methods ---

    def test_two_notices_and_an_announcement(self):
        village = people.village(township=_LONGLIN)
        campaign = self.open(village)
        self.assertIn("分数线: 不高于 55.00 分", self.ranking(campaign, village)["lineRule"])
        poor = self.applied(campaign, village)
        rich = self.applied(campaign, village, option=2)
        vetoed = self.applied(campaign, village, exclusions=[{"key": "vehicle", "evidence": "车辆登记证明"}])
        started = self.started(campaign, village)
        self.assertEqual((started["listedCount"], started["refusedCount"]), (1, 2))
        notes = {one["applicationId"]: one.get("note") for one in self.clerk(village).pages(
            _APPLICATIONS, "applications", area=village, state="REFUSED")}
        self.assertIn("分数线不高于 55.00 分", notes[rich["applicationId"]])
        self.assertIn("一票否决", notes[vetoed["applicationId"]])

        steps = self.steps(village)
        self.assertEqual(len(steps), _STEPS[_LONGLIN])
        first, later = steps[0], steps[2]
        self.refused(self.try_act(started["procedureId"], self.clerk(village), {"approve": {}}, later["key"]), 400,
                     "STEP_NOT_CURRENT")
        self.refused(self.try_act(started["procedureId"], self.county(village), {"approve": {}}), 403, "NOT_YOUR_STEP")
        self.assertEqual(first["level"], "VILLAGE")
        for step in steps:
            if step["level"] == "COUNTY":
                township = self.actor("TOWNSHIP", "REVIEWER", village)
                self.refused(self.try_act(started["procedureId"], township, {"approve": {}}), 403, "NOT_YOUR_STEP")
            done = self.take_step(started["procedureId"], step, [poor["householdId"]], village)
        self.assertEqual(done["state"], "COMPLETED")
        household = self.household(poor["householdId"])
        self.assertEqual([household[field] for field in ("type", "standard", "mainCause", "otherCauses", "exitFlag")],
                         ["REGISTERED", "1", "08", ["01"], "0"])
        self.assertEqual(self.household(rich["householdId"])["type"], "ORDINARY")
        progress = self.county(village).get("%s/%s" % (_CAMPAIGNS, campaign["campaignId"]))["progress"]
        self.assertEqual((progress["approvedCount"], progress["refusedCount"]), (1, 2))
        listed = self.clerk(village).pages("/v1/households", "households", area=village)
        self.assertEqual([one["householdId"] for one in listed], [poor["householdId"]])

    def test_seven_steps_with_an_objection(self):
        village = people.village(township=_BAOJI)
        campaign = self.open(village)
        stays, goes = self.applied(campaign, village), self.applied(campaign, village)
        subjects = [stays["householdId"], goes["householdId"]]
        procedure_id = self.started(campaign, village)["procedureId"]
        steps = self.steps(village)
        self.assertEqual(len(steps), _STEPS[_BAOJI])
        for step in steps:
            if step["key"] == "notice-1":
                self.object_to(procedure_id, village, goes["householdId"], step)
                subjects = subjects[:1]
                self.act(procedure_id, self.clerk(village), {"approve": {}})
            else:
                done = self.take_step(procedure_id, step, subjects, village)
        self.assertEqual(done["state"], "COMPLETED")
        self.assertEqual([self.household(one["householdId"])["type"] for one in (stays, goes)],
                         ["REGISTERED", "ORDINARY"])
        refused = self.clerk(village).get(_APPLICATIONS + "/" + goes["applicationId"])
        self.assertEqual((refused["state"], refused["note"]), ("REFUSED", "公示异议 1 成立"))

    def object_to(self, procedure_id, village, household_id, step):
        clerk = self.clerk(village)
        text = self.post_notice(procedure_id, clerk)
        self.assertNotRegex(text, r"\d{17}[\dX]")
        self.act(procedure_id, clerk, {"recordObjection": {"subjectId": household_id, "text": "该户有出租房"}})
        self.assertEqual(self.procedure(procedure_id, clerk)["steps"][-1]["notice"].get("toDate", ""), "",
                         "the clock stands still")
        self.refused(self.try_act(procedure_id, clerk, {"approve": {}}), 400, "OBJECTIONS_OPEN")
        self.act(procedure_id, clerk, {"resolveObjection": {"number": 1, "outcome": "UPHELD", "finding": "属实"}})
        self.refused(self.try_act(procedure_id, clerk, {"approve": {}}), 400, "NOTICE_RUNNING")
        self.pass_days(procedure_id, clerk, step["notice"]["days"] + 2)

    def test_nine_steps_from_the_ranking_of_the_county(self):
        village, other = people.village(0), people.village(1)
        campaign = self.open(village, quota=3)
        neediest = self.applied(campaign, other, yuan=500)
        tied = [self.applied(campaign, village, yuan=1000) for _ in range(2)]
        beyond = self.applied(campaign, village, option=1)
        withdrawn = self.apply(campaign, village, self.ordinary(campaign, village, 1000),
                               applicant="RESIDENT_TEAM", applicantName="驻村队长")
        ranking = self.ranking(campaign, village, "")
        ranks = [(one["rank"], one["application"]["applicationId"], one["quotaSide"]) for one in ranking["entries"]]
        self.assertEqual(ranks[0], (1, neediest["applicationId"], "WITHIN"))
        self.assertEqual(ranks[1:3], [(2, one["applicationId"], "WITHIN") for one in tied])
        self.assertEqual(ranks[3], (4, beyond["applicationId"], "BEYOND"))
        self.assertEqual(ranking["entries"][1]["sharingCount"], 2)
        self.assertIn("并列同一名次", ranking["orderRule"])

        self.refused(self.start(campaign, village), 400, "CAMPAIGN_STILL_OPEN")
        path = "%s/%s" % (_CAMPAIGNS, campaign["campaignId"])
        self.county(village).post(path + ":close", {"etag": self.county(village).get(path)["etag"]})
        self.refused(self.start(campaign, village), 400, "APPLICATIONS_UNCHECKED")
        back = self.clerk(village).post("%s/%s:withdraw" % (_APPLICATIONS, withdrawn["applicationId"]),
                                        {"etag": withdrawn["etag"], "reason": "农户不再申请"})
        self.assertEqual(back["state"], "WITHDRAWN")
        started = self.started(campaign, village)
        self.assertEqual((started["listedCount"], started["refusedCount"]), (2, 1))
        steps = self.steps(village)
        self.assertEqual(len(steps), _STEPS[people.TOWNSHIP])
        for step in steps:
            done = self.take_step(started["procedureId"], step, [one["householdId"] for one in tied], village)
        self.assertEqual(done["state"], "COMPLETED")
        self.assertEqual({self.household(one["householdId"])["type"] for one in tied}, {"REGISTERED"})
        explained = self.author.get("/v1/services/registration/decisions/%s:replay" % tied[0]["scoreDecisionId"])
        self.assertTrue(explained["sameVerdict"])

    def ranking(self, campaign, village, area=None):
        area = village if area is None else area
        who = self.county(village)
        return who.get("%s/%s/ranking" % (_CAMPAIGNS, campaign["campaignId"]), **({"area": area} if area else {}))

    # --- the way out and back ---

    def test_removal_and_return(self):
        village = people.village(2)
        clerk = self.clerk(village)
        removed, fallen = [clerk.post("/v1/households", people.household(village)) for _ in range(2)]
        out = clerk.patch("/v1/households/" + fallen["householdId"],
                          {"exitFlag": "1", "exitYear": 2024, "etag": fallen["etag"]})
        self.assertEqual(out["exitFlag"], "1")
        started = clerk.post("/v1/register-cases:startRemoval", {"area": village, "candidates": [
            {"householdId": removed["householdId"], "removalReason": "04", "note": "配偶为在编教师"}]})
        for step in self.steps(village, "HOUSEHOLD_REMOVAL"):
            self.take_step(started["procedureId"], step, [removed["householdId"]], village)
        self.assertEqual(self.household(removed["householdId"])["type"], "ORDINARY")
        history = clerk.pages("/v1/households/%s/history" % removed["householdId"], "changes")
        self.assertTrue(history)

        again = {"area": village, "candidates": [{"householdId": removed["householdId"], "mainCause": "04"}]}
        self.refused(clerk.call("POST", "/v1/register-cases:startReturn", again), 400, "HOUSEHOLD_NOT_ELIGIBLE")
        started = clerk.post("/v1/register-cases:startReturn", {"area": village, "candidates": [
            {"householdId": fallen["householdId"], "mainCause": "04"}]})
        for step in self.steps(village, "HOUSEHOLD_RETURN"):
            self.take_step(started["procedureId"], step, [fallen["householdId"]], village)
        household = self.household(fallen["householdId"])
        self.assertEqual((household["exitFlag"], household["mainCause"]), ("3", "04"))
        cases = clerk.pages("/v1/register-cases", "cases", area=village)
        self.assertEqual([(one["kind"], one["state"]) for one in cases],
                         [("REMOVAL", "APPROVED"), ("RETURN", "APPROVED")])

    def test_where_the_rules_leave_entry_to_procedures(self):
        village = people.village(township=people.FOREIGN_TOWNSHIP)
        demo = rulebook.demo_files()["entry_rules/inner_mongolia"]
        clerk = self.clerk(village)
        household = clerk.post("/v1/households", people.household(village))
        self.publish({**demo, "area": people.FOREIGN_COUNTY, "title": "须经程序纳入和退出",
                      "body": {**demo["body"], "entryByProcedure": True, "exitByProcedure": True}})
        self.refused(clerk.call("POST", "/v1/households", people.household(village)), 400, "ENTRY_BY_PROCEDURE")
        self.refused(clerk.call("PATCH", "/v1/households/" + household["householdId"],
                                {"exitFlag": "1", "etag": household["etag"]}), 400, "EXIT_BY_PROCEDURE")


if __name__ == "__main__":
    flow.main()
