"""Recall and precision of the rules of data quality: a register of generated households in which the generator has put
mistakes, imported and swept, against the generator's own list of what it spoiled."""

import collections
import csv
import io
import json
import os
import time

import people
import rulebook
from stack import run

_TABLES = ("AC01", "AB01", "AC07", "AC30")
# The generator's data are of this year; ages are those reached at its end.
YEAR, DATE = 2019, "2019-12-31"

# The rule that finds each kind of mistake in the register.
RULES = {
    "illness_but_all_healthy": "CAUSE_ILLNESS_ALL_HEALTHY", "no_labour_but_able": "CAUSE_NO_LABOUR_BUT_ABLE",
    "skilled_outside_age": "SKILLED_LABOUR_AGE", "pre_school_at_school_age": "PRE_SCHOOL_AGE",
    "months_without_wage": "MONTHS_WITHOUT_WAGE", "school_grade_age": "SCHOOL_GRADE_AGE",
    "parent_child_age": "PARENT_CHILD_AGE", "healthy_without_labour": "HEALTHY_WITHOUT_LABOUR",
    "pupil_at_work": "PUPIL_AT_WORK", "no_labour_at_work": "NO_LABOUR_AT_WORK",
    "work_place_without_months": "WORK_PLACE_WITHOUT_MONTHS", "work_months_without_place": "WORK_MONTHS_WITHOUT_PLACE",
    "out_uninsured": "OUT_UNINSURED", "out_child_not_at_school": "OUT_CHILD_NOT_AT_SCHOOL",
    "cause_disability_nobody": "CAUSE_DISABILITY_NOBODY", "cause_schooling_nobody": "CAUSE_SCHOOLING_NOBODY",
    "wage_without_months": "WAGE_WITHOUT_MONTHS", "college_without_allowance": "COLLEGE_WITHOUT_ALLOWANCE",
    "allowance_without_money": "ALLOWANCE_WITHOUT_MONEY", "allowance_money_unmarked": "ALLOWANCE_MONEY_UNMARKED",
    "extreme_poverty_without_money": "EXTREME_POVERTY_WITHOUT_MONEY",
    "net_income_implausible": "NET_INCOME_IMPLAUSIBLE", "out_below_line": "OUT_BELOW_LINE",
    "house_grade_disagrees": "HOUSE_GRADE_DISAGREES", "out_house_unsafe": "OUT_HOUSE_UNSAFE",
    "water_disagrees": "WATER_DISAGREES", "out_water_unsafe": "OUT_WATER_UNSAFE",
    "irrigated_above_arable": "IRRIGATED_ABOVE_ARABLE", "house_area_implausible": "HOUSE_AREA_IMPLAUSIBLE",
}
_RECORDS = {"AC01": "HOUSEHOLD", "AB01": "MEMBER", "AC07": "INCOME", "AC30": "LIVING_CONDITION"}


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def generate(folder, area, households, persons, *options):
    """The four files of an area by table, and the truth about them: rows of file, row, column, kind, severity."""
    truth = os.path.join(folder, "truth-%s-%d.csv" % (area, time.monotonic_ns()))
    out = truth[:-len(".csv")]
    done = run("bangfu-demo-generate", "register", "--division", people.division(), "--area", area, "--out", out,
               "--households", str(households), "--persons", str(persons), "--truth", truth, *options)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    files = {}
    for table in _TABLES:
        with open(os.path.join(out, table + ".csv"), "rb") as file:
            files[table] = file.read()
    with open(truth, "rb") as file:
        return files, rows_of(file.read())


def wait(ask, done, seconds=600):
    end = time.monotonic() + seconds
    while True:
        found = ask()
        if done(found):
            return found
        if time.monotonic() > end:
            raise RuntimeError("not within %d seconds: %s" % (seconds, found))
        time.sleep(0.1)


def bring_in(registrar, area, files):
    """Imports the rows that are right. What the import found: (table, row) → severities."""
    path = "/v1/imports/" + registrar.post("/v1/imports", {"area": area, "asOf": DATE})["importId"]
    for table, content in files.items():
        registrar.ok("POST", "%s/files/%s.csv" % (path, table), content, headers={"Content-Type": "text/csv"})
    registrar.post(path + ":check")
    wait(lambda: registrar.get(path), lambda now: now["state"] != "CHECKING")
    found = collections.defaultdict(set)
    for finding in registrar.pages(path + "/findings", "findings", pageSize=500):
        found[finding["table"], int(finding["row"])].add(finding["severity"])
    registrar.post(path + ":commit", {"mode": "CORRECT_ROWS"})
    committed = wait(lambda: registrar.get(path), lambda now: now["state"] != "COMMITTING")
    if committed["state"] != "COMMITTED":
        raise RuntimeError(committed)
    return found


def sweep(registrar, area, seconds=3600):
    """A run of the routine pack, to its end."""
    path = "/v1/quality/runs/" + registrar.post("/v1/quality/runs", {"area": area, "year": YEAR, "date": DATE})["runId"]
    ended = wait(lambda: registrar.get(path),
                 lambda now: now["operation"]["state"] not in ("QUEUED", "RUNNING"), seconds)
    if ended["operation"]["state"] != "SUCCEEDED":
        raise RuntimeError(ended)
    return ended


def demo_pack():
    return rulebook.demo_files()["quality_rules/routine_inner_mongolia"]


class Recall:
    """What was found of what was spoiled. `rules` has, by rule, what it should find and what it found: sets of
    (record, national number); clues are left out, for they are no faults."""

    def __init__(self, registrar, area, files, truth):
        self.imported = bring_in(registrar, area, files)
        self.run = sweep(registrar, area)
        self.rows = {table: rows_of(content) for table, content in files.items()}
        self.truth = truth
        self.by_import = collections.Counter()  # kinds of mistakes whose row the import did not take, or mended
        self.missed_by_import = []
        self.rules = collections.defaultdict(lambda: (set(), set()))
        self._read_truth()
        self._read_issues(registrar, area)

    def _number(self, table, row):
        return self.rows[table][row - 2]["AAB001" if table == "AB01" else "AAC001"]

    def _household(self, table, row):
        return self.rows[table][row - 2]["AAC001"]

    def _read_truth(self):
        refused = {place for place, severities in self.imported.items() if "ERROR" in severities}
        # Of these the register has nothing, or a part only: what is found there follows from that.
        self.partial = {self._household(table, row) for table, row in refused}
        for line in self.truth:
            table, row = line["file"][:4], int(line["row"])
            taken = self._household(table, row) not in self.partial
            if line["kind"] in RULES and taken:
                self.rules[RULES[line["kind"]]][0].add((_RECORDS[table], self._number(table, row)))
            elif line["kind"] != "household_refused":
                self.by_import[line["kind"]] += 1
                if (table, row) not in self.imported and taken:
                    self.missed_by_import.append(line)
        self.partial |= {self._household(line["file"][:4], int(line["row"])) for line in self.truth
                         if line["kind"] in ("declared_members", "person_without_household")}

    def _read_issues(self, registrar, area):
        households = {each["householdId"]: each["nationalId"]
                      for each in registrar.pages("/v1/households", "households", area=area, pageSize=500)}
        members = {each["memberId"]: each["nationalId"]
                   for each in registrar.pages("/v1/members", "members", area=area, pageSize=500)}
        self.issues = registrar.pages("/v1/quality/issues", "issues", area=area, pageSize=500)
        self.clues = collections.Counter()
        self.secondary = collections.Counter()
        for issue in self.issues:
            number = households[issue["householdId"]]
            named = (issue["record"], members[issue["memberId"]] if issue["record"] == "MEMBER" else number)
            if issue["severity"] == "CLUE":
                self.clues[issue["rule"]] += 1
            elif number in self.partial:
                self.secondary[issue["rule"]] += 1
            else:
                self.rules[issue["rule"]][1].add(named)

    def missed(self):
        return {rule: sorted(seeded - found) for rule, (seeded, found) in self.rules.items() if seeded - found}

    def false_alarms(self):
        return {rule: sorted(found - seeded) for rule, (seeded, found) in self.rules.items() if found - seeded}

    def table(self):
        lines = ["%-32s %7s %7s %7s %8s %9s" % ("rule", "seeded", "found", "right", "recall", "precision")]
        for rule, (seeded, found) in sorted(self.rules.items()):
            if not seeded and not found:
                continue
            right = len(seeded & found)
            lines.append("%-32s %7d %7d %7d %7.2f%% %8.2f%%" % (rule, len(seeded), len(found), right,
                                                              100 * right / len(seeded) if seeded else 100,
                                                              100 * right / len(found) if found else 100))
        lines += ["", "found by the import, whose rows the register never had:"]
        lines += ["  %-30s %7d" % pair for pair in sorted(self.by_import.items())]
        lines += ["", "in households that the import took in part:"]
        lines += ["  %-30s %7d" % pair for pair in sorted(self.secondary.items())]
        lines += ["", "clues, which are no faults:"] + ["  %-30s %7d" % pair for pair in sorted(self.clues.items())]
        return "\n".join(lines)

    def summary(self):
        return json.dumps({"households": self.run["householdCount"], "persons": self.run["personCount"],
                           "missed": sum(map(len, self.missed().values())),
                           "falseAlarms": sum(map(len, self.false_alarms().values())),
                           "missedByImport": len(self.missed_by_import)})
