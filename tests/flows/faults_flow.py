"""What happens to work under way when a part of the suite fails: nothing acknowledged is lost, nothing is done twice,
and all is well again by itself."""

import http.client
import os
import subprocess
import threading
import time
import uuid

import flow
import people
import postgres
from stack import Stack

_MEGABYTES = 300
# What a caller may be told while something is down, each with a time after which to try again.
_PASSING = {"UNAVAILABLE", "OVERLOADED", "DEADLINE_EXCEEDED", "CONFLICT"}


def can_mount():
    """Whether a file system of its own can be had, as root outside of a container without rights."""
    probe = "/tmp/bangfu-mount-%d" % os.getpid()
    os.mkdir(probe)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe], capture_output=True)
    if done.returncode == 0:
        subprocess.run(["umount", probe], check=False)
    os.rmdir(probe)
    return done.returncode == 0


class Writers:
    """Clients that register households one after the other, each repeated with the same request id until it is
    acknowledged."""

    def __init__(self, stack, count=4):
        self.acknowledged = {}  # request id → household id
        self.refusals = []      # answers that were no success
        self.broken = 0         # connections that ended without an answer
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._bodies = [people.household(people.village(number % 6), persons=1) for number in range(400)]
        self._stack = stack
        self._threads = [threading.Thread(target=self._run) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _run(self):
        caller = self._stack.caller("REGISTRAR", people.COUNTY)
        while not self._stopping.is_set():
            with self._lock:
                if not self._bodies:
                    return
                body = self._bodies.pop()
            self._register(caller, body)

    def _register(self, caller, body):
        key, end = str(uuid.uuid4()), time.monotonic() + 60
        while time.monotonic() < end:
            try:
                answer = caller.call("POST", "/v1/households", body, key=key)
            except (OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.2)
                continue
            if answer.status == 200:
                self.acknowledged[key] = answer.body["householdId"]
                time.sleep(0.02)
                return
            self.refusals.append(answer)
            time.sleep(min(int(answer.headers.get("Retry-After", "1")), 1) / 4)

    def wait_for(self, count):
        """Until so many more are acknowledged; fails after half a minute."""
        goal, end = len(self.acknowledged) + count, time.monotonic() + 30
        while len(self.acknowledged) < goal:
            if time.monotonic() > end:
                raise AssertionError("%d of %d, last %r" % (len(self.acknowledged), goal, self.refusals[-1:]))
            time.sleep(0.05)

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join()


class FaultsFlow(flow.Flow):
    # The sequencer and the health probe say what they could not do; no method may throw.
    expected_errors = ("connection_failed",)

    @classmethod
    def make_stack(cls):
        cls.mounted = can_mount()
        cls.server = postgres.PrivateServer(_MEGABYTES if cls.mounted else 0)
        cls.addClassCleanup(cls.server.close)
        return Stack(server=cls.server)

    @classmethod
    def prepare(cls):
        # Clients find the gateway where it was.
        cls.stack.configure("gateway", {"http_listen": "127.0.0.1:%d" % cls.stack.http_port})
        people.import_areas(cls.stack.caller("REGISTRAR", people.PROVINCE))

    def tearDown(self):
        self.server.start()

    def households(self):
        return [row[0] for row in self.stack.sql("registration", "SELECT shard || '-' || id FROM household")]

    def under_load(self, fault):
        """Runs `fault` while clients write; then compares what they were told with what is there."""
        before = len(self.households())
        writers = Writers(self.stack)
        try:
            writers.wait_for(10)
            fault(writers)
            writers.wait_for(10)
        finally:
            writers.stop()
        for answer in writers.refusals:
            self.assertIn(answer.reason, _PASSING, answer)
            self.assertRegex(answer.error["message"], "重试")
            if answer.reason in ("UNAVAILABLE", "OVERLOADED"):
                self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
        told = list(writers.acknowledged.values())
        self.assertEqual(len(told), len(set(told)))
        self.assertEqual(len(self.households()) - before, len(told), writers.broken)
        reader = self.stack.caller("VIEWER", people.COUNTY)
        for household in told:
            self.assertEqual(reader.call("GET", "/v1/households/" + household).status, 200, household)
        statistics = reader.get("/v1/register/statistics", area=people.COUNTY)
        self.assertEqual(int(statistics["total"]["householdCount"]), before + len(told))
        return writers

    def ready(self):
        return self.stack.anybody().call("GET", "/readyz")

    def test_postgresql_restarts(self):
        def restart(writers):
            self.server.stop("fast")
            answer = self.eventually(lambda: next(iter(writers.refusals), None))
            self.assertEqual((answer.status, answer.reason), (503, "UNAVAILABLE"))
            self.eventually(lambda: "registration not serving" in self.ready().text)
            self.server.start()
        self.under_load(restart)
        self.eventually(lambda: self.ready().status == 200)

    def test_postgresql_crashes(self):
        def crash(_writers):
            self.server.stop("immediate")
            time.sleep(0.5)
            self.server.start()
        self.under_load(crash)

    def test_a_service_is_killed(self):
        def kill(writers):
            self.stack.kill("registration")
            self.eventually(lambda: writers.refusals)
            self.assertIn("registration UNAVAILABLE", self.ready().text)
            caller = self.stack.caller("REGISTRAR", people.COUNTY)
            self.refused(caller.call("GET", "/v1/households?area=" + people.COUNTY), 503, "UNAVAILABLE")
            others = caller.get("/v1/services/fund/events", area=people.COUNTY)
            self.assertIn("readPosition", others)
            self.refused(self.stack.anybody().call("POST", "/v1/session:signIn", {
                "accountId": "nobody.here", "password": "Wrong-password-1"}), 401, "SIGN_IN_FAILED")
            self.stack.start("registration")
        self.under_load(kill)
        self.eventually(lambda: self.ready().status == 200)

    def test_the_gateway_is_killed(self):
        def restart(_writers):
            self.stack.kill("gateway")
            self.stack.start("gateway")
        self.under_load(restart)

    def test_stopping_fails_no_request(self):
        """Asked to stop, registration finishes what it has taken on."""
        def stop(_writers):
            self.stack.restart("registration")
        self.under_load(stop)

    def test_the_disk_is_full(self):
        if not self.mounted:
            print("not tested here: a full disk needs the right to mount a file system of its own")
            return

        def fill(writers):
            filler = self.server.folder + "/filler"
            with open(filler, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"\0" * 65536)
                except OSError:
                    pass
            self.eventually(lambda: writers.refusals, 20)
            time.sleep(1)
            os.remove(filler)
            self.server.start()  # PostgreSQL stops rather than risk its log; then its supervisor starts it again.
        self.under_load(fill)


if __name__ == "__main__":
    flow.main()
