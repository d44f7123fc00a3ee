"""Whether households and counties may leave, judged by rules that change by province and year: through the gateway,
without a restart, and explained and replayed afterwards."""

import flow
import people
import rulebook
from stack import Accounts

_GANSU, _TOWNSHIP = "620000000000", "621124100000"
_NATION = "100000000000"
_DECISIONS = "/v1/services/registration/decisions/"


def found(outcome):
    """What was found, by the code of the reason."""
    return {reason["code"]: reason.get("found", "") for reason in outcome["reasons"]}


class ExitFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        areas = (_NATION, _GANSU, people.PROVINCE)
        cls.author = accounts.person("exit.author", *[("REGISTRAR", area) for area in areas])
        cls.second = accounts.person("exit.second", *[("REVIEWER", area) for area in areas])
        cls.viewer = accounts.person("exit.viewer", ("VIEWER", _GANSU), ("VIEWER", people.PROVINCE))
        people.import_areas(cls.author)
        cls.author.post("/v1/areas:import", {"root": _GANSU, "areas": people.areas(townships=(_TOWNSHIP,))})

    def register(self, village, year, yuan):
        """Two adults, one of them without medical insurance, in a safe house; `yuan` each in the year."""
        family = people.household(village)
        for member, insured in zip(family["members"], (True, False)):
            member["medicalInsurance"] = insured
        path = "/v1/households/" + self.author.post("/v1/households", family)["householdId"]
        self.author.put("%s/incomes/%d" % (path, year), {"wageFen": str(yuan * 200)})
        self.author.put("%s/living-conditions/%d" % (path, year), {"safeWater": True, "dangerousHouse": False})
        return path

    def judge(self, path, date, **more):
        statements = [{"item": item, "held": True} for item in ("FOOD", "CLOTHING")]
        return self.author.post(path + ":judgeExit", {"date": date, "statements": statements, "accepts": True, **more})

    def replay(self, judged, **choice):
        return self.viewer.get(_DECISIONS + judged["decisionId"] + ":replay", **choice)

    def test_one_household_under_the_rules_of_2016_and_2018(self):
        demo = {path.rpartition("/")[2]: document for path, document in rulebook.demo_files().items()
                if not path.startswith("procedure_definition/")}
        published = {name: self.publish(demo[name]) for name in ("household_2016_gansu", "household_2018_gansu",
                                                                 "exit_2017", "exit_2018")}
        path = self.register(people.village(township=_TOWNSHIP), 2017, 4000)
        tried = self.judge(path, "2017-11-30")
        self.assertEqual((tried["outcome"]["verdict"], tried["decisionId"]), ("PASS", ""), "only tried")
        judged = self.judge(path, "2017-11-30", record=True)
        self.assertEqual([policy["policyId"] for policy in judged["policies"]],
                         [published[name]["policyId"] for name in ("household_2016_gansu", "exit_2017")])
        self.assertTrue(judged["policies"][0]["citation"].startswith("【建议稿】"))
        reasons = found(judged["outcome"])
        self.assertEqual(reasons["MEDICAL_FAILED"], "登记: 2 人中参保 1 人, 未参保 1 人")
        self.assertEqual(reasons["ENOUGH_CONDITIONS_HELD"], "具备 4 项, 不明 0 项")
        self.assertEqual(reasons["INCOME_OVER_LINE_HELD"], "4000.00 元/人·年 (2017年度)")

        by_2018 = self.replay(judged, date="2018-06-30")
        self.assertEqual((by_2018["outcome"]["verdict"], by_2018.get("sameVerdict", False)), ("FAIL", False))
        self.assertIn("MEDICAL_FAILED", found(by_2018["outcome"]))
        asked = {reason["code"]: reason["asked"] for reason in by_2018["outcome"]["reasons"]}
        self.assertEqual(asked["MEDICAL_FAILED"], "具备 (一票否决)")
        self.assertEqual(asked["INCOME_OVER_LINE_HELD"], "高于 3535.00 元/人·年 (一票否决)")
        only_rules = self.replay(judged, policyIds=published["household_2018_gansu"]["policyId"])
        self.assertEqual(only_rules["policies"][1], judged["policies"][1], "the line is that of the decision")
        self.assertEqual(only_rules["outcome"]["verdict"], "FAIL")
        self.assertEqual(self.author.get(path)["exitFlag"], "0", "judging changes no household")

    def test_a_line_that_changes_in_mid_year(self):
        rules = {"area": people.COUNTY, "title": "流程测试退出标准", "validFrom": "2021-01-01",
                 "source": {"confidence": "SECONDARY", "note": "流程测试"},
                 "body": {"@type": "type.googleapis.com/bangfu.registration.v1.HouseholdExitRules",
                          "conditions": [{"item": "INCOME_OVER_LINE", "veto": True}, {"item": "FOOD"}]}}
        self.publish(rules)
        first = self.publish(rulebook.line(3000, "2021-01-01"))
        path = self.register(people.village(), 2021, 3300)
        old = self.judge(path, "2021-06-30", record=True)
        self.assertEqual(self.judge(path, "2021-07-01")["outcome"]["verdict"], "PASS", "the line still holds")
        second = self.publish(rulebook.line(3600, "2021-07-01"), first["policyId"])
        new = self.judge(path, "2021-07-01", record=True)
        self.assertEqual((new["outcome"]["verdict"], new["policies"][1]["policyId"]), ("FAIL", second["policyId"]))
        self.assertEqual(self.judge(path, "2021-06-30")["outcome"]["verdict"], "PASS", "before, the old line holds")
        kept = self.viewer.get(_DECISIONS + old["decisionId"])
        self.assertEqual((kept["outcome"], kept["policies"]), (old["outcome"], old["policies"]))
        explained = self.replay(old)
        self.assertTrue(explained["sameVerdict"])
        self.assertEqual(explained["policies"][1]["policyId"], first["policyId"], "by the old line")
        self.assertEqual(self.replay(old, date="2021-07-01")["outcome"]["verdict"], "FAIL")

    def test_a_county_by_the_figures_of_its_evaluation(self):
        self.publish(rulebook.demo_files()["county_exit_rules/county_inner_mongolia"])
        path = "/v1/areas/%s:judgeCountyExit" % people.FOREIGN_COUNTY
        figure = lambda item, count, total: {"item": item, "count": str(count), "total": str(total),
                                             "rank": "THIRD_PARTY"}
        body = {"date": "2019-12-31", "ruralPopulation": "10000", "record": True,
                "figures": [figure("MISSED_RATE", 6, 2000), figure("WRONG_EXIT_RATE", 0, 100),
                            figure("APPROVAL", 951, 1000)]}
        judged = self.author.post(path, body)
        self.assertEqual(judged["outcome"]["verdict"], "PASS", judged)
        self.assertEqual(found(judged["outcome"])["COMBINED_INCIDENCE_HELD"],
                         "(未脱贫 0 + 估计漏评 30.00 + 估计错退 0.00) ÷ 农村人口 10000 = 0.30%")
        listed = self.viewer.get(_DECISIONS[:-1], subjectId=judged["subjectId"])["decisions"]
        self.assertEqual([decision["rule"] for decision in listed], ["COUNTY_EXIT"])
        body["figures"][2] = figure("APPROVAL", 900, 1000)
        refused = self.author.post(path, body)["outcome"]
        self.assertEqual((refused["verdict"], found(refused)["APPROVAL_FAILED"]),
                         ("FAIL", "第三方评估: 900 ÷ 1000 = 90.00%"))
        self.refused(self.viewer.call("POST", path, body), 403, "PERMISSION_DENIED")
        body["figures"][0] = figure("MISSED_RATE", 2001, 2000)
        self.refused(self.author.call("POST", path, body), 400, "INVALID_FIELD")


if __name__ == "__main__":
    flow.main()
