"""What a call costs on the register of a province, against the same call on that of a banner. Both stand beside each
other on one PostgreSQL, each with a registration service of its own."""
import bench as rig
import measure
import people
import stack as suite

_SMALL = (5_000, 20_000)
_DRAWN = 5_000  # records that are asked for
_IN_FLIGHT = 32


class Register:
    """A registration service over a register of that size."""

    def __init__(self, bench, area, households, persons):
        self._bench = bench
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

    def rate(self, method, requests):
        token = f"{self._stack.folder}/token"
        with open(token, "w", encoding="utf-8") as file:
            file.write(self._stack.token("REGISTRAR", people.PROVINCE))
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


def _compare(bench, method, requests_of):
    small, large = _registers(bench)
    of_small, of_large = requests_of(small), requests_of(large)
    return measure.compare(bench.options.rounds, lambda: large.rate(method, of_large),
                           lambda: small.rate(method, of_small), cost=True)


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


def _areas(_):
    return [{"area": area} for area in (people.PROVINCE, people.COUNTY, people.TOWNSHIP)]
