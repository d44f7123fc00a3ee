"""Rules from a draft to force, as people and programs handle them: through the gateway, typed, by two persons, and
without a restart."""

import contextlib
import datetime
import io
import sys
import tempfile

import flow
import people
import rulebook
from rulebook import POLICIES, line
from stack import Accounts

sys.path.insert(0, people.checkout("deploy/demo"))
import accounts as demo_accounts  # noqa: E402
import rules as demo_rules  # noqa: E402

_NATION = "100000000000"


def says(answer, asked):
    """Whether the answer holds what was asked for; defaults may stand beside it."""
    if isinstance(asked, dict):
        return all(key in answer and says(answer[key], value) for key, value in asked.items())
    if isinstance(asked, list):
        return len(answer) == len(asked) and all(map(says, answer, asked))
    return answer == asked


class PolicyFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "fund", "gateway")

    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)
        cls.author = cls.accounts.person("policy.author", ("REGISTRAR", people.PROVINCE))
        cls.second = cls.accounts.person("policy.second", ("REVIEWER", people.PROVINCE))
        cls.viewer = cls.accounts.person("policy.viewer", ("VIEWER", people.TOWNSHIP))

    def resolve(self, area, date, purpose="EXIT", **more):
        return self.viewer.get(POLICIES + ":resolve", kind="POVERTY_LINE", area=area, date=date, purpose=purpose, **more)

    def fen(self, *question, **more):
        return self.resolve(*question, **more).get("policy", {}).get("body", {}).get("lineFen")

    def load_demo_rules(self, credentials_path):
        """As deploy/up does it; what it published, and what there is."""
        gateway = demo_accounts.Gateway("http://127.0.0.1:%d" % self.stack.http_port)
        credentials = demo_accounts.Credentials(credentials_path)
        administrators = [demo_accounts.Session(gateway, credentials, name) for name in ("sysadmin", "secadmin")]
        with contextlib.redirect_stdout(io.StringIO()):
            return demo_rules.load_rules(gateway, credentials, *administrators, people.checkout("deploy/demo/policy"))

    def test_the_demo_rules_come_into_force(self):
        files = rulebook.demo_files()
        with tempfile.NamedTemporaryFile("w", suffix="-credentials", encoding="utf-8") as file:
            file.write(self.accounts.credentials())
            file.flush()
            self.assertEqual(self.load_demo_rules(file.name), (len(files), len(files)))
            self.assertEqual(self.load_demo_rules(file.name), (0, len(files)), "a second run changes nothing")
        listed = self.viewer.pages(POLICIES, "policies", state="PUBLISHED", pageSize=10)
        published = {demo_rules.identity_of(policy): policy for policy in listed}
        for policy in demo_rules.read_documents(people.checkout("deploy/demo/policy")):
            with self.subTest(policy["title"]):
                found = published[demo_rules.identity_of(policy)]
                self.assertGreater(found["version"], 0)
                self.assertTrue(says(found["body"], policy["body"]), found["body"])
                self.assertNotIn(found["reviewer"], found["authors"])
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
        nine = self.viewer.get(POLICIES + ":resolve", kind="PROCEDURE_DEFINITION", area=people.village(),
                               date="2026-03-02", purpose="HOUSEHOLD_IDENTIFICATION")["policy"]
        self.assertEqual(len(nine["body"]["steps"]), 9)
        self.assertTrue(nine["citation"].startswith("【建议稿】"))

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
        self.assertIn("PROCEDURE_DEFINITION", kinds["fund"])
        self.assertEqual(kinds["registration"]["POVERTY_LINE"]["typeUrl"], rulebook.LINE)
        self.assertNotIn("POVERTY_LINE", kinds["fund"])


if __name__ == "__main__":
    flow.main()
