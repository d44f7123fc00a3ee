"""Dynamic management of the register: households go to other counties, villages end, a year is collected, target groups
are found, splits are guarded, natural changes are counted and areas tagged; by two counties through the gateway."""

import datetime

import flow
import people
import rulebook
from stack import Accounts

_TYPE = "type.googleapis.com/bangfu.registration.v1."
_TODAY = datetime.date.today()
# A township for each test that ends villages, counts or publishes.
_REFORMED, _GROUPS, _CHANGES, _TAGS = ("150526%03d000" % code for code in (101, 102, 103, 104))


def collection_year():
    return _TODAY.year + (1 if _TODAY.month >= 10 else 0)


def day(days):
    return (_TODAY + datetime.timedelta(days=days)).isoformat()


class ManagementFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        cls.author = accounts.person("manage.author", ("REGISTRAR", people.PROVINCE))
        cls.second = accounts.person("manage.second", ("REVIEWER", people.PROVINCE))
        cls.county = accounts.person("manage.county", ("REGISTRAR", people.COUNTY), ("REVIEWER", people.COUNTY))
        cls.neighbour = accounts.person("manage.neighbour", ("REGISTRAR", people.FOREIGN_COUNTY),
                                        ("REVIEWER", people.FOREIGN_COUNTY))
        townships = (people.TOWNSHIP, people.FOREIGN_TOWNSHIP, _REFORMED, _GROUPS, _CHANGES, _TAGS)
        people.import_areas(cls.author, townships=townships)

    def create(self, area=None, persons=2, **fields):
        return self.county.post("/v1/households", people.household(area, persons, **fields))

    def members(self, household, who=None):
        return (who or self.county).get("/v1/households/%s/members" % household["householdId"])["members"]

    def counted(self, who, area):
        return int(who.get("/v1/register/statistics", area=area)["total"].get("personCount", 0))

    def rule(self, kind, **body):
        return self.publish({"area": people.COUNTY, "title": "流程测试规则", "validFrom": "2000-01-01",
                             "source": {"confidence": "SECONDARY", "note": "流程测试"},
                             "body": {"@type": _TYPE + kind, **body}})

    # --- transfers ---

    def test_a_household_goes_to_another_county(self):
        made, there = self.create(persons=3), people.village(township=people.FOREIGN_TOWNSHIP)
        self.county.put("/v1/households/%s/incomes/2023" % made["householdId"], {"wageFen": "90000"})
        before = (self.counted(self.county, people.COUNTY), self.counted(self.neighbour, people.FOREIGN_COUNTY))
        ask = {"toArea": there, "reason": "02"}
        path = "/v1/households/%s:requestTransfer" % made["householdId"]
        self.refused(self.county.call("POST", path, {"toArea": people.village(1), "reason": "02"}), 400,
                     "TRANSFER_WITHIN_COUNTY")
        asked = self.county.post(path, ask)
        self.refused(self.county.call("POST", path, ask), 400, "TRANSFER_PENDING")
        waiting = self.neighbour.pages("/v1/transfers", "transfers", direction="IN", state="PENDING")
        self.assertIn(asked["transferId"], [transfer["transferId"] for transfer in waiting])
        leaving = self.county.pages("/v1/transfers", "transfers", direction="OUT", state="PENDING")
        self.assertIn(asked["transferId"], [transfer["transferId"] for transfer in leaving])
        accept = "/v1/transfers/%s:accept" % asked["transferId"]
        self.refused(self.county.call("POST", accept, {}), 403, "AREA_OUT_OF_SCOPE")
        accepted = self.neighbour.post(accept, {"comment": "同意接收"})
        self.refused(self.neighbour.call("POST", accept, {}), 400, "TRANSFER_NOT_PENDING")

        come = self.neighbour.get("/v1/households/" + accepted["toHouseholdId"])
        self.assertEqual((come["area"], come["memberCount"], come["headName"]), (there, 3, made["headName"]))
        self.assertEqual({member["joinReason"] for member in self.members(come, self.neighbour)}, {"20"})
        incomes = self.neighbour.get("/v1/households/%s/incomes" % come["householdId"])["incomes"]
        self.assertEqual([(income["year"], income["netPerCapitaFen"]) for income in incomes], [(2023, "30000")])
        gone = self.county.get("/v1/households/" + made["householdId"])
        self.assertEqual((gone["state"], gone["archiveReason"]), ("ARCHIVED", "20"))
        after = (self.counted(self.county, people.COUNTY), self.counted(self.neighbour, people.FOREIGN_COUNTY))
        self.assertEqual(after, (before[0] - 3, before[1] + 3))
        history = self.neighbour.pages("/v1/households/%s/history" % come["householdId"], "changes", pageSize=3)
        self.assertEqual({change["method"] for change in history}, {"AcceptTransfer", "CreateHousehold", "RecordIncome"})
        for who, household in ((self.county, made), (self.neighbour, come)):
            listed = who.get("/v1/households/%s/transfers" % household["householdId"])["transfers"]
            self.assertEqual([transfer["toHouseholdId"] for transfer in listed], [come["householdId"]])

    def test_a_transfer_is_withdrawn_or_refused(self):
        made, there = self.create(), people.village(1, people.FOREIGN_TOWNSHIP)
        path = "/v1/households/" + made["householdId"]
        self.county.post(path + ":requestTransfer", {"toArea": there, "reason": "01"})
        self.county.post(path + ":withdrawTransfer", {"comment": "农户不再迁移"})
        asked = self.county.post(path + ":requestTransfer", {"toArea": there, "reason": "01"})
        refused = self.neighbour.post("/v1/transfers/%s:refuse" % asked["transferId"], {"comment": "户口未迁入"})
        self.assertEqual(refused["state"], "REFUSED")
        self.assertEqual(self.county.get(path)["state"], "ACTIVE")

    # --- area reform ---

    def reform(self, village, state="MOVED", **body):
        path = "/v1/area-reforms/" + self.county.post("/v1/areas/%s:moveHouseholds" % village, body)["reformId"]
        return path, self.wait(path, state)

    def wait(self, path, state):
        return self.eventually(lambda: next((found for found in [self.county.get(path)] if found["state"] == state),
                                            None), 90)

    def end(self, village, change, *successors):
        self.county.post("/v1/areas/%s:end" % village, {"successors": [
            {"code": code, "change": change, "effectiveDate": "2024-01-01"} for code in successors]})

    def test_a_village_ends_and_its_households_follow(self):
        ended, first, second = (people.village(number, _REFORMED) for number in range(3))
        made = [self.create(ended) for _ in range(3)]
        self.refused(self.county.call("POST", "/v1/areas/%s:moveHouseholds" % ended, {}), 400, "AREA_NOT_REPLACED")
        self.end(ended, "SPLIT", first, second)
        named = {"assignments": [{"toArea": second, "householdIds": [made[0]["householdId"]]}]}
        path, moved = self.reform(ended, **named)
        self.assertEqual((moved["movedCount"], moved["leftCount"]), ("1", "2"))
        self.assertEqual(self.county.get("/v1/households/" + made[0]["householdId"])["area"], second)
        left = self.county.pages("/v1/households", "households", area=ended)
        self.assertEqual({one["householdId"] for one in left}, {one["householdId"] for one in made[1:]})
        operation = self.county.get("/v1/services/registration/operations/" + path.rpartition("/")[2])
        self.assertEqual((operation["state"], operation["kind"]), ("SUCCEEDED", "area-reform"))
        self.county.post(path + ":undo", {"reason": "名单有误"})
        self.assertEqual(self.wait(path, "UNDONE")["leftCount"], "3")
        # The rest goes by itself, also when the process is killed meanwhile.
        begun = self.county.post("/v1/areas/%s:moveHouseholds" % ended, {"restTo": first})
        self.stack.kill("registration")
        self.stack.start("registration")
        moved = self.wait("/v1/area-reforms/" + begun["reformId"], "MOVED")
        self.assertEqual((moved["movedCount"], moved.get("leftCount", "0")), ("3", "0"))
        self.assertEqual(self.counted(self.county, first), 6)
        self.assertEqual(self.members(made[1])[0]["area"], first)
        history = self.county.get("/v1/households/%s/history" % made[0]["householdId"])["changes"]
        self.assertEqual([change["method"] for change in history if change["table"] == "AC01"],
                         ["StartAreaReform", "UndoAreaReform", "StartAreaReform", "CreateHousehold"])

    # --- the yearly collection ---

    def commit_income(self, national_id, year):
        """The reason why a file with one income is not written."""
        path = "/v1/imports/" + self.county.post("/v1/imports", {"area": people.COUNTY})["importId"]
        content = "AAC001,AAR040,AAC073\n%s,%d,100.00\n" % (national_id, year)
        self.county.ok("POST", path + "/files/AC07.csv", content.encode(), headers={"Content-Type": "text/csv"})
        self.county.post(path + ":check")
        self.wait(path, "CHECKED")
        return self.county.call("POST", path + ":commit", {"mode": "ALL_OR_NOTHING"}).reason

    def test_a_year_is_collected(self):
        year = collection_year()
        made = self.create(people.village(2), nationalId="M-%d" % year)
        path = "/v1/households/%s" % made["householdId"]
        self.county.put("%s/incomes/%d" % (path, year - 2), {"wageFen": "100000", "pensionFen": "20000"})
        self.county.put("%s/living-conditions/%d" % (path, year - 1), {"safeWater": True, "fuel": "03"})
        form = self.county.get("%s/collection/%d" % (path, year))
        self.assertEqual((form["status"], form["incomeYear"], form["livingYear"]),
                         ("COLLECTION_NOT_BEGUN", year - 2, year - 1))
        self.assertEqual(form["members"][0]["member"]["labour"], "01")
        area = "/v1/areas/%s/collection/%d" % (made["area"], year)
        listed = lambda status: [one["householdId"] for one in self.county.pages(
            area + "/households", "collections", status=status, pageSize=1)]
        self.assertIn(made["householdId"], listed("COLLECTION_NOT_BEGUN"))
        done = self.county.post("%s/collection/%d:confirm" % (path, year),
                                {"income": {"year": year, "pensionFen": "40000"}})
        self.assertEqual((done["status"], done["income"]["netPerCapitaFen"], done["income"]["transferFen"]),
                         ("COLLECTION_PENDING", "70000", "40000"))
        self.assertIn(made["householdId"], listed("COLLECTION_PENDING"))
        done = self.county.post("%s/collection/%d:confirm" % (path, year), {"confirmLivingCondition": True})
        self.assertEqual((done["status"], done["livingCondition"]["fuel"]), ("COLLECTION_DONE", "03"))
        total = self.county.get(area)["total"]
        for status, count in (("COLLECTION_DONE", "doneCount"), ("COLLECTION_PENDING", "pendingCount"),
                              ("COLLECTION_NOT_BEGUN", "notBegunCount")):
            self.assertEqual(len(listed(status)), int(total.get(count, 0)), status)
        self.refused(self.county.call("POST", "%s/collection/%d:confirm" % (path, year), {"confirmIncome": True}), 400,
                     "COLLECTION_RECORDED")

        window = self.rule("CollectionWindow", spans=[
            {"phase": "ENTRY", "firstDay": 1001, "lastDay": 1002, "changesAllowed": True}])
        try:
            closed = "%s/incomes/%d" % (path, year - 3)
            error = self.refused(self.county.call("PUT", closed, {"wageFen": "5"}), 400, "COLLECTION_CLOSED")
            self.assertIn("%d-10-02" % (year - 3), error["message"])
            self.assertEqual(self.commit_income("M-%d" % year, year - 3), "COLLECTION_CLOSED")
            self.county.put("%s/incomes/%d" % (path, year),
                            {"wageFen": "5", "etag": self.county.get("%s/collection/%d" % (path, year))["income"]["etag"]})
            self.county.post("%s/collection/%d:reopen" % (path, year - 3), {"reason": "录入错误", "lastDay": day(3)})
            self.assertTrue(self.county.get("%s/collection/%d" % (path, year - 3))["open"])
            self.county.put(closed, {"wageFen": "5"})
        finally:
            self.move(self.second, window, "withdraw", reason="流程测试结束")

    # --- target groups ---

    def test_target_groups(self):
        document = dict(rulebook.demo_files()["target_group_rules/national"], area=people.COUNTY)
        self.publish(document)
        family = people.household(people.village(township=_GROUPS), 2)
        husband, wife = family["members"]
        husband.update(workPlace="04", workMonths=8)
        wife["disabilityCertificate"] = wife["idNumber"] + "43B1"
        people.SECRETS.add(wife["disabilityCertificate"])
        family["members"].append(people.member("04", "%d-03-05" % (_TODAY.year - 8), False, joinDate=day(-1)))
        made = self.county.post("/v1/households", family)
        path = "/v1/areas/%s/target-groups" % _GROUPS
        self.county.put("/v1/households/%s/living-conditions/2023" % made["householdId"], {"dangerGrade": "D"})
        rows = lambda group, **more: self.county.pages("%s/%s" % (path, group), "rows", pageSize=1, **more)
        disabled = rows("DISABLED_PERSONS")
        self.assertEqual([(row["disabilityClass"], row["disabilityGrade"]) for row in disabled], [("4", "3")])
        self.assertEqual([row["reasons"][0]["code"] for row in rows("LEFT_BEHIND_CHILDREN")], [])
        housing = rows("HOUSING_PRIORITY_HOUSEHOLDS")
        self.assertEqual([reason["code"] for reason in housing[0]["reasons"]], ["REGISTERED", "DISABLED_MEMBER"])
        self.assertEqual(rows("HOUSING_PRIORITY_HOUSEHOLDS", reasonCode="LOW_INCOME_ALLOWANCE"), [])
        wife = self.members(made)[1]
        self.assertNotIn(family["members"][1]["idNumber"], wife["disabilityCertificate"], "masked")
        self.county.patch("/v1/members/" + wife["memberId"], {"workPlace": "03", "workMonths": 12, "etag": wife["etag"]})
        child = rows("LEFT_BEHIND_CHILDREN")
        self.assertEqual([(row["age"] in (7, 8), row["reasons"][0]["code"]) for row in child], [(True, "PARENTS_AWAY")])
        counts = self.county.get(path)
        for count in counts["total"] + counts["parts"]:
            listed = self.county.pages("/v1/areas/%s/target-groups/%s" % (count["area"], count["group"]), "rows")
            self.assertEqual(len(listed), int(count.get("count", 0)), count)
        self.refused(self.author.call("GET", "/v1/areas/%s/target-groups" % people.PROVINCE), 400,
                     "TARGET_GROUP_AREA_TOO_LARGE")
        wrong = people.member("04", "2000-01-01", False)
        wrong.update(disabilityCertificate=wrong["idNumber"] + "95", joinReason="02")
        self.refused(self.county.call("POST", "/v1/households/%s/members" % made["householdId"], {"member": wrong}), 400,
                     "INVALID_FIELD")

    # --- splits ---

    def split(self, household, who, **more):
        return self.county.call("POST", "/v1/households/%s:split" % household["householdId"], {
            "members": [{"memberId": who["memberId"], "relation": "01"}], "etag": household["etag"], "reason": "04",
            "evidence": ["01", "05"], **more})

    def test_splits_near_a_campaign_are_guarded(self):
        made, other = self.create(people.village(3), 3), self.create(people.village(3), 3)
        guard = {"campaigns": [{"name": "动态管理", "firstDay": day(30), "lastDay": day(90)}], "monthsBefore": 2,
                 "allowedSplitReasons": ["01"], "allowedJoinReasons": ["08", "01"]}
        warning = self.rule("SplitGuard", effect="WARN", **guard)
        self.refused(self.split(made, self.members(made)[2]), 400, "SPLIT_WARNED")
        founded = self.split(made, self.members(made)[2], acknowledgeWarning=True)
        self.assertEqual((founded.status, founded.body.get("memberCount")), (200, 1), founded)
        kept = self.county.get("/v1/services/registration/decisions", subjectId=made["householdId"])["decisions"]
        self.assertEqual([(one["rule"], one["outcome"]["verdict"]) for one in kept], [("SPLIT_GUARD", "WARNED")])
        self.assertEqual((kept[0]["inputs"]["splitReason"], kept[0]["inputs"]["evidence"]), ("04", ["01", "05"]))
        refusing = self.publish({"area": people.COUNTY, "title": "流程测试规则", "validFrom": "2000-01-01",
                                 "source": {"confidence": "SECONDARY", "note": "流程测试"},
                                 "body": {"@type": _TYPE + "SplitGuard", "effect": "REFUSE", **guard}},
                                warning["policyId"])
        try:
            self.refused(self.split(other, self.members(other)[2], acknowledgeWarning=True), 400, "SPLIT_REFUSED")
            bride = people.member("05", "2001-05-05", False, joinReason="03", joinDate=day(-1))
            joining = "/v1/households/%s/members" % other["householdId"]
            self.refused(self.county.call("POST", joining, {"member": bride}), 400, "MOVE_IN_REFUSED")
            self.assertEqual(self.split(other, self.members(other)[2], reason="01").status, 200, "marriage is allowed")
            replayed = self.county.get("/v1/services/registration/decisions/%s:replay" % kept[0]["decisionId"],
                                       date=day(0))
            self.assertEqual(replayed["outcome"]["verdict"], "REFUSED")
        finally:
            self.move(self.second, refusing, "withdraw", reason="流程测试结束")

    # --- natural changes ---

    def test_natural_changes(self):
        made = self.create(people.village(township=_CHANGES), 2)
        born = people.member("03", day(-20), True, joinReason="01", joinDate=day(-10))
        self.county.post("/v1/households/%s/members" % made["householdId"], {"member": born})
        old = self.members(made)[1]
        self.county.post("/v1/members/%s:remove" % old["memberId"], {
            "leaveReason": "01", "leaveDate": day(-5), "etag": old["etag"]})
        period = {"area": _CHANGES, "fromDate": day(-30), "toDate": day(0)}
        [poor] = self.county.get("/v1/register/flow", **period)["total"]
        self.assertEqual((poor["status"], poor["startPersonCount"], poor["endPersonCount"]), ("IN_POVERTY", "2", "2"))
        for direction, figures, label, happened in (("INCREASE", poor["increases"], "增加: 出生", day(-10)),
                                                    ("DECREASE", poor["decreases"], "减少: 死亡", day(-5))):
            [figure] = figures
            self.assertEqual((figure["reasonLabel"], figure["personCount"]), (label, "1"))
            [change] = self.county.pages("/v1/register/changes", "changes", direction=direction, status="IN_POVERTY",
                                         reason=figure["reason"], **period)
            self.assertEqual((change["date"], change["count"]), (happened, 1))

    # --- tags ---

    def test_deep_poverty_is_a_tag_with_a_period(self):
        village = people.village(township=_TAGS)
        self.create(village, 3)
        tag = {"tag": "02", "validFrom": "2018-01-01", "source": "流程测试名单"}
        self.county.post("/v1/areas/%s:tag" % village, tag)
        self.refused(self.county.call("POST", "/v1/areas/%s:tag" % village, tag), 400, "TAG_UNCHANGED")
        self.refused(self.county.call("POST", "/v1/areas/%s:tag" % village, {**tag, "tag": "01"}), 400, "INVALID_FIELD")
        self.county.post("/v1/areas/%s:tag" % people.COUNTY, {**tag, "tag": "01"})
        listed = self.county.pages("/v1/area-tags", "tags", pageSize=1, area=people.COUNTY)
        self.assertEqual([(one["area"], one["tag"]) for one in listed], [(people.COUNTY, "01"), (village, "02")])
        self.assertEqual(listed[1]["personCount"], "3")
        chart = self.county.get("/v1/statistics/wall-charts/DISTRIBUTION", area=_TAGS)
        self.assertEqual([(point["area"], point["source"]) for point in chart["series"][-1]["points"]],
                         [(village, "流程测试名单")])
        self.county.post("/v1/areas/%s:untag" % village, {"tag": "02", "validTo": "2020-07-01"})
        self.assertEqual(self.county.get("/v1/area-tags", tag="02").get("tags", []), [])
        self.assertEqual(len(self.county.get("/v1/area-tags", tag="02", date="2020-06-30")["tags"]), 1)


if __name__ == "__main__":
    flow.main()
