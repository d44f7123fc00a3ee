"""What a call costs on the register of a province, against the same call on that of a banner. Both stand beside each
other on one PostgreSQL, each with a registration service of its own."""
import uuid

import grpc

import bench as rig
import measure
import people
import reflection
import stack as suite

_SMALL = (5_000, 20_000)
_DRAWN = 5_000  # records that are asked for
_IN_FLIGHT = 32

# DisclosureRules of a least count of 5.
_DISCLOSURE = {"area": people.PROVINCE, "title": "最小公开数", "valid_from": "2020-01-01",
               "source": {"confidence": 3, "note": "测速"},
               "body": {"type_url": "type.googleapis.com/bangfu.registration.v1.DisclosureRules", "value": b"\x08\x05"}}


class Register:
    """A registration service over a register of that size."""

    def __init__(self, bench, area, households, persons):
        self._bench = bench
        self._published = set()
        self._stack = suite.Stack(bench.server, services=("registration",), settings={"registration": dict(rig.SERVICE)})
        bench.resources.callback(self._stack.close)
        self._database = self._stack.database("registration")
        path = f"{bench.server.folder('areas')}/area"
        bench.with_areas()
        bench.server.sql(f"COPY area TO '{path}'", bench.database)
        bench.server.sql(f"SET session_replication_role = replica; COPY area FROM '{path}'", self._database)
        rig.fill_register(bench.server, self._stack, area, households, persons)

    def drawn(self, table):
        """Ids of records drawn at random."""
        rows = self._bench.server.sql(f"SELECT shard, id FROM {table} ORDER BY random() LIMIT {_DRAWN}", self._database)
        return [rig.record_id(int(number), shard) for shard, number in rows]

    def publish(self, rule):
        """A rule for the whole province, as its author and a second person publish it; once."""
        if rule["title"] in self._published:
            return
        self._published.add(rule["title"])
        channel = grpc.insecure_channel(f"unix:{self._stack.folder}/registration.sock", [("grpc.enable_http_proxy", 0)])
        self._bench.resources.callback(channel.close)
        reflected = reflection.Reflected(channel)
        tokens = [self._stack.token(role, people.PROVINCE, subject=role) for role in ("REGISTRAR", "REVIEWER")]

        def call(method, token, **fields):
            stub, request = reflected.stub(f"bangfu.policy.v1.PolicyService.{method}")
            return stub(request(service="registration", request_id=str(uuid.uuid4()), **fields),
                        metadata=[("authorization", f"Bearer {token}")], timeout=20)

        policy = call("CreatePolicy", tokens[0], policy=rule)
        for method, token, more in (("SubmitPolicy", tokens[0], {}), ("ReviewPolicy", tokens[1], {"decision": 1}),
                                    ("PublishPolicy", tokens[1], {})):
            policy = call(method, token, policy_id=policy.policy_id, etag=policy.etag, **more)

    def rate(self, method, requests, area=people.PROVINCE):
        token = f"{self._stack.folder}/token"
        with open(token, "w", encoding="utf-8") as file:
            file.write(self._stack.token("REGISTRAR", area))
        return measure.load(f"unix:{self._stack.folder}/registration.sock", f"bangfu.registration.v1.{method}", requests,
                            token, _IN_FLIGHT, self._bench.options.seconds)["rate"]


def _registers(bench):
    """The small register and the large one, made when first needed."""
    if not hasattr(bench, "registers"):
        persons = bench.options.persons
        print(f"making registers of {_SMALL[1]:,} and {persons:,} persons …", flush=True)
        bench.registers = [Register(bench, people.COUNTY[:6], *_SMALL),
                           Register(bench, people.PROVINCE[:2], persons // 4, persons)]
    return bench.registers


def _compare(bench, method, requests_of, area=people.PROVINCE):
    small, large = _registers(bench)
    of_small, of_large = requests_of(small), requests_of(large)
    return measure.compare(bench.options.rounds, lambda: large.rate(method, of_large, area),
                           lambda: small.rate(method, of_small, area), cost=True)


def get_household(bench):
    """GetHousehold, drawn at random."""
    return _compare(bench, "HouseholdService.GetHousehold",
                    lambda register: [{"householdId": id} for id in register.drawn("household")])


def get_member(bench):
    """GetMember, drawn at random."""
    return _compare(bench, "MemberService.GetMember",
                    lambda register: [{"memberId": id} for id in register.drawn("member")])


def list_households(bench):
    """ListHouseholds, first page with the total, of the province, a county, a township in turn."""
    return _compare(bench, "HouseholdService.ListHouseholds", _areas)


def list_members(bench):
    """ListMembers, first page with the total, of the province, a county, a township in turn."""
    return _compare(bench, "MemberService.ListMembers", _areas)


def statistics(bench):
    """GetRegisterStatistics of the province, a county, a township in turn."""
    return _compare(bench, "RegisterService.GetRegisterStatistics", _areas)


def report(bench):
    """GetReport of persons by age, of a county, a township, a village in turn, for whom nothing is withheld."""
    return _compare(bench, "StatisticsService.GetReport", lambda _: [
        {"report": "PERSON_AGE", "area": area} for area in (people.COUNTY, people.TOWNSHIP, people.village())],
        people.COUNTY)


def province_report(bench):
    """GetReport of households by cause, of the province, where small figures are withheld."""
    for register in _registers(bench):
        register.publish(_DISCLOSURE)
    return _compare(bench, "StatisticsService.GetReport",
                    lambda _: [{"report": "HOUSEHOLD_MAIN_CAUSE", "area": people.PROVINCE}])


def list_incomes(bench):
    """ListIncomes, the yearly reports of a household drawn at random."""
    return _compare(bench, "HouseholdService.ListIncomes",
                    lambda register: [{"householdId": id} for id in register.drawn("household")])


def _areas(_):
    return [{"area": area} for area in (people.PROVINCE, people.COUNTY, people.TOWNSHIP)]
