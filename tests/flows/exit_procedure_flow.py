"""Exits from the first judgement to the end, through the gateway and by the step lists of the demo: households, a village
and a county leave; wrong levels, missing papers and signatures, objections and refusals keep them in."""

import copy

import flow
import people
import proceedings
import rulebook
from stack import Accounts

_NATION = "100000000000"
_TODAY = proceedings.today()
_YEAR = _TODAY.year
_FILE = {"name": "扫描件.jpg", "sha256": "0" * 64, "sizeBytes": "1000", "mediaType": "image/jpeg"}
_SOURCE = {"confidence": "SECONDARY", "note": "流程测试"}


def found(outcome):
    return {reason["code"]: reason.get("found", "") for reason in outcome["reasons"]}


def papers(kind, *subjects):
    return [dict(_FILE, kind=kind, **({"subjectId": subject} if subject else {})) for subject in subjects or ("",)]


class ExitProcedureFlow(proceedings.Proceedings, rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        cls.author = accounts.person("exit.author", *[("REGISTRAR", area) for area in (_NATION, people.PROVINCE)])
        cls.second = accounts.person("exit.second", *[("REVIEWER", area) for area in (_NATION, people.PROVINCE)])
        people.import_areas(cls.author)
        cls.village, cls.foreign = people.village(), people.village(1, people.FOREIGN_TOWNSHIP)
        cls.clerk = accounts.person("exit.clerk", ("REGISTRAR", cls.village), ("REGISTRAR", cls.foreign))
        cls.township = accounts.person("exit.township", *[(role, area) for role in ("REVIEWER", "REGISTRAR")
                                                          for area in (people.TOWNSHIP, people.FOREIGN_TOWNSHIP)])
        cls.county = accounts.person("exit.county", *[("REVIEWER", area) for area in (people.COUNTY, people.FOREIGN_COUNTY)])
        cls.city = accounts.person("exit.city", ("REVIEWER", people.CITY))
        cls.province = accounts.person("exit.province", ("REVIEWER", people.PROVINCE))
        demo = rulebook.demo_files()
        book = cls()
        for name in ("household_exit_rules/household_national", "village_exit_rules/village_national",
                     "county_exit_rules/county_inner_mongolia", "exit_buffer_rules/buffer_inner_mongolia",
                     "living_needs/needs_national", "procedure_definition/household_exit_national",
                     "procedure_definition/village_exit_national", "procedure_definition/county_exit_national"):
            book.publish(demo[name])
        book.publish(rulebook.line(4000, "2021-01-01", area=people.PROVINCE))

    # --- a household, and acting in a procedure ---

    def register(self, village, yuan, guarantees=("FOOD", "CLOTHING"), **fields):
        """Two insured adults in a safe house, with `yuan` each this year."""
        family = people.household(village, **fields)
        for member in family["members"]:
            member["medicalInsurance"] = True
        household = self.author.post("/v1/households", family)["householdId"]
        path = "/v1/households/" + household
        self.author.put("%s/incomes/%d" % (path, _YEAR), {"wageFen": str(yuan * 200)})
        self.author.put("%s/living-conditions/%d" % (path, _YEAR), {"safeWater": True, "dangerousHouse": False})
        self.author.put("%s/guarantees/%d" % (path, _YEAR), {
            "items": [{"item": item, "state": "MET", "evidence": "入户核查表"} for item in guarantees]})
        return household

    def attempt(self, procedure, who, what, value=None, evidence=()):
        """Does something in the current step; the whole answer, and what comes of it in `procedure`."""
        answer = self.try_act(procedure["procedureId"], who, {what: value or {}, "evidence": list(evidence)})
        if answer.status == 200:
            procedure.clear()
            procedure.update(answer.body)
        return answer

    def done(self, procedure, who, what="approve", value=None, evidence=()):
        answer = self.attempt(procedure, who, what, value, evidence)
        self.assertEqual(answer.status, 200, answer)
        return procedure

    def consent(self, procedure, **said):
        return self.clerk.call("POST", "/v1/exit-procedures/%s:recordConsents" % procedure["procedureId"], {
            "consents": [{"householdId": household, "evidence": "认可书", **answers} for household, answers in said["said"].items()]})

    # --- households ---

    def test_households_leave_by_the_national_steps(self):
        stays, objected, leaves = (self.register(self.village, yuan) for yuan in (5000, 6000, 7000))
        poor = self.register(self.village, 3000)
        start = "/v1/areas/%s:startHouseholdExit" % self.village
        refused = self.refused(self.clerk.call("POST", start, {"householdIds": [leaves, poor]}), 400, "EXIT_NOT_PASSED")
        self.assertIn("3000.00 元/人·年", refused["message"])
        tried = self.clerk.post(start, {"householdIds": [stays, objected, leaves], "validateOnly": True})
        self.assertEqual(len(tried["judgements"]), 3)
        started = self.clerk.post(start, {"householdIds": [stays, objected, leaves]})
        self.assertEqual([judged["outcome"]["verdict"] for judged in started["judgements"]], ["INCOMPLETE"] * 3,
                         "the households have not been asked")
        procedure = started["procedure"]
        self.refused(self.attempt(procedure, self.county, "approve"), 403, "NOT_YOUR_STEP")
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "MEETING_MISSING")
        self.done(procedure, self.clerk, "recordMeeting", self.meeting({}, []))
        self.done(procedure, self.clerk)
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "EVIDENCE_MISSING")
        self.done(procedure, self.clerk, evidence=papers("入户核实表", stays, objected, leaves))
        self.accept(procedure, stays, objected, leaves)
        self.pass_notice(procedure, objected)
        self.refused(self.attempt(procedure, self.clerk, "approve"), 403, "NOT_YOUR_STEP")
        self.post_notice(procedure["procedureId"], self.township)
        self.end_notice(procedure["procedureId"], self.second)
        self.done(procedure, self.township)
        self.assertEqual((procedure["state"], procedure["counts"]["approvedCount"]), ("COMPLETED", 1))
        cases = self.second.get("/v1/exit-procedures/%s/cases" % procedure["procedureId"])["cases"]
        self.assertEqual({case["householdId"]: case["outcome"] for case in cases},
                         {leaves: "EXITED", stays: "NOT_APPROVED", objected: "NOT_APPROVED"})
        self.check_after(procedure, leaves, stays)

    def accept(self, procedure, stays, objected, leaves):
        """One household says no: it is taken out after the list went back once."""
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "EXIT_CONSENT_MISSING")
        answer = self.consent(procedure, said={stays: {"accepts": False}, objected: {"accepts": True},
                                               leaves: {"accepts": True, "evidence": "认可书"}})
        self.assertEqual(answer.status, 200, answer)
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "EXIT_CONSENT_REFUSED")
        self.done(procedure, self.clerk, "returnForCorrection", {"toStep": "verify", "reason": "重新核实"})
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "EVIDENCE_MISSING")
        self.done(procedure, self.clerk, evidence=papers("入户核实表", stays, objected, leaves))
        self.done(procedure, self.clerk, "takeOut", {"subjectId": stays, "reason": "本人不认可"})
        self.done(procedure, self.clerk)

    def pass_notice(self, procedure, objected):
        text = self.post_notice(procedure["procedureId"], self.clerk)
        self.assertNotRegex(text, r"\d{15}")
        self.done(procedure, self.clerk, "recordObjection", {"subjectId": objected, "text": "有未登记的收入来源"})
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "OBJECTIONS_OPEN")
        self.done(procedure, self.clerk, "resolveObjection", {"number": 1, "outcome": "UPHELD", "finding": "情况属实"})
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "NOTICE_RUNNING")
        self.end_notice(procedure["procedureId"], self.second)
        self.done(procedure, self.clerk)

    def check_after(self, procedure, leaves, stays):
        path = "/v1/households/" + leaves
        out = self.second.get(path)
        end = "%d-12-31" % (_YEAR + 3)
        self.assertEqual((out["exitFlag"], out["exitYear"], out["bufferEndDate"]), ("1", _YEAR, end))
        self.assertEqual(self.second.get("/v1/households/" + stays)["exitFlag"], "0")
        guard = self.second.get(path + "/support-guard")
        self.assertEqual((guard["guarded"], guard["cause"], guard["endDate"]), (True, "IN_BUFFER", end))
        after = self.second.get(path + "/support-guard", date="%d-01-01" % (_YEAR + 4))
        self.assertEqual((after.get("guarded", False), after["cause"]), (False, "BUFFER_OVER"))
        [entry] = self.second.get("/v1/household-exits", area=self.village)["entries"]
        self.assertEqual((entry["householdId"], entry["kind"], entry["procedureId"]),
                         (leaves, "EXITED", procedure["procedureId"]))
        decision = self.second.get("/v1/services/registration/decisions/%s:replay" % entry["decisionId"])
        self.assertEqual((decision["outcome"]["verdict"], decision["sameVerdict"]), ("PASS", True))
        progress = self.second.get("/v1/areas/%s/exit-progress/%d" % (people.COUNTY, _YEAR))
        self.assertEqual(progress["total"]["actual"]["householdCount"], "1")
        listed = self.second.get("/v1/households", area=people.COUNTY, filter=progress["householdFilter"])
        self.assertEqual([household["householdId"] for household in listed["households"]], [leaves])
        corrected = self.second.post(path + ":correctWrongExit", {"etag": out["etag"], "reason": "复核发现重复计算"})
        self.assertEqual((corrected["exitFlag"], corrected.get("bufferEndDate", "")), ("0", ""))
        self.refused(self.second.call("POST", path + ":correctWrongExit", {"etag": corrected["etag"], "reason": "再次"}),
                     400, "NO_EXIT_TO_CORRECT")

    def test_double_recognition_is_signed(self):
        demo = rulebook.demo_files()
        for name in ("procedure_definition/household_exit_guangxi", "household_exit_rules/household_guangxi"):
            document = copy.deepcopy(demo[name])
            document.update(area=people.FOREIGN_COUNTY, source=_SOURCE)
            if name.startswith("household_exit_rules"):
                document["body"]["acceptanceRequired"] = document["body"]["recognitionRequired"] = True
            self.publish(document)
        household = self.register(self.foreign, 5000, ("INCOME_SOURCE", "ROAD", "POWER", "BROADCAST"))
        procedure = self.clerk.post("/v1/areas/%s:startHouseholdExit" % self.foreign,
                                    {"householdIds": [household]})["procedure"]
        self.done(procedure, self.clerk, "recordMeeting", self.meeting({}, []))
        self.done(procedure, self.clerk)
        self.done(procedure, self.clerk, evidence=papers("入户核实表", household))
        sheet = papers("双认定确认表", household)
        self.refused(self.attempt(procedure, self.clerk, "approve", evidence=sheet), 400, "SIGNATURES_MISSING")
        self.done(procedure, self.clerk, "submit", evidence=sheet)
        for slot, name in (("team-leader", "组长甲"), ("team-member", "组员乙"), ("team-member", "组员丙")):
            self.done(procedure, self.clerk, "sign", {"slot": slot, "signerName": name}, papers("签字扫描件"))
        self.consent(procedure, said={household: {"accepts": True}})
        self.refused(self.attempt(procedure, self.clerk, "approve"), 400, "EXIT_CONSENT_MISSING")
        self.consent(procedure, said={household: {"recognised": True}})
        self.done(procedure, self.clerk)
        self.assertEqual(procedure["step"], "notice")
        [case] = self.second.get("/v1/exit-procedures/%s/cases" % procedure["procedureId"])["cases"]
        self.assertEqual((case["accepts"], case["recognised"]), (True, True))

    def test_income_that_the_guarantees_contradict(self):
        path = "/v1/households/" + self.register(self.village, 900)
        judged = self.author.post(path + ":checkIncomeByNeeds", {"record": True})
        self.assertEqual(judged["outcome"]["verdict"], "DISAGREES")
        self.assertIn("倒推不低于 1800.00 元/人·年", found(judged["outcome"])["DECLARED_INCOME_TOO_LOW"])
        replayed = self.second.get("/v1/services/registration/decisions/%s:replay" % judged["decisionId"])
        self.assertTrue(replayed["sameVerdict"])
        [record] = self.second.get(path + "/guarantees")["records"]
        self.assertEqual(record["items"][0]["recorder"], "exit.author")

    # --- villages and counties ---

    def designate(self, area, **status):
        return self.province.put("/v1/areas/%s/poverty-status" % area, {"state": "POOR", **status})

    def test_a_village_leaves_by_its_profile(self):
        village = people.village(2)
        start = "/v1/areas/%s:startVillageExit" % people.TOWNSHIP
        self.refused(self.township.call("POST", start, {"villages": [village]}), 400, "AREA_NOT_POOR")
        self.designate(village)
        self.refused(self.township.call("POST", start, {"villages": [village]}), 400, "VILLAGE_PROFILE_MISSING")
        profile = "/v1/areas/%s/village-profiles/%d" % (village, _YEAR)
        held = [{"item": item, "held": True} for item in ("INFRASTRUCTURE", "PUBLIC_SERVICES", "INDUSTRY")]
        first = self.township.put(profile, {"ruralPopulation": "300", "statements": held})
        refused = self.refused(self.township.call("POST", start, {"villages": [village]}), 400, "EXIT_NOT_PASSED")
        self.assertIn("有村集体经济收入", refused["message"])
        held.append({"item": "COLLECTIVE_INCOME", "held": True, "evidence": "村集体账目"})
        self.township.put(profile, {"ruralPopulation": "300", "statements": held, "etag": first["etag"]})
        procedure = self.township.post(start, {"villages": [village]})["procedure"]
        self.refused(self.attempt(procedure, self.township, "approve"), 400, "EVIDENCE_MISSING")
        self.done(procedure, self.township, evidence=papers("退出申请", village))
        self.post_notice(procedure["procedureId"], self.township)
        self.end_notice(procedure["procedureId"], self.second)
        self.done(procedure, self.township)
        self.refused(self.attempt(procedure, self.township, "approve"), 403, "NOT_YOUR_STEP")
        self.done(procedure, self.county)
        self.post_notice(procedure["procedureId"], self.county)
        self.end_notice(procedure["procedureId"], self.second)
        self.done(procedure, self.county)
        [out] = self.second.get("/v1/poverty-areas", area=people.TOWNSHIP, level="VILLAGE", state="EXITED")["areas"]
        self.assertEqual((out["area"], out["exitDate"]), (village, _TODAY.isoformat()))
        still = self.second.get("/v1/poverty-areas", area=people.TOWNSHIP, level="VILLAGE", state="POOR")
        self.assertEqual(still.get("areas", []), [])

    def evaluated(self, rural, wrong=3, missed=6, approving=951, rank="THIRD_PARTY"):
        figure = lambda item, count, total: {"item": item, "count": str(count), "total": str(total), "rank": rank}
        return {"ruralPopulation": str(rural), "figures": [
            figure("MISSED_RATE", missed, 2000), figure("WRONG_EXIT_RATE", wrong, 600), figure("APPROVAL", approving, 1000)]}

    def test_a_county_leaves_by_its_combined_incidence(self):
        """The worked example at a hundredth: 15 persons not out, 80 out, 6 of 2000 missed, 3 of 600 wrongly out."""
        home = people.village(0, people.FOREIGN_TOWNSHIP)
        for persons, flag in [(4, "1")] * 20 + [(4, "0")] * 3 + [(3, "0")]:
            self.author.post("/v1/households", people.household(home, persons, exitFlag=flag,
                                                                **({"exitYear": 2019} if flag == "1" else {})))
        path = "/v1/areas/%s:judgeCountyExit" % people.FOREIGN_COUNTY
        judge = lambda *figures, **more: self.county.post(path, self.evaluated(*figures, **more))["outcome"]
        self.assertEqual(found(judge(1000))["COMBINED_INCIDENCE_HELD"],
                         "(未脱贫 15 + 估计漏评 2.72 + 估计错退 0.40) ÷ 农村人口 1000 = 1.81%")
        for outcome, verdict in ((judge(560), "PASS"), (judge(559), "FAIL"), (judge(1000, wrong=12), "FAIL"),
                                 (judge(1000, wrong=11), "PASS"), (judge(1000, missed=40), "FAIL"),
                                 (judge(2000, missed=39), "PASS"), (judge(1000, approving=900), "FAIL")):
            self.assertEqual(outcome["verdict"], verdict, outcome)
        self.leave(people.FOREIGN_COUNTY)

    def leave(self, county):
        start = "/v1/areas/%s:startCountyExit" % county
        self.refused(self.county.call("POST", start, self.evaluated(1000)), 400, "AREA_NOT_POOR")
        self.designate(county)
        self.refused(self.county.call("POST", start, self.evaluated(500)), 400, "EXIT_NOT_PASSED")
        procedure = self.county.post(start, self.evaluated(1000, rank="COUNTY"))["procedure"]
        self.done(procedure, self.county, evidence=papers("退出申请") + papers("自查报告"))
        self.refused(self.attempt(procedure, self.county, "approve"), 403, "NOT_YOUR_STEP")
        self.done(procedure, self.city, "returnForCorrection", {"toStep": "propose", "reason": "自查报告缺页"})
        self.done(procedure, self.county, evidence=papers("退出申请") + papers("自查报告"))
        self.done(procedure, self.city)
        self.done(procedure, self.province, evidence=papers("核查报告"))
        self.post_notice(procedure["procedureId"], self.province)
        self.end_notice(procedure["procedureId"], self.second)
        self.done(procedure, self.province)
        judge = "/v1/areas/%s:judgeCountyExit" % county
        kept = {"record": True, "procedureId": procedure["procedureId"]}
        worse = self.province.post(judge, {**self.evaluated(1000, approving=890), **kept})
        self.assertEqual(worse["outcome"]["verdict"], "FAIL")
        paper = papers("批准文件")
        self.county.post(judge, {**self.evaluated(1000), "record": True})
        self.refused(self.attempt(procedure, self.province, "approve", evidence=paper), 400, "COUNTY_JUDGEMENT_NOT_PASSED")
        self.refused(self.county.call("POST", judge, {**self.evaluated(1000), **kept}), 400,
                     "COUNTY_JUDGEMENT_NOT_INDEPENDENT")
        self.province.post(judge, {**self.evaluated(1000), **kept})
        self.done(procedure, self.province, evidence=paper)
        [out] = self.second.get("/v1/poverty-areas", level="COUNTY", state="EXITED")["areas"]
        self.assertEqual((out["area"], out["procedureId"]), (county, procedure["procedureId"]))

    def test_a_plan_is_held_against_what_came_out(self):
        plan = "/v1/areas/%s/exit-plans/%d" % (people.COUNTY, _YEAR + 1)
        first = self.county.put(plan, {"targets": {"householdCount": "10", "personCount": "25"}})
        self.refused(self.county.call("PUT", plan, {"targets": {"householdCount": "11", "personCount": "25"}}), 400,
                     "INVALID_FIELD")
        self.county.put(plan, {"targets": {"householdCount": "11", "personCount": "27"}, "etag": first["etag"]})
        [kept] = [plan for plan in self.second.get("/v1/areas/%s/exit-plans" % people.COUNTY)["plans"]
                  if plan["year"] == _YEAR + 1]
        self.assertEqual(kept["targets"]["personCount"], "27")
        progress = self.second.get("/v1/areas/%s/exit-progress/%d" % (people.COUNTY, _YEAR + 1))
        self.assertEqual(progress["total"]["planned"]["householdCount"], "11")
        self.assertEqual(progress["total"]["actual"].get("householdCount", "0"), "0")


if __name__ == "__main__":
    flow.main()
