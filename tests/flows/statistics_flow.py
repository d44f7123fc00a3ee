"""Statistics as a county and its province use them: every figure of a report is opened to its rows, small ones stay in
the county, charts and ledgers say what they lack, and lists go to paper."""

import flow
import people
import rulebook
from stack import Accounts

_YEAR = 2025
_REPORTS = "/v1/statistics/reports/"
_DISCLOSURE = {"area": people.PROVINCE, "title": "流程测试小数目隐去规则", "validFrom": "2020-01-01",
               "source": {"confidence": "PROPOSAL", "note": "流程测试"},
               "body": {"@type": "type.googleapis.com/bangfu.registration.v1.DisclosureRules", "leastCount": 5}}


def figures(report, row):
    """What a row says, by group."""
    return {figure["value"]: None if figure.get("withheld") else int(figure.get("amount", 0))
            for figure in row["figures"]}


class StatisticsFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        cls.author = accounts.person("statistics.author", ("REGISTRAR", people.PROVINCE))
        cls.second = accounts.person("statistics.second", ("REVIEWER", people.PROVINCE))
        cls.province = accounts.person("statistics.province", ("VIEWER", people.PROVINCE))
        cls.county = accounts.person("statistics.county", ("REGISTRAR", people.COUNTY))
        people.import_areas(cls.author)
        cls.households = []
        for number in range(12):
            made = cls.county.post("/v1/households", people.household(
                people.village(number % 3), persons=1 + number % 4, mainCause=("01", "02", "03")[number % 3],
                attribute="01" if number else "02", otherCauses=["02", "12"][:number % 3],
                **({"exitFlag": "1", "exitYear": 2016 + number % 4} if number % 2 else {})))
            path = "/v1/households/" + made["householdId"]
            if number % 4:
                cls.county.put("%s/incomes/%d" % (path, _YEAR), {"wageFen": str(number * 150_000),
                                                                 "pensionFen": str(number * 10_000)})
                cls.county.put("%s/living-conditions/%d" % (path, _YEAR), {
                    "safeWater": number % 3 == 0, "houseCentiM2": str(number * 700), "fuel": "01"})
            cls.households.append(made)
        cls.county.post("/v1/households", people.household(people.village(township=people.TOWNSHIP), persons=2))

    def count(self, report, area, filter):
        return self.county.get(report["listPath"], area=area, filter=filter, pageSize=1).get("totalSize", 0)

    def check_row(self, report, row):
        money = report["kind"]["subject"] == "MONEY"
        for value, figure in zip(report["values"], row["figures"]):
            rows = self.count(report, row["area"], value["filter"])
            if money:
                self.assertEqual(int(figure["amount"]) != 0, rows != 0, (report["kind"]["report"], value))
            else:
                self.assertEqual(int(figure["amount"]), rows, (report["kind"]["report"], row["area"], value))

    def test_every_figure_opens_to_its_rows(self):
        kinds = self.county.get("/v1/statistics/catalogue")["kinds"]
        self.assertGreater(len(kinds), 30)
        for kind in kinds:
            report = self.county.get(_REPORTS + kind["report"], area=people.COUNTY, year=_YEAR)
            self.assertEqual(report["kind"], kind)
            self.assertRegex(report["readTime"], "^20")
            self.check_row(report, report["total"])
        for code in ("PERSON_SEX", "HOUSEHOLD_MAIN_CAUSE", "HOUSEHOLD_INCOME_BAND", "PERSON_AGE", "HOUSEHOLD_SAFE_WATER"):
            for status in ("NOT_OUT", "OUT"):
                report = self.county.get(_REPORTS + code, area=people.COUNTY, year=_YEAR, status=status, partLevel=5)
                self.assertEqual(len(report["parts"]), 3)
                for row in [report["total"], *report["parts"]]:
                    self.check_row(report, row)
        by_township = self.county.get(_REPORTS + "PERSON_TOTAL", area=people.COUNTY)
        self.assertEqual([part["area"] for part in by_township["parts"]], [people.TOWNSHIP])

    def test_a_change_counts_at_once(self):
        before = self.county.get(_REPORTS + "HOUSEHOLD_MAIN_CAUSE", area=people.village())
        household = self.county.get("/v1/households/" + self.households[0]["householdId"])
        self.county.patch("/v1/households/" + household["householdId"],
                          {"mainCause": "11", "etag": household["etag"]})
        after = self.county.get(_REPORTS + "HOUSEHOLD_MAIN_CAUSE", area=people.village())
        old, new = figures(before, before["total"]), figures(after, after["total"])
        self.assertEqual((new["11"], new["01"]), (old["11"] + 1, old["01"] - 1))

    def test_small_figures_stay_in_the_county(self):
        path, query = _REPORTS + "PERSON_ATTRIBUTE", {"area": people.COUNTY}
        self.refused(self.province.call("GET", path, **query), 400, "NO_POLICY_APPLIES")
        self.publish(_DISCLOSURE)
        inside, outside = self.county.get(path, **query), self.province.get(path, **query)
        self.assertEqual(figures(inside, inside["total"])["02"], 1)
        withheld = [value for value, amount in figures(outside, outside["total"]).items() if amount is None]
        self.assertIn("02", withheld)
        self.assertGreater(len(withheld), 1, "one alone could be computed")
        self.assertEqual(outside["total"]["subjectCount"], inside["total"]["subjectCount"])
        self.assertEqual(outside["policies"][0]["kind"], "DISCLOSURE_RULES")
        self.refused(self.province.call("GET", _REPORTS + "PERSON_AGE", area=people.COUNTY, year=2020), 400,
                     "AGE_YEAR_FIXED")
        self.refused(self.province.call("GET", "/v1/statistics/income-series", area=people.TOWNSHIP), 403,
                     "FIGURES_OUTSIDE_COUNTY")

    def test_poverty_measures_and_incomes(self):
        self.publish(rulebook.line(2000, "2025-01-01", purpose="NATIONAL"))
        self.county.post("/v1/statistics/area-figures", {"areaFigure": {
            "area": people.COUNTY, "year": _YEAR, "kind": "RURAL_POPULATION", "amount": "270000", "source": "统计年鉴"}})
        measured = self.county.get("/v1/statistics/poverty-measures", area=people.COUNTY, year=_YEAR)
        total = measured["total"]
        listed = self.county.get("/v1/households", area=people.COUNTY, filter=total["poorFilter"], pageSize=500)
        self.assertEqual(int(total["poorHouseholds"]), listed["totalSize"])
        self.assertEqual(int(total["poorPersons"]), sum(one["memberCount"] for one in listed["households"]))
        self.assertEqual(int(total["incidenceMillionths"]),
                         (int(total["notOutPersons"]) * 1_000_000 * 2 + 270_000) // (2 * 270_000))
        series = self.county.get("/v1/statistics/income-series", area=people.COUNTY)["years"]
        self.assertEqual([year["year"] for year in series], [_YEAR])
        self.assertEqual(int(series[0]["householdCount"]), self.county.get(
            "/v1/households", area=people.COUNTY, filter=series[0]["householdFilter"], pageSize=1)["totalSize"])

    def test_charts_and_ledgers_say_what_they_lack(self):
        self.second.put("/v1/areas/%s/exit-plans/2017" % people.COUNTY, {
            "targets": {"householdCount": "3", "personCount": "9"}, "document": "年度计划"})
        chart = self.county.get("/v1/statistics/wall-charts/TARGETS", area=people.COUNTY)
        target, reached = chart["series"][:2]
        self.assertEqual([(point["label"], point["amount"]) for point in target["points"]], [("2017", "3")])
        self.assertEqual(target["points"][0]["source"], "年度计划")
        for point in reached["points"]:
            self.assertEqual(int(point["amount"]), self.county.get(
                reached["listPath"], area=people.COUNTY, filter=point["filter"], pageSize=1)["totalSize"])
        for name in ("DISTRIBUTION", "CAUSES"):
            drawn = self.county.get("/v1/statistics/wall-charts/" + name, area=people.COUNTY)
            self.assertEqual((drawn["missing"], bool(drawn["series"][0]["points"])), ("", True))
        for name in ("HELP_FORCE", "MEASURES"):
            self.assertEqual(self.county.get("/v1/statistics/wall-charts/" + name, area=people.COUNTY)["missing"],
                             "尚无数据来源")
        entries = self.county.pages("/v1/statistics/ledgers/EFFECT/entries", "entries", area=people.village(1), pageSize=2)
        self.assertEqual(len(entries), 4)
        items = {item["label"]: item for item in entries[0]["items"]}
        self.assertEqual(items["帮扶措施"]["missing"], "尚无数据来源")
        self.assertRegex(items["历年人均纯收入"]["text"], "^2025年 ")

    def test_lists_go_to_paper(self):
        query = {"area": people.COUNTY, "filter": 'exit_flag = "1"', "title": "脱贫公示名单"}
        text = self.county.call("GET", "/v1/lists/HOUSEHOLDS:export", format="ALIGNED_TEXT", **query)
        self.assertEqual(text.status, 200, text)
        title, _, head, rule, *lines = text.text.splitlines()
        self.assertEqual((title, head.split(" | ")[0].strip()), ("脱贫公示名单", "户主姓名"))
        self.assertEqual(len(lines), self.count({"listPath": "/v1/households"}, people.COUNTY, query["filter"]))
        csv = self.county.call("GET", "/v1/lists/MEMBERS:export", format="CSV", area=people.COUNTY)
        self.assertTrue(csv.raw.startswith(b"\xef\xbb\xbf"), csv)
        self.refused(self.county.call("GET", "/v1/lists/MEMBERS:export", area=people.COUNTY, columns="idNumber"), 400,
                     "NOTICE_FIELD_FORBIDDEN")
        printed = self.county.call("GET", _REPORTS + "PERSON_SEX:export", area=people.COUNTY)
        self.assertIn("人口按性别", printed.text)


if __name__ == "__main__":
    flow.main()
