"""The register as a county works with it: areas, households, members, incomes, and the figures above them."""

import json
import time
import uuid

import flow
import people
from rest import Rest
from stack import Accounts


def money(yuan):
    return str(yuan * 100)


class RegisterFlow(flow.Flow):
    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)
        cls.province = cls.accounts.person("province.one", ("REGISTRAR", people.PROVINCE))
        cls.county = cls.accounts.person("county.one", ("REGISTRAR", people.COUNTY), ("REVIEWER", people.COUNTY),
                                         second_factor=True)
        cls.imported = people.import_areas(cls.province)

    def create(self, caller=None, **options):
        return (caller or self.county).post("/v1/households", people.household(**options))

    def members(self, household):
        return self.county.get("/v1/households/%s/members" % household["householdId"])["members"]

    def read(self, household):
        return self.county.get("/v1/households/" + household["householdId"])

    # --- areas ---

    def test_areas(self):
        sent = people.areas()
        self.assertEqual(self.imported, {"createdCount": len(sent), "updatedCount": 0, "unchangedCount": 0})
        again = people.import_areas(self.province)
        self.assertEqual(again, {"createdCount": 0, "updatedCount": 0, "unchangedCount": len(sent)})
        village = self.county.get("/v1/areas/" + people.village())
        self.assertEqual((village["level"], village["parent"]), ("VILLAGE", people.TOWNSHIP))
        self.assertEqual(village["path"].count(" / "), 4)
        below = self.county.pages("/v1/areas", "areas", parent=people.TOWNSHIP, pageSize=4)
        self.assertEqual([area["code"] for area in below], sorted(a["code"] for a in sent
                                                                  if a["code"].startswith(people.TOWNSHIP[:9])
                                                                  and a["code"] != people.TOWNSHIP))
        found = self.county.get("/v1/areas", parent=people.COUNTY, search=village["pinyinInitials"].split()[0])["areas"]
        self.assertIn(village["code"], [area["code"] for area in found])
        self.refused(self.county.call("GET", "/v1/areas/150526999000"), 404, "AREA_NOT_FOUND")
        orphan = {"root": people.PROVINCE, "areas": [{"code": "150526888001", "name": "无上级", "kind": "ADMINISTRATIVE",
                                                      "validFrom": "2010-01-01"}]}
        self.refused(self.province.call("POST", "/v1/areas:import", orphan), 400, "AREA_PARENT_MISSING")
        self.refused(self.county.call("POST", "/v1/areas:import", orphan), 403, "AREA_OUT_OF_SCOPE")
        # An area ends, and its successor takes over.
        ended, successor = people.village(4), people.village(5)
        answer = self.county.post("/v1/areas/%s:end" % ended, {"successors": [
            {"code": successor, "change": "MERGED", "effectiveDate": "2024-01-01"}]})
        self.assertEqual(answer["successors"][0]["code"], successor)
        error = self.refused(self.county.call("POST", "/v1/households", people.household(ended)), 400, "AREA_ENDED")
        self.assertIn(successor, error["message"])
        # Who looks for the old code finds the new one, which names the old.
        found = self.county.get("/v1/areas", search=ended)["areas"]
        self.assertEqual([(area["code"], area["predecessors"]) for area in found], [(successor, [ended])])
        # An end that was a mistake is taken back.
        restored = self.county.post("/v1/areas/%s:restore" % ended, {"reason": "承继区划填错"})
        self.assertFalse(restored.get("validTo"), restored)
        self.refused(self.county.call("POST", "/v1/areas/%s:restore" % ended, {"reason": "再次"}), 400, "AREA_NOT_ENDED")
        self.county.post("/v1/households", people.household(ended))

    # --- households ---

    def test_a_household_from_creation_to_archive(self):
        made = self.create(persons=3)
        self.assertRegex(made["householdId"], "^150526-[0-9a-z]{13}$")
        self.assertEqual((made["state"], made["memberCount"]), ("ACTIVE", 3))
        self.assertEqual(made["headName"], self.members(made)[0]["name"])
        read = self.read(made)
        self.assertEqual(read, made)
        path = "/v1/households/" + made["householdId"]
        changed = self.county.patch(path, {"exitFlag": "1", "exitYear": 2019, "etag": made["etag"]})
        self.assertEqual((changed["exitFlag"], changed["exitYear"], changed["mainCause"]), ("1", 2019, "01"))
        self.assertNotEqual(changed["etag"], made["etag"])
        stale = self.county.call("PATCH", path, {"exitFlag": "0", "etag": made["etag"]})
        self.refused(stale, 409, "ETAG_MISMATCH")
        self.refused(self.county.call("PATCH", path, {"exitFlag": "0"}, headers={"If-Match": made["etag"]}), 409,
                     "ETAG_MISMATCH")
        masked = self.county.patch(path + "?updateMask=causeNote", {"exitFlag": "0", "causeNote": "长期患病",
                                                                    "etag": changed["etag"]})
        self.assertEqual((masked["exitFlag"], masked["causeNote"]), ("1", "长期患病"))
        self.refused(self.county.call("PATCH", path + "?updateMask=noSuchField",
                                      {"exitFlag": "0", "etag": masked["etag"]}), 400, "INVALID_UPDATE_MASK")
        error = self.refused(self.county.call("PATCH", path + "?updateMask=memberCount",
                                              {"memberCount": 9, "etag": masked["etag"]}), 400, "INVALID_UPDATE_MASK")
        self.assertIn("家庭人口", json.dumps(error, ensure_ascii=False))
        # What only the system writes may be there as it was read.
        unsealed = {name: value for name, value in masked.items() if name not in ("phone", "bankAccount")}
        same = self.county.patch(path, unsealed)
        self.assertEqual((same["memberCount"], same["etag"]), (3, masked["etag"]))
        archived = self.county.post(path + ":archive", {"reason": "02", "etag": masked["etag"]})
        self.assertEqual(archived["state"], "ARCHIVED")
        self.refused(self.county.call("PATCH", path, {"exitFlag": "0", "etag": archived["etag"]}), 400,
                     "HOUSEHOLD_ARCHIVED")
        listed = self.county.pages("/v1/households", "households", area=made["area"])
        self.assertNotIn(made["householdId"], [household["householdId"] for household in listed])

    def test_history_tells_who_changed_what(self):
        made = self.create()
        path = "/v1/households/" + made["householdId"]
        time.sleep(0.01)
        self.county.patch(path, {"mainCause": "03", "etag": made["etag"]})
        changes = self.county.pages(path + "/history", "changes", pageSize=2)
        newest = changes[0]
        self.assertEqual((newest["table"], newest["subject"]), ("AC01", "county.one"))
        self.assertEqual([(field["label"], field["before"], field["after"]) for field in newest["fields"]],
                         [("主要致贫原因", "因病", "因学")])
        self.assertEqual({change["table"] for change in changes}, {"AC01", "AB01"})
        number = next(iter(people.SECRETS))
        self.assertNotIn(number, str(changes))
        before = self.county.get(path, asKnownAt=made["createTime"])
        self.assertEqual(before["mainCause"], "01")

    def test_a_repeat_has_one_effect(self):
        key, body = str(uuid.uuid4()), people.household(people.village(3))
        first = self.county.post("/v1/households", body, key=key)
        again = self.county.post("/v1/households", body, key=key)
        self.assertEqual(first, again)
        body["household"]["mainCause"] = "02"
        self.refused(self.county.call("POST", "/v1/households", body, key=key), 400, "REQUEST_ID_REUSED")
        listed = self.county.get("/v1/households", area=people.village(3),
                                 filter='head_name = "%s"' % first["headName"])
        self.assertIn(first["householdId"], [household["householdId"] for household in listed["households"]])
        check = people.household(people.village(3))
        before = self.county.get("/v1/households", area=people.village(3))["totalSize"]
        self.county.post("/v1/households", dict(check, validateOnly=True))
        self.assertEqual(self.county.get("/v1/households", area=people.village(3))["totalSize"], before)

    def test_lists_filter_sort_and_page(self):
        village = people.village(1)
        for persons, flag in ((1, "0"), (2, "1"), (3, "0"), (4, "1"), (2, "0")):
            self.create(area=village, persons=persons, exitFlag=flag)
        every = self.county.pages("/v1/households", "households", area=village, pageSize=2)
        self.assertEqual(len({household["householdId"] for household in every}), 5)
        self.assertEqual([household["createTime"] for household in every],
                         sorted(household["createTime"] for household in every))
        chosen = self.county.get("/v1/households", area=village, filter='exit_flag = "0" AND member_count >= 2',
                                 orderBy="member_count desc", pageSize=1)
        self.assertEqual((chosen["totalSize"], chosen["households"][0]["memberCount"]), (2, 3))
        rest = self.county.get("/v1/households", area=village, filter='exit_flag = "0" AND member_count >= 2',
                               orderBy="member_count desc", pageSize=1, pageToken=chosen["nextPageToken"])
        self.assertEqual(rest["households"][0]["memberCount"], 2)
        either = self.county.get("/v1/households", area=village, filter="member_count = 1 OR member_count = 4")
        self.assertEqual(either["totalSize"], 2)
        women = self.county.get("/v1/members", area=village, filter='sex = "2" AND relation = "02"')
        self.assertEqual(women["totalSize"], 4)

    # --- members ---

    def test_members_come_change_and_go(self):
        made = self.create(persons=2)
        path = "/v1/households/%s/members" % made["householdId"]
        child = people.member("04", "2020-05-06", male=False, joinReason="01", joinDate="2020-05-06", education="06",
                              schoolStatus="02", labour="04")
        added = self.county.post(path, {"member": child})
        self.assertEqual((self.read(made)["memberCount"], added["joinReason"]), (3, "01"))
        self.refused(self.county.call("POST", path, {"member": child}), 409, "IDENTITY_NUMBER_TAKEN")
        self.refused(self.county.call("POST", path, {"member": people.member("01", joinReason="07")}), 400,
                     "HOUSEHOLD_HEAD_COUNT")
        found = self.county.post("/v1/members:find", {"area": people.COUNTY, "idNumber": child["idNumber"]})
        self.assertEqual(found["memberId"], added["memberId"])
        member = "/v1/members/" + added["memberId"]
        changed = self.county.patch(member, {"health": "01", "etag": added["etag"]})
        self.assertEqual(changed["health"], "01")
        self.refused(self.county.call("PATCH", member, {"health": "02", "etag": added["etag"]}), 409, "ETAG_MISMATCH")
        left = self.county.post(member + ":remove", {"leaveReason": "03", "leaveDate": "2024-03-01",
                                                     "etag": changed["etag"]})
        self.assertEqual((left["state"], left["leaveReason"]), ("LEFT", "03"))
        self.refused(self.county.call("PATCH", member, {"health": "02", "etag": left["etag"]}), 400, "MEMBER_LEFT")
        self.refused(self.county.call("POST", "/v1/members:find", {
            "area": people.COUNTY, "idNumber": child["idNumber"]}), 404, "MEMBER_NOT_FOUND")
        head, spouse = self.members(made)
        removal = {"leaveReason": "01", "leaveDate": "2024-03-02", "etag": head["etag"]}
        refused = self.county.call("POST", "/v1/members/%s:remove" % head["memberId"], removal)
        self.assertIn(refused.reason, ("HOUSEHOLD_HEAD_COUNT", "FIRST_HEAD_REQUIRED"), refused)
        self.county.post("/v1/members/%s:remove" % head["memberId"],
                         dict(removal, newHeadMemberId=spouse["memberId"]))
        after = self.read(made)
        self.assertEqual((after["headName"], after["memberCount"]), (spouse["name"], 1))
        last = self.members(made)[0]
        self.refused(self.county.call("POST", "/v1/members/%s:remove" % last["memberId"], {
            "leaveReason": "01", "leaveDate": "2024-03-03", "etag": last["etag"]}), 400, "HOUSEHOLD_EMPTY")

    def test_another_member_becomes_the_head(self):
        made = self.create(persons=3)
        head, spouse, child = self.members(made)
        path = "/v1/households/%s:changeHead" % made["householdId"]
        change = {"newHeadMemberId": spouse["memberId"], "reason": "01", "etag": made["etag"]}
        error = self.refused(self.county.call("POST", path, change), 400, "HEAD_RELATIONS_MISSING")
        for member in (head, child):
            self.assertIn(member["memberId"], json.dumps(error))
        relations = {head["memberId"]: "02", child["memberId"]: child["relation"]}
        change["members"] = [{"memberId": member, "relation": relation} for member, relation in relations.items()]
        self.assertEqual(self.county.post(path, change)["headName"], spouse["name"])
        self.assertEqual({member["memberId"]: member["relation"] for member in self.members(made)},
                         dict(relations, **{spouse["memberId"]: "01"}))
        self.refused(self.county.call("POST", path, change), 409, "ETAG_MISMATCH")

    def test_households_split_merge_and_members_move(self):
        made, other = self.create(persons=4), self.create(persons=1)
        son, daughter = self.members(made)[2:4]
        founded = self.county.post("/v1/households/%s:split" % made["householdId"], {
            "members": [{"memberId": son["memberId"], "relation": "01"}], "reason": "04",
            "evidence": ["01"], "etag": made["etag"]})
        self.assertEqual((founded["headName"], founded["memberCount"], founded["area"]), (son["name"], 1, made["area"]))
        self.assertEqual(self.read(made)["memberCount"], 3)
        daughter = self.county.get("/v1/members/" + daughter["memberId"])
        moved = self.county.post("/v1/members/%s:move" % daughter["memberId"], {
            "householdId": other["householdId"], "relation": "04", "moveReason": "09", "moveDate": "2024-05-01",
            "etag": daughter["etag"]})
        self.assertEqual(moved["householdId"], other["householdId"])
        self.assertEqual((self.read(made)["memberCount"], self.read(other)["memberCount"]), (2, 2))
        other = self.read(other)
        merged = self.county.post("/v1/households/%s:merge" % other["householdId"], {
            "mergedHouseholdId": founded["householdId"], "members": [{"memberId": son["memberId"], "relation": "03"}],
            "etag": other["etag"]})
        self.assertEqual(merged["memberCount"], 3)
        self.assertEqual(self.read(founded)["state"], "ARCHIVED")
        self.assertEqual(sum(member["relation"] == "01" for member in self.members(merged)), 1)

    # --- yearly reports ---

    def test_income_is_computed(self):
        made = self.create(persons=3)
        path = "/v1/households/%s/incomes/2023" % made["householdId"]
        parts = {"wageFen": money(12_000), "productionFen": money(8_000), "propertyFen": money(500),
                 "transferFen": money(3_000), "pensionFen": money(2_000), "subsistenceFen": money(1_000),
                 "expenseFen": money(2_500)}
        income = self.county.put(path, parts)
        self.assertEqual((income["netFen"], income["netPerCapitaFen"], income["memberCount"]),
                         (money(21_000), money(7_000), 3))
        wrong = dict(parts, transferFen=money(3_100), etag=income["etag"])
        self.refused(self.county.call("PUT", path, wrong), 400, "INCOME_PARTS_DISAGREE")
        self.refused(self.county.call("PUT", path, dict(parts, etag="0-stale")), 409, "ETAG_MISMATCH")
        again = self.county.put(path, dict(parts, wageFen=money(15_001), etag=income["etag"]))
        self.assertEqual((again["netFen"], again["netPerCapitaFen"]), (money(24_001), "800033"))
        listed = self.county.get("/v1/households/%s/incomes" % made["householdId"])["incomes"]
        self.assertEqual([(income["year"], income["netFen"]) for income in listed], [(2023, money(24_001))])
        living = "/v1/households/%s/living-conditions" % made["householdId"]
        self.county.put(living + "/2023", {"arableCentiMu": "1250", "safeWater": True, "fuel": "04"})
        listed = self.county.get(living)["livingConditions"]
        self.assertEqual((listed[0]["arableCentiMu"], listed[0]["safeWater"], listed[0]["fuel"]), ("1250", True, "04"))

    # --- what is shown ---

    def test_sealed_fields_are_masked_unless_a_purpose_is_stated(self):
        body = people.household()
        made = self.county.post("/v1/households", body)
        path = "/v1/households/" + made["householdId"]
        for text in (self.county.call("GET", path).text, self.county.call("GET", path + "/members").text,
                     self.county.call("GET", "/v1/households?area=" + people.COUNTY).text):
            self.assertFalse([secret for secret in people.SECRETS if secret in text])
        self.refused(self.county.call("GET", path + "?view=FULL"), 400, "PURPOSE_REQUIRED")
        viewer = Rest(self.stack.http_port, self.stack.token("VIEWER", people.COUNTY))
        self.refused(viewer.call("GET", path + "?view=FULL&purpose=x"), 403, "PERMISSION_DENIED")
        full = self.county.get(path, view="FULL", purpose="核对一卡通账号")
        self.assertEqual((full["phone"], full["bankAccount"]),
                         (body["household"]["phone"], body["household"]["bankAccount"]))
        member = self.members(made)[0]["memberId"]
        number = self.county.get("/v1/members/" + member, view="FULL", purpose="核对身份证")["idNumber"]
        self.assertEqual(number, body["members"][0]["idNumber"])

        def purposes():
            records = self.accounts.audit.get("/v1/services/registration/audit-records", pageSize=1000)["records"]
            return {(r["record"]["subject"], r["record"]["purpose"], tuple(r["record"]["objects"]))
                    for r in records if r["record"]["purpose"]}
        self.eventually(lambda: purposes() >= {("county.one", "核对一卡通账号", (made["householdId"],)),
                                               ("county.one", "核对身份证", (member,))})
        records = self.accounts.audit.call("GET", "/v1/services/registration/audit-records?pageSize=1000").text
        self.assertFalse([secret for secret in people.SECRETS if secret in records])

    def test_unmasked_data_needs_a_second_factor(self):
        made = self.county.post("/v1/households", people.household())
        weak = self.accounts.person("weak.one", ("REVIEWER", people.COUNTY))
        path = "/v1/households/" + made["householdId"]
        self.assertEqual(weak.call("GET", path).status, 200)
        self.refused(weak.call("GET", path + "?view=FULL&purpose=x"), 403, "SECOND_FACTOR_NEEDED")

    def test_what_was_read_masked_is_never_saved(self):
        body = people.household()
        made = self.county.post("/v1/households", body)
        path = "/v1/households/" + made["householdId"]
        read = self.county.get(path)
        read["causeNote"] = "面谈后补充"
        error = self.refused(self.county.call("PATCH", path, read), 400, "MASKED_VALUE")
        for text in ("联系电话", "银行账号", '"household.phone"', '"household.bankAccount"'):
            self.assertIn(text, json.dumps(error, ensure_ascii=False))
        self.refused(self.county.call("PATCH", path + "?updateMask=phone,causeNote", read), 400, "MASKED_VALUE")
        # What the mask leaves out may be there as it was read.
        self.county.patch(path + "?updateMask=causeNote", read)
        member = self.members(made)[0]
        member["education"] = "04"
        member_path = "/v1/members/" + member["memberId"]
        error = self.refused(self.county.call("PATCH", member_path, member), 400, "MASKED_VALUE")
        self.assertIn('"member.idNumber"', json.dumps(error))
        full = self.county.get(path, view="FULL", purpose="核对")
        self.assertEqual((full["phone"], full["bankAccount"], full["causeNote"]),
                         (body["household"]["phone"], body["household"]["bankAccount"], "面谈后补充"))
        self.assertEqual(self.county.get(member_path, view="FULL", purpose="核对")["idNumber"],
                         body["members"][0]["idNumber"])

    def test_figures_equal_the_lists_behind_them(self):
        self.create(area=people.village(2), persons=3, exitFlag="1")
        removed = self.create(area=people.village(2), persons=2)
        self.county.post("/v1/households/%s:archive" % removed["householdId"],
                         {"reason": "05", "etag": removed["etag"]})
        for area in (people.COUNTY, people.TOWNSHIP, people.village(2)):
            statistics = self.county.get("/v1/register/statistics", area=area)
            for counts in [statistics["total"]] + statistics["parts"]:
                self.open(counts)
            if statistics["parts"]:
                for figure in ("householdCount", "personCount", "exitedHouseholdCount", "exitedPersonCount"):
                    self.assertEqual(sum(int(part[figure]) for part in statistics["parts"]),
                                     int(statistics["total"][figure]), (area, figure))

    def open(self, counts):
        """The list behind a figure, by the filter that stands beside it."""
        for figure, persons, condition in (
                ("householdCount", "personCount", counts["householdFilter"]),
                ("exitedHouseholdCount", "exitedPersonCount", counts["exitedHouseholdFilter"])):
            listed = self.county.pages("/v1/households", "households", area=counts["area"], filter=condition,
                                       pageSize=500)
            self.assertEqual(len(listed), int(counts[figure]), counts)
            self.assertEqual(sum(household["memberCount"] for household in listed), int(counts[persons]), counts)
        for figure, condition in (("personCount", "personFilter"), ("exitedPersonCount", "exitedPersonFilter")):
            members = self.county.pages("/v1/members", "members", area=counts["area"], filter=counts[condition],
                                        pageSize=500)
            self.assertEqual(len(members), int(counts[figure]), counts)
        first = self.county.get("/v1/members", area=counts["area"], pageSize=1)
        self.assertEqual((first["totalSize"], first["totalSizeIsFloor"]), (int(counts["personCount"]), False))

    def test_dictionaries(self):
        nobody_special = self.accounts.person("reader.one")
        listed = {item["dictionary"]: item for item in nobody_special.get("/v1/dictionaries")["dictionaries"]}
        self.assertIn("主要致贫原因", listed["AAC007"]["fieldLabels"])
        for name, item in listed.items():
            entries = nobody_special.get("/v1/dictionaries/%s/entries" % name)["entries"]
            self.assertEqual(len(entries), item["entryCount"])
        entries = self.county.get("/v1/dictionaries/AAC007/entries")["entries"]
        self.assertEqual({entry["code"]: (entry["label"], entry["validFrom"]) for entry in entries}["01"],
                         ("因病", "2014-01-01"))
        self.refused(self.stack.anybody().call("GET", "/v1/dictionaries"), 401, "UNAUTHENTICATED")


if __name__ == "__main__":
    flow.main()
