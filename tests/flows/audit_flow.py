"""The audit trail from the write to the proof: what was done is there, and whoever changes it later is found."""

import json
import re
import subprocess
import time

import flow
import people
from stack import Accounts, program

_ADMIN = "bangfu.gateway.v1.AccountService."


class AuditFlow(flow.Flow):
    services = ("fund", "gateway")

    @classmethod
    def prepare(cls):
        cls.accounts = Accounts(cls.stack)
        for number in range(3):
            cls.accounts.create("audited-%d" % number)
            time.sleep(1.1)  # Each gets a checkpoint of its own: at most one is signed a second.

    def records(self):
        """All records, as answers of the REST interface."""
        answers, position = [], 0
        while True:
            answer = self.accounts.audit.call("GET", "/v1/services/gateway/audit-records?pageSize=7&afterPosition=%d"
                                              % position)
            self.assertEqual(answer.status, 200, answer)
            listed = answer.body.get("records", [])
            if not listed:
                return answers
            answers.append(answer)
            position = int(listed[-1]["position"])

    def export(self):
        """A bundle as bangfu-audit-verify takes it: checkpoints, and the records that they cover, one answer a
        line."""
        checkpoints = self.accounts.audit.call("GET", "/v1/services/gateway/audit-checkpoints?pageSize=1000")
        size = int(checkpoints.body["checkpoints"][-1]["size"])
        lines = [checkpoints.text]
        for answer in self.records():
            covered = [record for record in answer.body["records"] if int(record["position"]) <= size]
            lines.append(json.dumps({"records": covered}, ensure_ascii=False))
        path = self.stack.folder + "/bundle"
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path, checkpoints.body["checkpoints"]

    def verify(self, path, key="gateway/audit.pub"):
        done = subprocess.run([program("bangfu-audit-verify"), "--public-key", "%s/keys/%s" % (self.stack.folder, key),
                               path], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def tampered(self, statement, undo):
        """What the verifier says once somebody with all rights over the database has run the statement."""
        self.stack.sql("gateway", statement)
        try:
            path, checkpoints = self.export()
            return (*self.verify(path), checkpoints)
        finally:
            self.stack.sql("gateway", undo)

    def find(self, account):
        """Position of the record of that account's creation."""
        def found():
            for answer in self.records():
                for sealed in answer.body["records"]:
                    record = sealed["record"]
                    if record["method"] == _ADMIN + "CreateAccount" and account in record["objects"]:
                        return int(sealed["position"])
            return 0
        return self.eventually(found)

    def test_an_untouched_log_is_proved(self):
        position = self.find("audited-1")
        path, checkpoints = self.eventually(lambda: self.covering(position))
        code, text = self.verify(path)
        self.assertEqual(code, 0, text)
        self.assertIn("全部证实", text)
        self.assertGreater(len(checkpoints), 2)
        code, text = self.verify(path, "fund/audit.pub")
        self.assertEqual(code, 1, text)

    def test_what_is_exported_as_the_readme_says_is_proved(self):
        self.find("audited-2")
        path = self.stack.folder + "/exported"
        for token, code in (("", 1), (self.accounts.system.token, 1), (self.accounts.audit.token, 0)):
            done = subprocess.run(
                [people.checkout("deploy/audit-export"), "--service", "gateway", "--out", path, "--url",
                 "http://127.0.0.1:%d" % self.stack.http_port], capture_output=True, text=True,
                env={"PATH": "/usr/bin:/bin", "TOKEN": token, "LANG": "C.UTF-8"})
            self.assertEqual(done.returncode, code, done.stderr)
        code, text = self.verify(path)
        self.assertEqual(code, 0, text)
        self.assertIn("全部证实", text)

    def covering(self, position):
        path, checkpoints = self.export()
        return (path, checkpoints) if int(checkpoints[-1]["size"]) >= position else None

    def test_a_changed_byte_is_found(self):
        position = self.find("audited-1")
        self.eventually(lambda: self.covering(position))
        where = "WHERE position = %d" % position
        replace = "UPDATE audit_log SET body = overlay(body placing '%s'::bytea from position('%s'::bytea in body)) "
        code, text, checkpoints = self.tampered(
            replace % ("secadmin", "sysadmin") + where, replace % ("sysadmin", "secadmin") + where)
        self.assertEqual(code, 1, text)
        first, last = (int(number) for number in re.search(r"第 (\d+) 至 (\d+) 条", text).groups())
        self.assertTrue(first <= position <= last, text)
        sizes = [int(checkpoint["size"]) for checkpoint in checkpoints]
        self.assertEqual(first - 1, max([size for size in sizes if size < position], default=0))
        self.assertEqual(last, min(size for size in sizes if size >= position))

    def test_a_missing_record_is_found(self):
        position = self.find("audited-1")
        self.eventually(lambda: self.covering(position))
        code, text, _ = self.tampered(
            "CREATE TABLE kept AS SELECT * FROM audit_log WHERE position = %d; "
            "DELETE FROM audit_log WHERE position = %d" % (position, position),
            "INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept")
        self.assertEqual(code, 1, text)
        self.assertIn("第 %d 条记录缺失" % position, text)

    def test_the_program_itself_may_not_change_the_log(self):
        app = self.stack.database("gateway") + "_app"
        for table in ("audit_log", "audit_checkpoint", "event_log"):
            for statement in ("DELETE FROM " + table, "UPDATE %s SET body = ''" % table, "TRUNCATE " + table):
                with self.subTest(statement), self.assertRaisesRegex(RuntimeError, "permission denied|must be owner"):
                    self.stack.sql("gateway", "SET ROLE %s; %s" % (app, statement))

    def test_reading_leaves_a_trace(self):
        def reads():
            return sum(sealed["record"]["method"] == "bangfu.audit.v1.AuditService.ListAuditRecords" and
                       sealed["record"]["subject"] == "auditadmin"
                       for answer in self.records() for sealed in answer.body["records"])
        before = reads()
        self.eventually(lambda: reads() > before)

    def test_a_denial_leaves_a_trace(self):
        # The gateway refuses before a service is asked, so this is a denial that only the service can see.
        registrar = self.stack.caller("REGISTRAR", people.COUNTY)
        self.refused(registrar.call("GET", "/v1/services/fund/operations?area=" + people.FOREIGN_COUNTY), 403,
                     "AREA_OUT_OF_SCOPE")

        def denials():
            listed = self.accounts.audit.get("/v1/services/fund/audit-records", pageSize=1000).get("records", [])
            return [sealed["record"] for sealed in listed if sealed["record"]["result"] == "AREA_OUT_OF_SCOPE"]
        record = self.eventually(denials)[0]
        self.assertEqual((record["subject"], record["method"]),
                         ("bench", "bangfu.operations.v1.OperationService.ListOperations"))


if __name__ == "__main__":
    flow.main()
