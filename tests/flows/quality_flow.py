"""Data cleansing as routine work: rules in force by two persons, a run over a county, a list of issues that are assigned,
explained by two persons or mended, and run again; scores and ranks; and every seeded fault found, nothing else."""

import flow
import people
import quality_recall
import rulebook
from stack import Accounts

_RUNS, _ISSUES = "/v1/quality/runs", "/v1/quality/issues"
# One county for each test, so that none sees the households of another.
_TOWNSHIPS = people.townships(4)


class QualityFlow(rulebook.Rulebook, flow.Flow):
    services = ("registration", "gateway")

    @classmethod
    def prepare(cls):
        accounts = Accounts(cls.stack)
        cls.author = accounts.person("quality.author", ("REGISTRAR", people.PROVINCE))
        cls.second = accounts.person("quality.second", ("REVIEWER", people.PROVINCE))
        cls.viewer = accounts.person("quality.viewer", ("VIEWER", people.PROVINCE))
        people.import_areas(cls.author, villages=50, townships=tuple(_TOWNSHIPS))
        rulebook.Rulebook.publish(cls(), quality_recall.demo_pack())

    def generate(self, township, households, *options):
        files, truth = quality_recall.generate(self.stack.folder, township[:9], households, households * 3,
                                               "--seed", str(_TOWNSHIPS.index(township) + 7), *options)
        for column, table in (("AAB004", "AB01"), ("AAC004", "AC01")):
            people.SECRETS.update(row[column] for row in quality_recall.rows_of(files[table]))
        people.SECRETS.discard("")
        return files, truth

    def issues(self, area, condition="", **query):
        return self.viewer.pages(_ISSUES, "issues", area=area, filter=condition, pageSize=100, **query)

    def test_rules_are_explained(self):
        rules = self.viewer.get("/v1/quality/rules", area=_TOWNSHIPS[0])["rules"]
        self.assertGreater(len(rules), 50)
        self.assertTrue(all(rule["title"] and rule["looksAt"] and rule["rule"]["fix"] for rule in rules))
        self.assertGreaterEqual(len({rule["screen"] for rule in rules if rule.get("screen")}), 8)
        self.refused(self.viewer.call("GET", "/v1/quality/rules?area=620000000000"), 403, "AREA_OUT_OF_SCOPE")

    def test_an_issue_from_finding_to_mending(self):
        township = _TOWNSHIPS[0]
        village = people.village(township=township)
        self.refused(self.author.call("POST", _RUNS, {"area": village, "year": 2019, "pack": "ANNUAL"}), 400,
                     "NO_POLICY_APPLIES")
        households = [self.author.post("/v1/households", people.household(village, mainCause="08"))["householdId"]
                      for _ in range(3)]
        ran = quality_recall.sweep(self.author, village)
        self.assertEqual((ran["householdCount"], ran["personCount"]), ("3", "6"))
        self.assertTrue(ran["policy"]["citation"].startswith("【建议稿】"))
        rule = "rule = CAUSE_NO_LABOUR_BUT_ABLE"
        issues = {issue["householdId"]: issue for issue in self.issues(village, rule)}
        self.assertEqual(set(issues), set(households))
        first = issues[households[0]]
        self.assertEqual((first["severity"], first["state"], first["fieldLabel"]), ("WARNING", "OPEN", "主要致贫原因"))
        self.assertEqual(first["found"], "缺劳力, 有劳动能力者 2 人")
        assigned = self.author.post(_ISSUES + ":assign", {"area": village, "filter": rule, "assignee": "zhang.san"})
        self.assertEqual(assigned["issueCount"], "3")
        self.explain(households[0], rule, village)
        # The second is mended and checked at once, the third is mended and found so by the next run.
        for household in households[1:]:
            path = "/v1/households/" + household
            self.author.patch(path, {"mainCause": "01", "etag": self.author.get(path)["etag"]})
        checked = self.author.post("/v1/households/%s:recheckQuality" % households[1])
        self.assertEqual(checked["fixedCount"], "1")
        self.assertEqual([issue["householdId"] for issue in self.issues(village, rule)], [households[2]])
        again = quality_recall.sweep(self.author, village)
        self.assertEqual((again["newCount"], again["fixedCount"]), ("0", "1"))
        self.assertEqual(self.issues(village, rule), [])
        notes = self.viewer.get("%s/%s" % (_ISSUES, first["issueId"]))["notes"]
        self.assertEqual([note["kind"] for note in notes],
                         ["ASSIGNED", "COMMENTED", "WAIVER_REQUESTED", "WAIVER_APPROVED"])

    def explain(self, household, rule, village):
        """One says why the data is right as it is, another agrees."""
        issue = [each for each in self.issues(village, rule) if each["householdId"] == household][0]
        path = "%s/%s" % (_ISSUES, issue["issueId"])
        self.author.post(path + ":comment", {"text": "已约定周五入户"})
        asked = self.author.post(path + ":requestWaiver", {"etag": issue["etag"], "explanation": "二人常年外出照料病人"})
        self.refused(self.author.call("POST", path + ":decideWaiver", {"etag": asked["etag"], "approved": True}), 403,
                     "PERMISSION_DENIED")
        waived = self.second.post(path + ":decideWaiver", {"etag": asked["etag"], "approved": True})
        self.assertEqual(waived["state"], "WAIVED")
        self.refused(self.second.call("POST", path + ":decideWaiver", {"etag": waived["etag"]}), 400,
                     "QUALITY_ISSUE_WRONG_STATE")

    def test_every_seeded_fault_is_found_and_nothing_else(self):
        township = _TOWNSHIPS[1]
        files, truth = self.generate(township, 900, "--wrong", "0.08", "--faults", "all")
        recall = quality_recall.Recall(self.author, township, files, truth)
        print(recall.table())
        self.assertEqual((recall.missed(), recall.false_alarms(), recall.missed_by_import), ({}, {}, []))
        seeded = {rule for rule, (faults, _) in recall.rules.items() if faults}
        self.assertGreaterEqual(len(seeded), 20, seeded)
        secrets = {row["AAB004"] for row in recall.rows["AB01"]} | {row["AAB002"] for row in recall.rows["AB01"]}
        self.assertFalse([secret for secret in secrets if len(secret) > 3 and secret in str(recall.issues)])
        self.scores(township)

    def scores(self, township):
        county = township[:6].ljust(12, "0")
        # The run was of the township, so that it says nothing of the county.
        self.refused(self.viewer.call("GET", "/v1/quality/scores?area=" + county), 400, "QUALITY_NOT_SCORED")
        answer = self.viewer.get("/v1/quality/scores", area=township)
        scores = answer["scores"]
        self.assertEqual([int(score["rank"]) for score in scores], sorted(int(score["rank"]) for score in scores))
        self.assertEqual(sum(int(score["householdCount"]) for score in scores), int(answer["area"]["householdCount"]))
        self.assertEqual(len(answer["area"]["dimensions"]), 5)
        self.assertIn("质量指数 = 100 × ", answer["area"]["formula"])
        wrong = {issue["householdId"] for issue in self.issues(township, "severity = ERROR OR severity = WARNING")}
        self.assertEqual(int(answer["area"]["problemHouseholdCount"]), len(wrong), "the list behind the figure")

    def test_a_clean_register_has_no_issues(self):
        township = _TOWNSHIPS[2]
        recall = quality_recall.Recall(self.author, township, *self.generate(township, 600))
        self.assertEqual((recall.missed(), recall.false_alarms()), ({}, {}))
        self.assertEqual(self.viewer.get("/v1/quality/scores", area=township)["area"]["scoreCenti"], "10000")

    def test_a_killed_run_goes_on(self):
        township = _TOWNSHIPS[3]
        files, _ = self.generate(township, 5000, "--wrong", "0.02", "--faults", "register")
        quality_recall.bring_in(self.author, township, files)
        path = "%s/%s" % (_RUNS, self.author.post(_RUNS, {"area": township, "year": quality_recall.YEAR,
                                                          "date": quality_recall.DATE})["runId"])

        def judged():
            return int(self.stack.sql("registration", "SELECT household_count FROM quality_run WHERE area = " + township)
                       [0][0])
        self.eventually(lambda: judged() > 0)
        self.stack.kill("registration")
        half = judged()
        self.stack.start("registration")
        ended = self.eventually(lambda: [now for now in [self.author.get(path)] if "finishTime" in now], 120)[0]
        print("killed after %d of 5000 households" % half)
        self.assertEqual(ended["householdCount"], "5000")
        open_issues = self.stack.sql("registration", "SELECT count(*) FROM quality_issue WHERE state = 1 AND area / 1000 = "
                                     + township[:9])[0][0]
        self.assertEqual(ended["newCount"], open_issues, "nothing is counted twice")
        again = quality_recall.sweep(self.author, township)
        self.assertEqual((again["newCount"], again["keptCount"], again["fixedCount"]), ("0", open_issues, "0"))


if __name__ == "__main__":
    flow.main()
