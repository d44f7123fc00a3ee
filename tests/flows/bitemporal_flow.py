"""What was true when, and what was known when: corrections of the past, lists and figures at instants, flows that
balance, snapshots that stay, and published figures beside the register's own."""

import flow
import people
from stack import Accounts

_SECOND_VILLAGE = 1


def number(figures, field):
    return sum(int(figure.get(field, 0)) for figure in figures)


def instants(as_of, known):
    return {"asOf": as_of, "asKnownAt": known}


class BitemporalFlow(flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        province = accounts.person("times.province", ("REGISTRAR", people.PROVINCE))
        cls.county = accounts.person("times.county", ("REGISTRAR", people.COUNTY), ("REVIEWER", people.COUNTY))
        cls.viewer = accounts.person("times.viewer", ("VIEWER", people.PROVINCE))
        people.import_areas(province)

    def register(self, village=0, **options):
        return self.county.post("/v1/households", people.household(people.village(village), **options))

    def change(self, household, effective, **fields):
        return self.county.patch("/v1/households/%s?effectiveDate=%s" % (household["householdId"], effective),
                                 {"etag": household["etag"], **fields})

    def households(self, area, **query):
        return {found["householdId"] for found in self.viewer.pages("/v1/households", "households", area=area, pageSize=2,
                                                                    **query)}

    def members(self, area, **query):
        return {found["memberId"] for found in self.viewer.pages("/v1/members", "members", area=area, pageSize=3, **query)}

    def flow_of(self, area, from_date, to_date, **query):
        """The balances of an area, by status, and those of its parts, by area and status; each is checked."""
        read = self.viewer.get("/v1/register/flow", area=area, fromDate=from_date, toDate=to_date, **query)
        for balance in read.get("total", []) + read.get("parts", []):
            for kind in ("Household", "Person"):
                field = kind.lower() + "Count"
                came, went = number(balance.get("increases", []), field), number(balance.get("decreases", []), field)
                start, end = (int(balance.get("%s%sCount" % (at, kind), 0)) for at in ("start", "end"))
                self.assertEqual(start + came - went, end, balance)
        total = {balance["status"]: balance for balance in read.get("total", [])}
        return total, {(balance["area"], balance["status"]): balance for balance in read.get("parts", [])}

    def opened(self, balance, period, direction, reason, **query):
        """The persons behind a figure of a flow."""
        changes = self.viewer.pages("/v1/register/changes", "changes", area=balance["area"], status=balance["status"],
                                    direction=direction, reason=reason, subject="PERSON", pageSize=2, **period, **query)
        return sum(change["count"] for change in changes)

    # --- the two times ---

    def test_a_correction_of_the_past(self):
        made = self.register(persons=3)
        path = "/v1/households/" + made["householdId"]
        self.assertEqual(made["validFrom"], "2016-01-01", "since its members joined")
        exited = self.change(made, "2020-10-01", exitFlag="1", exitYear=2020)
        before = exited["updateTime"]
        corrected = self.change(exited, "2018-12-01", exitFlag="1", exitYear=2018)
        after = corrected["updateTime"]
        flag = lambda **at: self.viewer.get(path, **at)["exitFlag"]
        self.assertEqual(flag(asOf="2019-06-30"), "1")
        self.assertEqual(flag(**instants("2019-06-30", before)), "0", "as it was known before the correction")
        self.assertEqual(flag(**instants("2019-06-30", after)), "1")
        self.assertEqual(flag(asOf="2018-11-30"), "0")
        self.assertEqual(self.viewer.get(path)["exitYear"], 2020, "what was said of a later day stands")
        self.refused(self.viewer.call("GET", path, asOf="2015-12-31"), 404, "HOUSEHOLD_NOT_FOUND")
        history = self.county.get(path + "/history")["changes"]
        self.assertEqual([change["validFrom"] for change in history if change["table"] == "AC01"][:2],
                         ["2020-10-01", "2018-12-01"])
        refused = self.county.call("PATCH", path + "?effectiveDate=2015-01-01", {"etag": corrected["etag"], "mainCause": "02"})
        self.assertIn("2016-01-01", self.refused(refused, 400, "EFFECTIVE_DATE_TOO_EARLY")["message"])
        self.refused(self.county.call("PATCH", path + "?effectiveDate=2199-01-01",
                                      {"etag": corrected["etag"], "mainCause": "02"}), 400, "EFFECTIVE_DATE_IN_FUTURE")

    def test_lists_and_statistics_at_an_instant(self):
        village = people.village(2)
        first, second = self.register(2, persons=2), self.register(2, persons=3)
        known = second["createTime"]
        self.change(first, "2019-01-01", exitFlag="1")
        self.change(second, "2020-01-01", area=people.village(3))
        both = {first["householdId"], second["householdId"]}
        self.assertEqual(self.households(village, asOf="2019-06-30"), both)
        self.assertEqual(self.households(village, asOf="2020-06-30"), {first["householdId"]})
        self.assertEqual(self.households(village, **instants("2020-06-30", known)), both, "the move was not known")
        self.assertEqual(self.households(people.village(3), asOf="2020-06-30"), {second["householdId"]})
        self.assertEqual(len(self.members(village, asOf="2019-06-30", filter='household_exit_flag = "1"')), 2)
        self.assertEqual(len(self.members(village, filter='household_exit_flag = "1"', **instants("2019-06-30", known))), 0)
        for as_of, persons, exited in (("2018-06-30", 5, 0), ("2019-06-30", 5, 2), ("2020-06-30", 2, 2)):
            total = self.viewer.get("/v1/register/statistics", area=village, asOf=as_of)["total"]
            self.assertEqual((int(total["personCount"]), int(total.get("exitedPersonCount", 0))), (persons, exited))
            self.assertEqual(len(self.members(village, asOf=as_of, filter=total["personFilter"])), persons)
        self.refused(self.viewer.call("GET", "/v1/households", area=village, asOf="2019-06-30", orderBy="exit_flag"), 400,
                     "INSTANT_ORDER")

    # --- stocks and flows ---

    def test_flows_balance_and_open(self):
        village, other, township = people.village(4), people.village(5), people.TOWNSHIP
        one, two = self.register(4, persons=4), self.register(4, persons=3)
        period = {"fromDate": "2020-01-01", "toDate": "2020-12-31"}
        out = self.change(one, "2020-11-01", exitFlag="1")
        self.change(out, "2020-12-01", exitFlag="3")
        self.change(two, "2020-06-01", area=other)
        leaver = [member for member in self.county.get("/v1/households/%s/members" % two["householdId"])["members"]
                  if member["relation"] != "01"][0]
        self.county.post("/v1/members/%s:remove" % leaver["memberId"],
                         {"etag": leaver["etag"], "leaveReason": "01", "leaveDate": "2020-03-15"})
        total, _ = self.flow_of(village, **{"from_date": "2020-01-01", "to_date": "2020-12-31"})
        poor = total["IN_POVERTY"]
        self.assertEqual((poor["startPersonCount"], poor.get("endPersonCount", "0")), ("7", "0"))
        went = {figure["reason"]: (figure["personCount"], figure["reasonLabel"]) for figure in poor["decreases"]}
        self.assertEqual(went, {"EXITED": ("4", "脱贫"), "RELOCATED": ("2", "整户搬迁或区划调整"), "LEAVE_01": ("1", "减少: 死亡")})
        for reason, (persons, _) in went.items():
            self.assertEqual(self.opened(poor, period, "DECREASE", reason), int(persons), reason)
        self.assertEqual(total["OUT_OF_POVERTY"]["increases"][0]["personCount"], "4")
        returned = total["RETURNED"]
        self.assertEqual((returned["increases"][0]["reason"], returned["endPersonCount"]), ("RETURNED", "4"))
        self.assertEqual(self.opened(returned, period, "INCREASE", "RETURNED"), 4)
        self.assertEqual(len(self.members(village, asOf="2020-12-31", filter=returned["personFilter"])), 4)
        above, parts = self.flow_of(township, "2020-01-01", "2020-12-31")
        self.assertEqual(parts[other, "IN_POVERTY"]["increases"][0]["reason"], "RELOCATED")
        self.assertNotIn("RELOCATED", {figure["reason"] for figure in above["IN_POVERTY"].get("decreases", [])},
                         "what moves inside the township is no flow of it")

    # --- snapshots ---

    def test_a_snapshot_stays(self):
        area = people.village(_SECOND_VILLAGE)
        made = self.register(_SECOND_VILLAGE, persons=3)
        snapshot = self.county.post("/v1/snapshots", {
            "area": area, "name": "2020年度统计", "period": "ANNUAL", "year": 2020, "fromDate": "2020-01-01",
            "asOf": "2020-12-31", "asKnownAt": made["createTime"]})
        self.assertEqual(snapshot["statistics"]["total"]["personCount"], "3")
        self.change(made, "2020-05-01", exitFlag="1")
        self.register(_SECOND_VILLAGE, persons=2)
        kept = self.viewer.get("/v1/snapshots/" + snapshot["snapshotId"])
        self.assertEqual((kept["statistics"], kept["flow"]), (snapshot["statistics"], snapshot["flow"]))
        at = {"snapshotId": snapshot["snapshotId"]}
        self.assertEqual(self.viewer.get("/v1/register/statistics", area=area, **at), snapshot["statistics"])
        self.assertEqual(self.households(area, **at), {made["householdId"]})
        self.assertEqual(self.viewer.get("/v1/households/" + made["householdId"], **at)["exitFlag"], "0")
        now = self.viewer.get("/v1/register/statistics", area=area, asOf="2020-12-31")["total"]
        self.assertEqual((now["personCount"], now["exitedPersonCount"]), ("5", "3"))
        self.assertEqual([one["snapshotId"] for one in self.viewer.get("/v1/snapshots", area=area)["snapshots"]],
                         [snapshot["snapshotId"]])
        self.refused(self.viewer.call("GET", "/v1/households", area=area, asOf="2020-12-31", **at), 400, "INSTANTS_TWICE")

    # --- published figures ---

    def publish(self, measure, movement, date, value, source, **more):
        return self.county.post("/v1/published-figures", {"figure": {
            "area": people.COUNTY, "measure": measure, "movement": movement, "date": date, "valueCenti": str(value),
            "source": source, **more}})

    def test_published_figures_side_by_side(self):
        plan = {"source": "隆林县脱贫攻坚规划 (用作测试)"}
        self.publish("PERSONS_IN_POVERTY", "STOCK", "2015-12-31", 79553_00, place="正文", **plan)
        self.publish("PERSONS_IN_POVERTY", "STOCK", "2015-12-31", 76000_00, place="附件", note="按万人取整", **plan)
        self.publish("POVERTY_INCIDENCE", "STOCK", "2015-12-31", 23_70, place="正文", **plan)
        self.publish("POVERTY_INCIDENCE", "STOCK", "2015-12-31", 20_20, place="附件", **plan)
        facts = self.viewer.get("/v1/published-figures", area=people.COUNTY)["facts"]
        shown = {(fact["measure"], fact["date"]): fact for fact in facts}
        persons, rate = (shown[measure, "2015-12-31"] for measure in ("PERSONS_IN_POVERTY", "POVERTY_INCIDENCE"))
        self.assertEqual({(figure["valueCenti"], figure["place"]) for figure in persons["figures"]},
                         {("7955300", "正文"), ("7600000", "附件")})
        self.assertEqual((persons["conflict"], persons["spreadCenti"]), (True, "355300"))
        self.assertEqual((rate["conflict"], rate["spreadCenti"], rate.get("registerCenti")), (True, "350", None))
        self.assertEqual(persons["registerCenti"], "0", "the register of the flow knows nobody of 2015")

    def test_published_stocks_and_flows(self):
        """1.57 m at the end of 2013 and 0.378 m four years later, as published for a region."""
        source = {"source": "自治区公布数据 (用作测试)"}
        self.publish("PERSONS_IN_POVERTY", "STOCK", "2013-12-31", 1_570_000_00, **source)
        self.publish("PERSONS_IN_POVERTY", "STOCK", "2017-12-31", 378_000_00, **source)
        self.publish("PERSONS_IN_POVERTY", "INCREASE", "2017-12-31", 101_000_00, fromDate="2014-01-01", note="新识别", **source)
        balance = lambda: self.viewer.get("/v1/published-figures:balance", area=people.COUNTY, measure="PERSONS_IN_POVERTY",
                                          fromDate="2013-12-31", toDate="2017-12-31")
        self.assertEqual(balance()["unexplainedCenti"], str(-1_293_000_00), "who came out is not published: it shows")
        self.publish("PERSONS_IN_POVERTY", "DECREASE", "2017-12-31", 1_293_000_00, fromDate="2014-01-01",
                     note="由存量和新识别推算的脱贫人数", **source)
        self.assertEqual(balance().get("unexplainedCenti", "0"), "0")
        self.refused(self.viewer.call("GET", "/v1/published-figures:balance", area=people.COUNTY, fromDate="2012-12-31",
                                      measure="PERSONS_IN_POVERTY", toDate="2017-12-31"), 400, "PUBLISHED_STOCK_MISSING")


if __name__ == "__main__":
    flow.main()
