"""Rules from a draft to force, as people and programs handle them: through the gateway, typed, by two persons, and
without a restart."""

import datetime

import flow
import people
import rulebook
from rulebook import POLICIES, line
from stack import Accounts

_NATION = "100000000000"


class PolicyFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "fund", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        areas = sorted({document["area"] for document in rulebook.demo_files().values()} | {people.PROVINCE})
        cls.author = accounts.person("policy.author", *[("REGISTRAR", area) for area in areas])
        cls.second = accounts.person("policy.second", *[("REVIEWER", area) for area in areas])
        cls.viewer = accounts.person("policy.viewer", ("VIEWER", people.TOWNSHIP))

    def resolve(self, area, date, purpose="EXIT", **more):
        return self.viewer.get(POLICIES + ":resolve", kind="POVERTY_LINE", area=area, date=date, purpose=purpose, **more)

    def fen(self, *question, **more):
        return self.resolve(*question, **more).get("policy", {}).get("body", {}).get("lineFen")

    def test_the_demo_rules_come_into_force(self):
        for name, policy in sorted(rulebook.demo_files().items()):
            with self.subTest(name):
                published = self.publish(policy)
                self.assertEqual((published["state"], published["version"] > 0), ("PUBLISHED", True))
                self.assertEqual(published["body"], {**published["body"], **policy["body"]})
        village = "610302001001"
        self.assertEqual(self.fen(village, "2016-12-31"), "307000", "the province before the country")
        self.assertEqual(self.fen(village, "2018-06-01"), "353500", "the country, where the province says nothing")
        self.assertEqual(self.fen(people.village(), "2024-03-13", "MONITORING"), "840000")
        self.assertEqual(self.fen(people.village(), "2024-03-14", "MONITORING"), "880000")
        answer = self.resolve(village, "2016-12-31")
        self.assertEqual([step["area"] for step in answer["steps"]],
                         [village, "610302001000", "610302000000", "610300000000", "610000000000"])
        self.assertTrue(answer["policy"]["citation"].startswith("【间接来源】"))
        self.assertTrue(self.resolve(village, "2018-06-01")["policy"]["citation"].startswith("【建议稿】"))
        listed = self.viewer.pages(POLICIES, "policies", kind="POVERTY_LINE", state="PUBLISHED", pageSize=10)
        self.assertGreater(len(listed), 20)

    def test_a_line_changes_in_mid_year_without_a_restart(self):
        village = people.village(1)
        first = self.publish(line(3000, "2031-01-01"))
        known = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        second = self.approve(line(3600, "2031-07-01"))
        path = "%s/%s:publish" % (POLICIES, second["policyId"])
        unseen = self.second.call("POST", path, {"etag": second["etag"]})
        error = self.refused(unseen, 400, "POLICY_OVERLAPS")
        self.assertIn(first["policyId"], error["message"])
        self.move(self.second, second, "publish", supersedes=[first["policyId"]])
        self.assertEqual((self.fen(village, "2031-06-30"), self.fen(village, "2031-07-01")), ("300000", "360000"))
        self.assertEqual(self.fen(village, "2031-07-01", asKnownAt=known), "300000", "as it was known")
        kept = self.viewer.get("%s/%s" % (POLICIES, first["policyId"]))
        self.assertEqual((kept["state"], kept["periods"]),
                         ("SUPERSEDED", [{"validFrom": "2031-01-01", "validTo": "2031-07-01"}]))
        changes = self.viewer.get("%s/%s:diff" % (POLICIES, first["policyId"]), otherPolicyId=second["policyId"])
        self.assertIn({"path": "body.line_fen", "label": "内容的标准线", "before": "3000.00", "after": "3600.00"},
                      changes["changes"])

    def test_nobody_reviews_what_he_drew_up(self):
        document = self.second.post(POLICIES, {"policy": line(3000, "2041-01-01")})
        document = self.second.patch("%s/%s" % (POLICIES, document["policyId"]),
                                     {"etag": document["etag"], "source": {"note": "补充说明"}})
        self.assertEqual(document["source"]["confidence"], "SECONDARY", "only the note was sent")
        document = self.move(self.second, document, "submit")
        path = "%s/%s:review" % (POLICIES, document["policyId"])
        self.refused(self.second.call("POST", path, {"etag": document["etag"], "decision": "APPROVE"}), 400,
                     "SECOND_PERSON_REQUIRED")
        self.refused(self.author.call("POST", path, {"etag": document["etag"], "decision": "APPROVE"}), 403,
                     "PERMISSION_DENIED")
        self.move(self.second, document, "withdraw", reason="流程测试")

    def test_the_body_is_typed(self):
        create = lambda policy: self.author.call("POST", POLICIES, {"policy": policy})
        wrong = line(3000, "2051-01-01")
        wrong["body"]["lineFen"] = "0"
        error = self.refused(create(wrong), 400, "INVALID_FIELD")
        self.assertIn("标准线", error["message"])
        wrong["body"]["noSuchField"] = 1
        self.refused(create(wrong), 400, "MALFORMED_REQUEST")
        wrong["body"] = {"@type": "type.googleapis.com/bangfu.registration.v1.Area", "code": _NATION}
        self.refused(create(wrong), 400, "POLICY_KIND_UNKNOWN")
        wrong = line(3000, "2051-01-01", confidence="PROPOSAL")
        wrong["source"]["documentNumber"] = "国开办发〔2014〕24号"
        self.refused(create(wrong), 400, "INVALID_FIELD")

    def test_every_service_says_what_kinds_it_has(self):
        kinds = {service: {kind["kind"]: kind for kind in self.viewer.get(
            "/v1/services/%s/policy-kinds" % service)["kinds"]} for service in ("registration", "fund")}
        self.assertIn("HOLIDAY_TABLE", kinds["fund"])
        self.assertEqual(kinds["registration"]["POVERTY_LINE"]["typeUrl"], rulebook.LINE)
        self.assertNotIn("POVERTY_LINE", kinds["fund"])


if __name__ == "__main__":
    flow.main()
