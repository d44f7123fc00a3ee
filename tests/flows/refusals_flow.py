"""What is refused, and how: by the right status and reason, in Chinese, with a trace, and with nothing half written."""

import base64
import json
import subprocess
import time
import uuid

import flow
import people
import wire
from rest import Rest

_ABSENT = "-0000000000001"


def forged(stack, header=None, claims=None, key=None):
    """A token like those of the stack, changed, and signed again by `key` if there is one."""
    parts = stack.token("REGISTRAR", people.COUNTY).split(".")
    opened = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in parts[:2]]
    opened[0].update(header or {})
    opened[1].update(claims or {})
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in opened]
    if key is None:
        return ".".join(encoded + parts[2:])
    text = "%s/%s.text" % (stack.folder, uuid.uuid4().hex)
    with open(text, "w", encoding="ascii") as file:
        file.write(".".join(encoded))
    signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-in", text, "-inkey",
                                "%s/keys/%s" % (stack.folder, key)], check=True, capture_output=True).stdout
    return ".".join(encoded + [base64.urlsafe_b64encode(signature).decode().rstrip("=")])


class RefusalsFlow(flow.Flow):
    @classmethod
    def prepare(cls):
        people.import_areas(cls.stack.caller("REGISTRAR", people.PROVINCE))
        cls.registrar = cls.stack.caller("REGISTRAR", people.COUNTY)
        cls.household = cls.registrar.post("/v1/households", people.household())
        foreign = cls.stack.caller("REGISTRAR", people.FOREIGN_COUNTY)
        cls.foreign = foreign.post("/v1/households", people.household(people.village(0, people.FOREIGN_TOWNSHIP)))

    def content(self):
        """How many rows each table of records has. Refusals themselves are audited; summaries follow their records."""
        rows = self.stack.sql("registration", """
            SELECT table_name, (xpath('/row/n/text()', query_to_xml(
                     format('SELECT count(*) AS n FROM %I', table_name), false, true, '')))[1]::text
            FROM information_schema.tables
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
              AND table_name !~ '^(audit_|sequencer|event_|schema_|statistic_|[a-z]+_(summary|delta)$)' ORDER BY 1""")
        return {name: count for name, count in rows}

    def check(self, cases, caller=None):
        """Each case: what it shows, method, path, body, HTTP status, reason, and further headers."""
        before = self.content()
        for title, method, path, body, status, reason, *headers in cases:
            with self.subTest(title):
                body = body.encode() if isinstance(body, str) else body
                sent = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}
                sent.update(headers[0] if headers else {})
                answer = (caller or self.registrar).call(method, path, body, headers=sent)
                self.refused(answer, status, reason)
        self.assertEqual(self.content(), before)

    def test_bodies(self):
        create = "/v1/households"
        good = json.dumps(people.household(), ensure_ascii=False)
        self.check([
            ("unknown field", "POST", create, '{"household":{"noSuch":1}}', 400, "MALFORMED_REQUEST"),
            ("unknown enum", "POST", "/v1/areas:import", '{"root":"150526000000","areas":[{"kind":"NO_SUCH"}]}', 400,
             "MALFORMED_REQUEST"),
            ("text for a number", "POST", create, '{"household":{"exitYear":"no year"}}', 400, "MALFORMED_REQUEST"),
            ("list for a message", "POST", create, '{"household":[]}', 400, "MALFORMED_REQUEST"),
            ("deep nesting", "POST", create, '{"members":' + "[" * 500 + "]" * 500 + "}", 400, "MALFORMED_REQUEST"),
            ("broken UTF-8", "POST", create, b'{"household":{"causeNote":"\xff\xfe"}}', 400, "MALFORMED_REQUEST"),
            ("null character", "POST", create, '{"household":{"causeNote":"\\u0000"}}', 400, "MALFORMED_REQUEST"),
            ("half a surrogate", "POST", create, '{"household":{"causeNote":"\\ud800"}}', 400, "MALFORMED_REQUEST"),
            ("same key twice", "POST", create, '{"household":{},"household":{}}', 400, "MALFORMED_REQUEST"),
            ("one field by two names", "POST", create, '{"household":{"main_cause":"01","mainCause":"02"}}', 400,
             "MALFORMED_REQUEST"),
            ("cut short", "POST", create, good[:200], 400, "MALFORMED_REQUEST"),
            ("more than one", "POST", create, good + good, 400, "MALFORMED_REQUEST"),
            ("no object", "POST", create, '"text"', 400, "MALFORMED_REQUEST"),
            ("not JSON", "POST", create, "household=1", 400, "MALFORMED_REQUEST"),
            ("wrong type", "POST", create, good, 415, "MALFORMED_REQUEST", {"Content-Type": "text/plain"}),
            ("over-long", "POST", create, b'{"x":"' + b"a" * 1_100_000 + b'"}', 413, "TOO_LARGE"),
            ("a body for GET", "GET", create + "?area=" + people.COUNTY, "{}", 400, "MALFORMED_REQUEST"),
        ])

    def test_values(self):
        def changed(**fields):
            return people.household(**fields)

        two_heads, nobody, wrong_number = people.household(), people.household(), people.household()
        two_heads["members"][1]["relation"] = "01"
        nobody["members"] = []
        number = people.identity_number("19800101", True)
        wrong_number["members"][0]["idNumber"] = number[:17] + ("0" if number[17] != "0" else "1")
        self.check([
            ("nothing given", "POST", "/v1/households", {}, 400, "INVALID_FIELD"),
            ("unknown code", "POST", "/v1/households", changed(mainCause="77"), 400, "INVALID_FIELD"),
            ("over-long note", "POST", "/v1/households", changed(causeNote="病" * 501), 400, "INVALID_FIELD"),
            ("control character", "POST", "/v1/households", changed(causeNote="a\u0001b"), 400, "INVALID_FIELD"),
            ("no such village", "POST", "/v1/households", changed(area="150526100999"), 404, "AREA_NOT_FOUND"),
            ("a township", "POST", "/v1/households", changed(area=people.TOWNSHIP), 400, "AREA_NOT_A_VILLAGE"),
            ("two heads", "POST", "/v1/households", two_heads, 400, "HOUSEHOLD_HEAD_COUNT"),
            ("no members", "POST", "/v1/households", nobody, 400, "INVALID_FIELD"),
            ("wrong check digit", "POST", "/v1/households", wrong_number, 400, "INVALID_FIELD"),
            ("no request id", "POST", "/v1/households", changed(), 400, "INVALID_FIELD", {"Idempotency-Key": None}),
            ("request id of no form", "POST", "/v1/households", changed(), 400, "INVALID_FIELD",
             {"Idempotency-Key": "one"}),
        ])
        answer = self.registrar.call("POST", "/v1/households", wrong_number)
        self.assertNotIn(wrong_number["members"][0]["idNumber"], answer.text)
        self.assertIn('"members[0].idNumber"', answer.text)
        self.assertNotIn("id_number", answer.text)
        taken = people.household()
        taken["members"][0]["idNumber"] = people.identity_number("19810101", True)
        self.registrar.post("/v1/households", taken)
        self.refused(self.registrar.call("POST", "/v1/households", taken), 409, "IDENTITY_NUMBER_TAKEN")

    def test_queries(self):
        area = "/v1/households?area=" + people.COUNTY
        for _ in range(2):
            self.registrar.post("/v1/households", people.household())
        token = self.registrar.get("/v1/households", area=people.COUNTY, pageSize=1)["nextPageToken"]
        self.check([
            ("made-up page token", "GET", area + "&pageToken=abc", None, 400, "INVALID_PAGE_TOKEN"),
            ("token of another query", "GET", "/v1/households?area=%s&pageToken=%s" % (people.TOWNSHIP, token), None,
             400, "INVALID_PAGE_TOKEN"),
            ("unknown field", "GET", area + "&filter=phone%3D%221%22", None, 400, "INVALID_FILTER"),
            ("half a filter", "GET", area + "&filter=exit_flag%3D", None, 400, "INVALID_FILTER"),
            ("SQL", "GET", area + "&filter=1%3D1%3BDROP%20TABLE%20household", None, 400, "INVALID_FILTER"),
            ("deep filter", "GET", area + "&filter=" + "(" * 300 + "exit_flag%3D%221%22" + ")" * 300, None, 400,
             "INVALID_FILTER"),
            ("code of no dictionary", "GET", area + "&filter=main_cause%3D%2277%22", None, 400, "INVALID_FILTER"),
            ("unknown order", "GET", area + "&orderBy=bank_account", None, 400, "INVALID_FILTER"),
            ("page too large", "GET", area + "&pageSize=2000000", None, 400, "INVALID_FIELD"),
            ("negative page", "GET", area + "&pageSize=-1", None, 400, "INVALID_FIELD"),
            ("no number", "GET", area + "&pageSize=many", None, 400, "MALFORMED_REQUEST"),
            ("unknown parameter", "GET", area + "&noSuch=1", None, 400, "MALFORMED_REQUEST"),
            ("broken escape", "GET", area + "&filter=%zz", None, 400, "MALFORMED_REQUEST"),
            ("no area code", "GET", "/v1/households?area=15052", None, 400, "INVALID_FIELD"),
        ])
        code = self.registrar.call("GET", area + "&filter=main_cause%3D%2277%22").error["message"]
        self.assertIn("代码表 AAC007", code)
        most = self.registrar.get("/v1/households", area=people.COUNTY, pageSize=999_999)["households"]
        self.assertLessEqual(len(most), 500)

    def test_routes(self):
        self.check([
            ("unknown route", "GET", "/v1/nothing", None, 404, "NOT_FOUND"),
            ("unknown method of a thing", "POST", "/v1/households/150526-1:explode", {}, 405, "METHOD_NOT_ALLOWED"),
            ("wrong method", "DELETE", "/v1/households", None, 405, "METHOD_NOT_ALLOWED"),
            ("dots", "GET", "/v1/../../etc/passwd", None, 404, "NOT_FOUND"),
            ("unknown service", "GET", "/v1/services/nothing/operations?area=" + people.COUNTY, None, 404, "NOT_FOUND"),
        ])
        wrong = self.registrar.call("DELETE", "/v1/households")
        self.assertIn("POST", wrong.headers["Allow"])
        self.assertIn(wrong.headers["Allow"], wrong.error["message"])

    def test_places(self):
        foreign = "/v1/households/" + self.foreign["householdId"]
        patch = {"exitFlag": "1", "etag": self.foreign["etag"]}
        self.check([
            ("foreign area", "GET", "/v1/households?area=" + people.FOREIGN_COUNTY, None, 403, "AREA_OUT_OF_SCOPE"),
            ("creating there", "POST", "/v1/households",
             people.household(people.village(0, people.FOREIGN_TOWNSHIP)), 403, "AREA_OUT_OF_SCOPE"),
            ("foreign record", "GET", foreign, None, 403, "AREA_OUT_OF_SCOPE"),
            ("no such record there", "GET", "/v1/households/150525" + _ABSENT, None, 403, "AREA_OUT_OF_SCOPE"),
            ("changing it", "PATCH", foreign, patch, 403, "AREA_OUT_OF_SCOPE"),
            ("its statistics", "GET", "/v1/register/statistics?area=" + people.FOREIGN_COUNTY, None, 403,
             "AREA_OUT_OF_SCOPE"),
            ("no such record here", "GET", "/v1/households/150526" + _ABSENT, None, 404, "HOUSEHOLD_NOT_FOUND"),
            ("no record's id", "GET", "/v1/households/150526", None, 400, "INVALID_FIELD"),
        ])
        # A record that is there and one that is not are refused alike to who may see neither.
        village = Rest(self.stack.http_port, self.stack.token("VIEWER", people.village(1)))
        there, absent = (village.call("GET", "/v1/households/" + record)
                         for record in (self.household["householdId"], "150526" + _ABSENT))
        texts = {self.refused(answer, 403, "AREA_OUT_OF_SCOPE")["message"] for answer in (there, absent)}
        # Nor by the text, which names what both may be, and where the caller may look.
        self.assertEqual(len(texts), 1)
        for told in ("可能输错", "其他区域", people.village(1)):
            self.assertIn(told, next(iter(texts)))

    def test_lists_are_of_what_was_asked_for(self):
        """More than the caller's areas is refused, not silently less; without an area all of them are listed."""
        first, second = people.village(1), people.village(3)
        ranges = [[int(village), int(village) + 1] for village in (first, second)]
        clerk = Rest(self.stack.http_port, forged(self.stack, claims={"grants": [{"r": "REGISTRAR", "a": ranges}]},
                                                  key="gateway/token.pem"))
        for village in (first, second):
            clerk.post("/v1/households", people.household(village))
        for path, field in (("/v1/households", "households"), ("/v1/members", "members"), ("/v1/imports", "imports"),
                            ("/v1/services/registration/operations", "operations"),
                            ("/v1/services/registration/procedures", "procedures"),
                            ("/v1/services/registration/events", "events")):
            with self.subTest(path):
                error = self.refused(clerk.call("GET", path + "?area=" + people.COUNTY), 403, "AREA_OUT_OF_SCOPE")
                self.assertIn("、".join((first, second)), error["message"])
                listed = clerk.get(path)
                if field in ("households", "members"):
                    self.assertEqual({record["area"] for record in listed[field]}, {first, second})
                    self.assertEqual({record["area"] for record in clerk.get(path, area=first)[field]}, {first})
        self.refused(self.registrar.call("GET", "/v1/households?area=" + people.PROVINCE), 403, "AREA_OUT_OF_SCOPE")

    def test_tokens(self):
        path = "/v1/households?area=" + people.COUNTY
        now = int(time.time())
        token = self.stack.token("REGISTRAR", people.COUNTY)
        wider = {"grants": [{"r": "REGISTRAR", "a": [[150000000000, 160000000000]]}]}
        past = {"iat": now - 900, "nbf": now - 900, "exp": now - 600}
        tokens = {
            "none at all": "", "no token": "abc", "key of another": self.stack.token(
                "REGISTRAR", people.COUNTY, "fund/audit.pem"),
            "another key, our key id": forged(self.stack, key="fund/audit.pem"),
            "claims changed": forged(self.stack, claims=wider), "alg none": forged(self.stack, {"alg": "none"}),
            "no signature": token.rsplit(".", 1)[0] + ".",
            "expired": forged(self.stack, claims=past, key="gateway/token.pem"),
            "from tomorrow": forged(self.stack, claims={"iat": now + 86400, "nbf": now + 86400, "exp": now + 86500},
                                    key="gateway/token.pem"),
            "too long a life": forged(self.stack, claims={"exp": now + 86400}, key="gateway/token.pem"),
            "for others": forged(self.stack, claims={"aud": "somebody"}, key="gateway/token.pem"),
            "claims unknown": forged(self.stack, claims={"only": "this"}, key="gateway/token.pem"),
            "another header": forged(self.stack, {"jku": "https://keys.example"}, key="gateway/token.pem"),
        }
        for title, wrong in tokens.items():
            with self.subTest(title):
                answer = self.stack.anybody().call("GET", path, headers={"Authorization": "Bearer " + wrong})
                self.refused(answer, 401, "UNAUTHENTICATED")
                self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        signed = Rest(self.stack.http_port, forged(self.stack, key="gateway/token.pem"))
        self.assertEqual(signed.call("GET", path).status, 200)


class WireFlow(flow.Flow):
    """Requests that no client library sends, and clients that take too much."""

    services = ("fund", "gateway")

    def talk(self, data, **options):
        return wire.talk(self.stack.http_port, data, **options)

    def test_heads(self):
        get = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
        post = b"POST /v1/session:signIn HTTP/1.1\r\nHost: x\r\n"
        for title, data, status in (
                ("two lengths", post + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
                ("length and chunks", post + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
                ("another coding", post + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
                ("signed length", post + b"Content-Length: +2\r\n\r\n{}", 400),
                ("folded line", get + b"X-Long: a\r\n b\r\n\r\n", 400),
                ("space before colon", get + b"X-Long : a\r\n\r\n", 400),
                ("bare line feed", b"GET /healthz HTTP/1.1\nHost: x\n\r\n\r\n", 400),
                ("null byte", get + b"X: \0\r\n\r\n", 400),
                ("no host", b"GET /healthz HTTP/1.1\r\n\r\n", 400),
                ("two hosts", get + b"Host: y\r\n\r\n", 400),
                ("whole URL", b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
                ("HTTP/2 in clear", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
                ("huge header", get + b"X: " + b"a" * 20_000 + b"\r\n\r\n", 431),
                ("many headers", get + b"X: a\r\n" * 200 + b"\r\n", 431)):
            with self.subTest(title):
                answers = wire.answers(self.talk(data))
                self.assertEqual([answer.status for answer in answers], [status], title)
                self.refused(answers[0], status, answers[0].reason)
                self.assertIn(answers[0].reason, ("MALFORMED_REQUEST", "TOO_LARGE"))

    def test_a_refused_head_smuggles_nothing(self):
        data = (b"POST /v1/session:signIn HTTP/1.1\r\nHost: x\r\n"
                b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = self.talk(data)
        self.assertNotIn(b'"version"', answer)

    def test_slow_heads_and_bodies_end(self):
        post = b"POST /v1/session:signIn HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{"
        for slow, seconds in ((b"GET /healthz HTTP/1.1\r\nHost:", 12), (post, 25)):
            start = time.monotonic()
            received = self.talk(slow, patience=seconds)
            self.assertLess(time.monotonic() - start, seconds - 1)
            self.assertNotIn(b"200 OK", received)

    def test_idle_connections_cost_nobody_anything(self):
        idle = [wire.connect(self.stack.http_port) for _ in range(200)]
        try:
            for connection in idle:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            for connection in idle:
                self.assertIn(b"200 OK", connection.recv(4096))
            start = time.monotonic()
            for _ in range(20):
                self.assertEqual(self.stack.anybody().call("GET", "/version").status, 200)
            self.assertLess(time.monotonic() - start, 5)
            for connection in idle[::20]:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertIn(b"200 OK", connection.recv(4096))
        finally:
            for connection in idle:
                connection.close()

    def test_too_many_requests(self):
        self.stack.configure("gateway", {"http.caller_rate": 5, "http.source_rate": 4})
        self.stack.restart("gateway")
        self.addCleanup(self.stack.restart, "gateway")
        self.addCleanup(self.stack.configure, "gateway", {"http.caller_rate": 100000, "http.source_rate": 100000})
        viewer = self.stack.caller("AUDIT_ADMIN", people.COUNTY)
        for call in (lambda: viewer.call("GET", "/v1/services/fund/audit-records"),
                     lambda: self.stack.anybody().call("POST", "/v1/session:refresh", {"refreshToken": "x"})):
            answers = [call() for _ in range(40)]
            limited = [answer for answer in answers if answer.status == 429]
            self.assertGreater(len(limited), 10)
            self.assertLess(len(limited), 40)
            self.refused(limited[0], 429, "RATE_LIMITED")
            wait = int(limited[-1].headers["Retry-After"])
            self.assertTrue(1 <= wait <= 5, wait)
            time.sleep(wait + 0.5)
            self.assertNotEqual(call().status, 429)


if __name__ == "__main__":
    flow.main()
