"""Procedures as people take them through the gateway: each step with all that its definition asks for, by somebody of
its level, and days of notices that pass."""

import datetime
import hashlib

PROCEDURES = "/v1/services/registration/procedures"


def today():
    """As the register counts days."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _replaced(sql, old, new):
    """SQL that puts another text of the same length into a body in hexadecimal."""
    return "replace(%s, '%s', '%s')" % (sql, old.encode().hex(), new.encode().hex())


class Proceedings:
    """For flows: `actor(level, role, area)` gives a client of somebody who may act at that level for the area."""

    def actor(self, level, role, area):
        width = {"VILLAGE": 12, "TOWNSHIP": 9, "COUNTY": 6, "CITY": 4, "PROVINCE": 2}[level]
        return self.stack.caller(role, area[:width].ljust(12, "0"))

    def procedure(self, procedure_id, who):
        return who.get("%s/%s" % (PROCEDURES, procedure_id))

    def try_act(self, procedure_id, who, action, step=None):
        """The answer to an action in the current step, or in the one named."""
        seen = self.procedure(procedure_id, who)
        body = {"etag": seen["etag"], "action": {"step": step or seen["step"], **action}}
        return who.call("POST", "%s/%s:act" % (PROCEDURES, procedure_id), body)

    def act(self, procedure_id, who, action):
        answer = self.try_act(procedure_id, who, action)
        self.assertEqual(answer.status, 200, answer)
        return answer.body

    def post_notice(self, procedure_id, who):
        """Posts what the system gives to print; the text."""
        text = who.get("%s/%s/notice-text" % (PROCEDURES, procedure_id))
        self.act(procedure_id, who, {"postNotice": {"fromDate": text["fromDate"], "textSha256": text["textSha256"]}})
        return text["text"]

    def pass_days(self, procedure_id, who, days):
        """Lets days pass for the notice that is posted. Nobody can move the clock of the suite, so the notice is moved
        into the past where it is kept, behind all that the suite enforces; dates have the same length there."""
        notice = self.procedure(procedure_id, who)["steps"][-1]["notice"]
        body, marked = "encode(body, 'hex')", []
        for field in ("fromDate", "toDate"):
            day = datetime.date.fromisoformat(notice[field])
            earlier = (day - datetime.timedelta(days=days)).isoformat()
            # Marked first, so that the one day, moved, is not taken for the other and moved again.
            marked.append(("#" + earlier[1:], earlier))
            body = _replaced(body, notice[field], marked[-1][0])
        for mark, day in marked:
            body = _replaced(body, mark, day)
        self.stack.sql("registration", "UPDATE procedure SET wait_until = NULL, body = decode(%s, 'hex') "
                       "WHERE id = (SELECT max(id) FROM procedure WHERE state = 1 AND body LIKE '%%%s%%'::bytea)"
                       % (body, procedure_id))

    def end_notice(self, procedure_id, who):
        """Lets all days of the notice pass: its last was yesterday."""
        last = datetime.date.fromisoformat(self.procedure(procedure_id, who)["steps"][-1]["notice"]["toDate"])
        self.pass_days(procedure_id, who, (last - today()).days + 1)

    def take_step(self, procedure_id, step, subjects, area):
        """Does all that a step asks for and approves it; days of notices pass."""
        who = self.actor(step["level"], step["roles"][0], area)
        for evidence in step.get("evidence", []):
            about = subjects if evidence.get("eachSubject") else [""]
            self.act(procedure_id, who, {"submit": {}, "evidence": [
                {"kind": evidence["kind"], "name": "扫描件.jpg", "sha256": digest(evidence["kind"] + subject),
                 "sizeBytes": "1000", "mediaType": "image/jpeg", "subjectId": subject} for subject in about]})
        if "meeting" in step:
            self.act(procedure_id, who, {"recordMeeting": self.meeting(step["meeting"], subjects)})
        if "notice" in step:
            self.post_notice(procedure_id, who)
            self.end_notice(procedure_id, who)
        return self.act(procedure_id, who, {"approve": {}})

    def meeting(self, asked, subjects):
        """One at which everybody came and was in favour."""
        held = {"time": datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z"),
                "place": "村委会", "entitledCount": 30, "presentCount": 30, "minutes": "逐户评议, 均无异议。"}
        if "vote" in asked:
            about = subjects if asked.get("voteEachSubject") else [""]
            held["votes"] = [{"subjectId": subject, "inFavourCount": 30} for subject in about]
        return held
