"""Reads and writes of the register: the RPCs that clerks wait for."""
import uuid

import bench as rig
import measure
import people

# More than any machine answers: what is not sent in one round is sent in the next.
_WRITES_A_SECOND = 8_000


class Writes:
    """An endless row of requests, each sent once."""

    def __init__(self, bench, method, make):
        self._bench, self._method, self._make = bench, method, make
        self._made = 0
        self._waiting = []

    def next(self):
        return self._take(1)[0]

    def rate(self):
        self._bench.settle()
        wanted = int(_WRITES_A_SECOND * self._bench.options.seconds)
        requests = self._take(wanted)
        answer = self._bench.call(self._method, requests, once=True)
        self._waiting = requests[answer["ok"]:]
        self._bench.settle()
        return answer["rate"]

    def _take(self, count):
        while len(self._waiting) < count:
            self._waiting.append(self._make(self._made))
            self._made += 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken


def _writes(bench, name, method, make):
    bench.with_register()
    writes = Writes(bench, method, make)
    floor = bench.floor(name, method, writes.next(), "household", 32)
    return measure.compare(bench.options.rounds, writes.rate, floor)


def create(bench):
    """CreateHousehold: a household with its two members, older than anybody on the register, so that nobody there has
    their identity numbers."""
    def request(number):
        birth = f"{1906 + number % 10}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        return {**people.household(people.village(number % 6), persons=0),
                "members": [people.member("01", birth, True), people.member("02", birth, False)],
                "requestId": str(uuid.uuid4())}
    return _writes(bench, "create", "HouseholdService.CreateHousehold", request)


def update(bench):
    """UpdateHousehold: one household after the other, round and round, each time by the etag of its last version."""
    def request(number):
        household, version = rig.record_id(rig.FIRST + 1 + number % rig.HOUSEHOLDS), 1 + number // rig.HOUSEHOLDS
        return {"household": {"householdId": household, "etag": f'"{household}.{version}"',
                              "causeNote": f"第 {version} 次入户核实"},
                "updateMask": "causeNote", "requestId": str(uuid.uuid4())}
    return _writes(bench, "update", "HouseholdService.UpdateHousehold", request)


def _read_rate(bench):
    requests = [{"householdId": rig.record_id(rig.FIRST + g)} for g in range(1, rig.HOUSEHOLDS + 1)]
    return bench.call("HouseholdService.GetHousehold", requests)["rate"]


def read(bench):
    """GetHousehold."""
    bench.with_register()
    example = {"householdId": rig.record_id(rig.FIRST + 1)}
    floor = bench.floor("read", "HouseholdService.GetHousehold", example, "household", 8)
    return measure.compare(bench.options.rounds, lambda: _read_rate(bench), floor)


def rest(bench):
    """GetHousehold through the gateway, 32 connections, against the same by gRPC."""
    bench.with_register()
    paths = [f"/v1/households/{rig.record_id(rig.FIRST + g)}" for g in range(1, rig.HOUSEHOLDS + 1)]

    def rate():
        return measure.wrk(bench.stack.http_port, bench.stack.token("REGISTRAR", rig.COUNTY), paths, 32,
                           bench.options.seconds)
    return measure.compare(bench.options.rounds, rate, lambda: _read_rate(bench))
