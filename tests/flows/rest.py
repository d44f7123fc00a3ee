"""A small client of the REST interface, on http.client: one connection that is kept alive."""

import http.client
import json
import time
import urllib.parse
import uuid

# Access tokens live five minutes.
_RENEW_AFTER_SECONDS = 200


class Answer:
    """An HTTP answer. `reason` and `trace` are those of a refusal."""

    def __init__(self, status, headers, raw):
        self.status = status
        self.headers = headers
        self.raw = raw

    @property
    def text(self):
        return self.raw.decode("utf-8")

    @property
    def body(self):
        return json.loads(self.raw) if self.raw else {}

    @property
    def error(self):
        return self.body.get("error", {}) if self.status >= 400 and self.raw.startswith(b"{") else {}

    @property
    def reason(self):
        return self.error.get("reason", "")

    def __repr__(self):
        return "<HTTP %d %s>" % (self.status, self.text[:600])


class Refused(Exception):
    """An answer that is not a success, where one was expected."""

    def __init__(self, method, path, answer):
        super().__init__("%s %s: %r" % (method, path, answer))
        self.answer = answer


class Rest:
    """`call` returns every answer; get, post, patch and put return the body and raise Refused otherwise. Requests that
    may write carry a new Idempotency-Key unless one is given."""

    def __init__(self, port, token=None, session=None, headers=None):
        self.port = port
        self.token = token
        self.headers = headers or {}  # of every request
        self._connection = None
        self._refresh = None
        self._time = time.monotonic()
        if session:
            self._take(session)

    def _take(self, session):
        self.token, self._refresh, self._time = session["accessToken"], session.get("refreshToken"), time.monotonic()

    def refresh(self):
        token, self.token = self.token, None
        try:
            self._take(self.post("/v1/session:refresh", {"refreshToken": self._refresh}))
        finally:
            self.token = self.token or token

    def call(self, method, path, body=None, headers=None, key=None, **query):
        if self._refresh and time.monotonic() - self._time > _RENEW_AFTER_SECONDS:
            self._time = time.monotonic()
            self.refresh()
        if query:
            path += "?" + urllib.parse.urlencode(query)
        sent = dict(self.headers)
        if self.token:
            sent["Authorization"] = "Bearer " + self.token
        if method in ("POST", "PUT", "PATCH"):
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        return self._exchange(method, path, body, {name: value for name, value in sent.items() if value is not None})

    def _exchange(self, method, path, body, headers):
        fresh = self._connection is None
        if fresh:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
            if response.will_close:
                self.close()
            return answer
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            if fresh:
                raise
            # A kept connection that the other side has closed meanwhile: the key makes a repeat safe.
            return self._exchange(method, path, body, headers)
        except Exception:
            self.close()
            raise

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ok(self, method, path, body=None, **options):
        answer = self.call(method, path, body, **options)
        if answer.status != 200:
            raise Refused(method, path, answer)
        return answer.body

    def get(self, path, **query):
        return self.ok("GET", path, **query)

    def post(self, path, body=None, **options):
        return self.ok("POST", path, {} if body is None else body, **options)

    def patch(self, path, body, **options):
        return self.ok("PATCH", path, body, **options)

    def put(self, path, body, **options):
        return self.ok("PUT", path, body, **options)

    def audit_records(self, service):
        """The whole audit log of a service."""
        records, position = [], 0
        while True:
            listed = self.get("/v1/services/%s/audit-records" % service, afterPosition=position, pageSize=1000)
            if not listed.get("records"):
                return records
            records += [sealed["record"] for sealed in listed["records"]]
            position = int(listed["records"][-1]["position"])

    def pages(self, path, field, **query):
        """All items of a list method, page by page."""
        items, token = [], ""
        while True:
            answer = self.get(path, **query, **({"pageToken": token} if token else {}))
            items += answer.get(field, [])
            token = answer.get("nextPageToken", "")
            if not token:
                return items
