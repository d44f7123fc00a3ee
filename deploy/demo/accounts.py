"""The accounts of the demo, and a client of the REST interface that is signed in as one of them."""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
import uuid
import zlib

from one_time_code import code_at, unused_step

# Access tokens last five minutes; a new one is fetched a minute before.
TOKEN_LIFE_SECONDS = 240
ATTEMPTS = 6


class Refused(Exception):
    """The gateway's answer to a call that it refused."""

    def __init__(self, http_status, error):
        self.reason = error.get("reason", "")
        text = error.get("message") or "HTTP %d" % http_status
        super().__init__("%s [%s, HTTP %d, 跟踪号 %s]" % (text, self.reason, http_status, error.get("trace", "-")))


class Gateway:
    """Calls the REST interface. Calls that found the gateway busy or away are repeated: those that change something
    carry a request id, so that a repeat has no second effect."""

    def __init__(self, url):
        self.url = url
        # No proxy: the gateway is on this machine.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, body=None, token=None, content_type="application/json"):
        headers = {"Content-Type": content_type}
        if token:
            headers["Authorization"] = "Bearer " + token
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        for attempt in range(1, ATTEMPTS + 1):
            request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
            try:
                with self.opener.open(request, timeout=150) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503) or attempt == ATTEMPTS:
                    raise Refused(error.code, read_error(error)) from None
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if attempt == ATTEMPTS:
                    raise
            time.sleep(attempt)


def read_error(response):
    try:
        return json.load(response).get("error", {})
    except ValueError:
        return {}


class Credentials:
    """Accounts and passwords, one KEY=VALUE a line, as deploy/up explains at its head. Every change is on disk before
    it is used."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().splitlines()

    def get(self, key):
        for line in self.lines:
            if line.startswith(key + "="):
                return line.split("=", 1)[1]
        return None

    def set(self, key, value, forget=()):
        dropped = tuple(k + "=" for k in (key, *forget))
        self.lines = [line for line in self.lines if not line.startswith(dropped)] + ["%s=%s" % (key, value)]
        draft = self.path + ".draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.path)


class Session:
    """An account that is signed in; its first password is changed on the way, and an administrator gets the second
    factor without which the account has no rights."""

    def __init__(self, gateway, credentials, account):
        self.gateway = gateway
        self.credentials = credentials
        self.account = account
        if credentials.get(account) is None:
            change_first_password(gateway, credentials, account)
        self.token = None
        self.refresh_token = None
        self.token_time = 0

    def call(self, method, path, body=None, content_type="application/json"):
        if self.token is None or time.monotonic() - self.token_time > TOKEN_LIFE_SECONDS:
            self.renew()
        return self.gateway.call(method, path, body, self.token, content_type)

    def renew(self):
        answer = None
        if self.refresh_token:
            try:
                answer = self.gateway.call("POST", "/v1/session:refresh", {"refreshToken": self.refresh_token})
            except Refused:
                pass  # The session has ended, so a new one begins.
        if answer is None:
            answer = self.sign_in()
            if answer.get("secondFactorRequired"):
                self.enrol(answer["accessToken"])
                answer = self.sign_in()
        self.token = answer["accessToken"]
        self.refresh_token = answer.get("refreshToken")
        self.token_time = time.monotonic()


    def sign_in(self):
        secret = self.credentials.get("totp." + self.account)
        code = self.code(secret) if secret else ""
        return sign_in(self.gateway, self.account, self.credentials.get(self.account), code)

    def enrol(self, token):
        """A secret that was kept and not confirmed is not asked for: then a new one replaces it."""
        password = {"password": self.credentials.get(self.account)}
        secret = self.gateway.call("POST", "/v1/session:enrolSecondFactor", password, token)["secret"]
        self.credentials.set("totp." + self.account, secret)
        self.gateway.call("POST", "/v1/session:confirmSecondFactor", {"code": self.code(secret)}, token)

    def code(self, secret):
        step = unused_step(int(self.credentials.get("step." + self.account) or 0))
        self.credentials.set("step." + self.account, str(step))
        return code_at(secret, step)


def sign_in(gateway, account, password, code=""):
    return gateway.call("POST", "/v1/session:signIn", {"accountId": account, "password": password, "code": code})


def identity_number(account):
    """The number of a made-up person, always the same for an account."""
    digits = "15052619900101%03d" % (zlib.crc32(account.encode()) % 1000)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights)) % 11]


def change_first_password(gateway, credentials, account):
    """A run that broke off may have changed the password already: then the next one is in force."""
    first = credentials.get("first." + account)
    chosen = credentials.get("next." + account)
    if chosen is None:
        chosen = "Bf7-" + secrets.token_hex(9)
        credentials.set("next." + account, chosen)
    try:
        gateway.call("POST", "/v1/session:changePassword",
                     {"accountId": account, "oldPassword": first, "newPassword": chosen})
    except Refused as refused:
        if refused.reason not in ("SIGN_IN_FAILED", "PASSWORD_REUSED"):
            raise
        sign_in(gateway, account, chosen)
    credentials.set(account, chosen, forget=("first." + account, "next." + account))


def create_account(administrator, credentials, account, name, unit):
    """Makes the account unless its password is known. One that is there with an unknown password gets a new one."""
    if credentials.get(account) or credentials.get("first." + account):
        return
    first = ""
    try:
        answer = administrator.call("POST", "/v1/accounts", {
            "account": {"accountId": account, "displayName": name, "unit": unit,
                        "idNumber": identity_number(account)},
            "requestId": str(uuid.uuid4())})
        first = answer.get("firstPassword")
    except Refused as refused:
        if refused.reason != "ACCOUNT_NAME_TAKEN":
            raise
    if not first:
        answer = administrator.call("POST", "/v1/accounts/%s:resetPassword" % account,
                                    {"requestId": str(uuid.uuid4())})
        first = answer["firstPassword"]
    credentials.set("first." + account, first)


def grant(administrator, approver, account, role, area):
    """Sees to it that the account holds the role in the area."""
    held = administrator.call("GET", "/v1/accounts/" + account).get("grants", [])
    same = [g for g in held if g["role"] == role and area in g.get("areas", [])]
    if any(g["state"] == "APPROVED" for g in same):
        return
    proposed = next((g for g in same if g["state"] == "PROPOSED"), None)
    if proposed is None:
        proposed = administrator.call("POST", "/v1/grants", {
            "grant": {"accountId": account, "role": role, "areas": [area]}, "requestId": str(uuid.uuid4())})
    approver.call("POST", "/v1/grants/%s:approve" % proposed["grantId"], {"requestId": str(uuid.uuid4())})
