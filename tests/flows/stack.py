"""A whole suite for one flow: five databases, keys, configurations and processes in a folder of its own, all gone at
the end. Needs BANGFU_BIN, the folder of the built programs, and BANGFU_TEST_POSTGRES (see tests/run)."""

import ctypes
import itertools
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import people
import postgres
from rest import Rest

sys.path.insert(0, people.checkout("deploy/demo"))
from one_time_code import code_at, unused_step  # noqa: E402

SERVICES = ("registration", "fund", "assignment", "assessment", "gateway")
_PATIENCE_SECONDS = 60
_TOKEN_SECONDS = 200
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_numbers = itertools.count(1)


def program(name):
    folder = os.environ.get("BANGFU_BIN")
    if not folder:
        raise SystemExit("BANGFU_BIN is not set: the folder of the built programs, such as build/release/bin")
    return os.path.join(folder, name)


def run(name, *arguments):
    """Runs a program of the suite with a clean environment: variables BANGFU_… would override configurations."""
    return subprocess.run([program(name), *arguments], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})


def end_with_parent():
    """However a flow ends, no process of its stack stays."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One service: its configuration, its log, and the process while it runs."""

    def __init__(self, folder, name):
        self.name = name
        self.config = os.path.join(folder, name + ".toml")
        self.log = os.path.join(folder, name + ".log")
        self.child = None
        self._seen = 0
        self.facts = {}

    def start(self):
        with open(self.log, "ab") as log:
            self._seen = log.tell()
            self.child = subprocess.Popen([program("bangfu-" + self.name), "serve", "--config", self.config],
                                          stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent,
                                          env={"PATH": "/usr/bin:/bin"})
        self.facts = {}

    def entries(self, start=0):
        """The lines of the log, decoded; those that are no JSON are left out."""
        with open(self.log, "rb") as log:
            log.seek(start)
            lines = log.read().decode("utf-8", errors="replace").splitlines()
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                continue

    def hear(self):
        """What the process has said of itself since it was started, such as where it listens."""
        for entry in self.entries(self._seen):
            if entry.get("event") in ("started", "listening"):
                self.facts.update(entry)
        return self.facts

    def wait_ready(self):
        """Until /readyz of the admin port says so."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            if self.child.poll() is not None:
                raise RuntimeError("%s ended with %s\n%s" % (self.name, self.child.returncode, self.tail()))
            if "admin_port" in self.hear() and self.is_ready() and (self.name != "gateway" or "http_port" in self.facts):
                return
            time.sleep(0.05)
        raise RuntimeError("%s is not ready\n%s" % (self.name, self.tail()))

    def is_ready(self):
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                    "http://127.0.0.1:%d/readyz" % self.facts["admin_port"], timeout=3) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def end(self, how=signal.SIGTERM, patience=40):
        if self.child is None:
            return
        if self.child.poll() is None:
            self.child.send_signal(how)
        try:
            self.child.wait(patience)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None

    def tail(self, lines=30):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])


class Stack:
    """`settings` are settings by service, such as {"gateway": {"http.threads": 1}}. All that is started is stopped by
    close()."""

    running = []

    def __init__(self, server=None, services=SERVICES, settings=None):
        self.server = server or postgres.test_server()
        self.services = services
        self.folder = tempfile.mkdtemp(prefix="bangfu-flow-")
        self.settings = settings or {}
        self._name = "flow_%d_%d" % (os.getpid(), next(_numbers))
        self._tokens = {}
        self.processes = {name: Process(self.folder, name) for name in services}
        Stack.running.append(self)
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    # --- databases, keys, configuration ---

    def database(self, service):
        return "%s_%s" % (self._name, service)

    def _role(self, service, kind):
        return "%s_%s_%s" % (self._name, service, kind)

    def _build(self):
        keys = run("bangfu-keys", self.folder + "/keys")
        if keys.returncode != 0:
            raise RuntimeError("bangfu-keys: " + keys.stderr)
        for service in self.services:
            self._create_database(service)
            self.configure(service)
            done = run("bangfu-" + service, "migrate", "--config", self.processes[service].config)
            if done.returncode != 0:
                raise RuntimeError("%s migrate: %s" % (service, done.stderr))
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait_ready()

    def _create_database(self, service):
        owner, app = self._role(service, "owner"), self._role(service, "app")
        self.server.script([
            "CREATE ROLE %s LOGIN" % owner, "CREATE ROLE %s LOGIN" % app,
            "CREATE DATABASE %s OWNER %s" % (self.database(service), owner),
            "REVOKE ALL ON DATABASE %s FROM PUBLIC" % self.database(service),
            "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s" % (self.database(service), app)])
        for kind in ("owner", "app"):
            path = "%s/%s.%s.conninfo" % (self.folder, service, kind)
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.server.conninfo(self.database(service), self._role(service, kind)))
            os.chmod(path, 0o600)

    def _all_settings(self, service):
        keys = "%s/keys/%s" % (self.folder, service)
        settings = {
            "listen": ["unix:%s/%s.sock" % (self.folder, service)],
            "admin_listen": "127.0.0.1:0",
            "drain_seconds": 5,
            "reflection": True,
            "database.conninfo_file": "%s/%s.app.conninfo" % (self.folder, service),
            "database.owner_conninfo_file": "%s/%s.owner.conninfo" % (self.folder, service),
            "database.app_role": self._role(service, "app"),
            "database.read_connections": 2, "database.write_connections": 6,
            "keys.directory": keys, "keys.audit_signing": keys + "/audit.pem",
            "auth.public_keys": [self.folder + "/keys/gateway/token.pub"],
            "workers.read": 2, "workers.write": 6, "workers.bulk": 2,
        }
        if service == "gateway":
            settings.update({
                "http_listen": "127.0.0.1:0", "grpc_listen": "127.0.0.1:0",
                "keys.token_signing": keys + "/token.pem", "http.caller_rate": 100000, "http.source_rate": 100000})
            for other in SERVICES[:-1]:
                settings["upstreams." + other] = "unix:%s/%s.sock" % (self.folder, other)
        settings.update(self.settings.get(service, {}))
        return settings

    def configure(self, service, changes=None):
        """Writes the configuration, with changes such as {"http.caller_rate": 5}; in force from the next start."""
        self.settings.setdefault(service, {}).update(changes or {})
        tables = {}
        for key, value in self._all_settings(service).items():
            table, _, name = key.rpartition(".")
            tables.setdefault(table, []).append("%s = %s" % (name, json.dumps(value)))
        with open(self.processes[service].config, "w", encoding="utf-8") as file:
            for table in sorted(tables):  # Keys of no table come first.
                file.write(("\n[%s]\n" % table if table else "") + "\n".join(tables[table]) + "\n")

    # --- processes ---

    def kill(self, service):
        self.processes[service].end(signal.SIGKILL)

    def stop(self, service):
        self.processes[service].end(signal.SIGTERM)

    def start(self, service):
        self.processes[service].start()
        self.processes[service].wait_ready()

    def restart(self, service):
        self.stop(service)
        self.start(service)

    @property
    def http_port(self):
        return self.processes["gateway"].facts["http_port"]

    @property
    def grpc_port(self):
        return self.processes["gateway"].facts["grpc_port"]

    def sql(self, service, statement):
        """As superuser, past everything that the suite enforces."""
        return self.server.sql(statement, self.database(service))

    # --- callers ---

    def token(self, role, area, key="gateway/token.pem", subject="bench"):
        """A token signed directly, for flows in which accounts do not matter."""
        known = self._tokens.get((role, area, key, subject))
        if known and time.monotonic() - known[1] < _TOKEN_SECONDS:
            return known[0]
        done = run("bangfu-bench-token", "%s/keys/%s" % (self.folder, key), role, str(area), subject)
        if done.returncode != 0:
            raise RuntimeError("bangfu-bench-token: %s" % done.stderr)
        self._tokens[role, area, key, subject] = (done.stdout.strip(), time.monotonic())
        return done.stdout.strip()

    def anybody(self):
        return Rest(self.http_port)

    def caller(self, role, area):
        return Rest(self.http_port, self.token(role, area))

    # --- the end ---

    def errors(self):
        """Entries of the logs that say that a program has a fault, with those that only a fault of ours can cause."""
        return [entry for process in self.processes.values() if os.path.exists(process.log)
                for entry in process.entries() if entry.get("level") == "error"]

    def leaks(self):
        """Names of logs in which an identity number, a telephone or an account of our persons stands."""
        found = []
        for process in self.processes.values():
            if os.path.exists(process.log):
                with open(process.log, encoding="utf-8", errors="replace") as log:
                    text = log.read()
                found += ["%s: %s…" % (process.name, secret[:6]) for secret in people.SECRETS if secret in text]
        return found

    def tails(self):
        return "".join("\n--- %s ---\n%s" % (name, process.tail()) for name, process in self.processes.items()
                       if os.path.exists(process.log))

    def close(self):
        if self in Stack.running:
            Stack.running.remove(self)
        for process in self.processes.values():
            process.end(signal.SIGKILL)
        for service in self.services:
            for statement in ("DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.database(service),
                              "DROP ROLE IF EXISTS %s" % self._role(service, "app"),
                              "DROP ROLE IF EXISTS %s" % self._role(service, "owner")):
                try:
                    self.server.sql(statement)
                except RuntimeError as fault:
                    print("cleaning up:", fault, file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)


class Accounts:
    """The three administrators of a fresh stack, signed in with passwords of their own, and the persons they make."""

    def __init__(self, stack):
        self.stack = stack
        done = run("bangfu-gateway", "bootstrap", "--config", stack.processes["gateway"].config)
        if done.returncode != 0:
            raise RuntimeError("bootstrap: %s%s" % (done.stdout, done.stderr))
        self.passwords = {}
        self._devices = {}  # by account: secret of the second factor, and the last step whose code was used
        self.first = {made["accountId"]: made["firstPassword"] for made in json.loads(done.stdout)["administrators"]}
        for account, password in self.first.items():
            self.change_password(account, password)
            self.enrol(account)
        self.system, self.security, self.audit = (self.sign_in(name) for name in ("sysadmin", "secadmin", "auditadmin"))

    def change_password(self, account, old):
        new = "Bf7-" + secrets.token_hex(9)
        self.stack.anybody().post("/v1/session:changePassword",
                                  {"accountId": account, "oldPassword": old, "newPassword": new})
        self.passwords[account] = new

    def sign_in(self, account):
        attempt = {"accountId": account, "password": self.passwords[account]}
        if account in self._devices:
            attempt["code"] = self._code(account)
        return Rest(self.stack.http_port, session=self.stack.anybody().post("/v1/session:signIn", attempt))

    def enrol(self, account):
        """Gives the account a second factor, with which it signs in from then on."""
        person = self.sign_in(account)
        enrolled = person.post("/v1/session:enrolSecondFactor", {"password": self.passwords[account]})
        self._devices[account] = (enrolled["secret"], 0)
        person.post("/v1/session:confirmSecondFactor", {"code": self._code(account)})

    def credentials(self):
        """All that the demo has to know to sign in, in the form of its file."""
        lines = ["%s=%s" % pair for pair in self.passwords.items()]
        for account, (secret, step) in self._devices.items():
            lines += ["totp.%s=%s" % (account, secret), "step.%s=%d" % (account, step)]
        return "\n".join(lines) + "\n"

    def _code(self, account):
        secret, last = self._devices[account]
        step = unused_step(last)
        self._devices[account] = (secret, step)
        return code_at(secret, step)

    def grant(self, account, role, areas):
        """One proposes, the other approves."""
        grant = self.system.post("/v1/grants", {"grant": {"accountId": account, "role": role, "areas": areas}})
        return self.security.post("/v1/grants/%s:approve" % grant["grantId"])

    def create(self, account, **fields):
        """An account with its first password, as it is answered."""
        return self.system.post("/v1/accounts", {"account": {
            "accountId": account, "displayName": "流程测试", "idNumber": people.identity_number("19850101", True),
            **fields}})

    def person(self, account, *grants, second_factor=False):
        """An account with (role, area) grants, signed in."""
        self.change_password(account, self.create(account)["firstPassword"])
        for role, area in grants:
            self.grant(account, role, [area])
        if second_factor:
            self.enrol(account)
        return self.sign_in(account)
