"""What is measured: a whole suite on a PostgreSQL of its own, with a register of known ids in it."""
import contextlib
import os
import time

import floor
import import_figures
import measure
import people
import server
import stack as suite

COUNTY = people.COUNTY
SHARD = int(COUNTY[:6])
# The register of a banner, as the demo has it; ids are consecutive, so that pgbench can draw them at random.
FIRST, HOUSEHOLDS, PERSONS = 1_000_000, 8_638, 21_654

SERVICE = {"database.read_connections": 4, "database.write_connections": 32, "workers.read": 4, "workers.write": 32,
           "workers.queue_bound": 4096}


def record_id(number, shard=SHARD):
    """An id as common/ids writes it: base32 without i, l, o and u."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    return f"{shard}-" + "".join(alphabet[(number >> shift) & 31] for shift in range(60, -1, -5))


# What is kept of the register's records besides them.
KEPT = ("record_version", "register_summary", "register_delta", "population_change", "population_summary",
        "population_delta", "statistic_due", "statistic_tally", "statistic_sum")

# The population ledger of a register that has only just been filled.
LEDGER = [
    "INSERT INTO population_change (shard, household_id, member_id, date, known_at, from_area, from_status, to_area, "
    "to_status, reason, count) SELECT shard, id, 0, valid_from, update_time, 0, 0, area, 2 + exit_flag::smallint, "
    "'JOIN_08', 1 FROM household UNION ALL SELECT m.shard, m.household_id, m.id, m.valid_from, m.update_time, 0, 0, "
    "m.area, 2 + exit_flag::smallint, 'JOIN_08', 1 FROM member m JOIN household h "
    "ON h.shard = m.shard AND h.id = m.household_id",
    "INSERT INTO population_delta (date, known_at, from_area, from_status, to_area, to_status, reason, households, persons) "
    "SELECT date, known_at, 0, 0, to_area, to_status, reason, count(*) FILTER (WHERE member_id = 0), "
    "count(*) FILTER (WHERE member_id <> 0) FROM population_change GROUP BY date, known_at, to_area, to_status, reason"]


def fill_register(postgres, stack, area, households, persons):
    """Replaces the register of a stack by a synthetic one, as the service would have left it: sealed, counted, its
    summaries folded."""
    database = stack.database("registration")
    folder = postgres.folder(database)
    measure.run([f"{os.environ['BANGFU_BIN']}/bangfu-bench-register", import_figures.division(), area, str(households),
                 str(persons), f"{stack.folder}/keys/registration", folder, str(FIRST)])
    statements = ["SET session_replication_role = replica",  # what the generator wrote refers to what it wrote
                  f"TRUNCATE {', '.join(import_figures.TABLES)}, {', '.join(KEPT)} CASCADE"]
    for table in import_figures.TABLES:
        path = f"{folder}/{table}"
        with open(path, encoding="utf-8") as file:
            columns = file.readline().replace("\t", ", ")
        statements.append(f"COPY {table} ({columns}) FROM '{path}' WITH (HEADER, FREEZE)")
    statements.append(
        "INSERT INTO register_delta (area, households, persons, exited_households, exited_persons) "
        "SELECT area, count(*), sum(member_count), count(*) FILTER (WHERE exit_flag = '1'), "
        "coalesce(sum(member_count) FILTER (WHERE exit_flag = '1'), 0) FROM household GROUP BY area")
    statements += LEDGER
    statements.append("INSERT INTO statistic_due (area, shard, household_id) SELECT area, shard, id FROM household")
    postgres.sql("; ".join(statements), database)
    for table in import_figures.TABLES:
        os.remove(f"{folder}/{table}")
    due = " OR ".join(f"EXISTS (SELECT FROM {table})" for table in ("register_delta", "population_delta", "statistic_due"))
    while postgres.sql(f"SELECT {due}", database) == [["t"]]:
        time.sleep(0.2)
    postgres.sql("VACUUM ANALYZE", database)


class Bench:
    """The suite. Its registration has the connections that slow commits want."""

    def __init__(self, options, slow_fsync_us=0):
        self.options = options
        self.notes = []
        self.resources = contextlib.ExitStack()  # what is to be given back at the end, the last first
        self.server = server.Postgres(slow_fsync_us)
        self.resources.callback(self.server.stop)
        try:
            self.stack = suite.Stack(self.server, settings={"registration": dict(SERVICE)})
        except BaseException:
            self.resources.close()
            raise
        self.resources.callback(self.stack.close)
        self.database = self.stack.database("registration")
        self._areas = self._register = False
        self._floor_database = None

    def close(self):
        self.resources.close()

    # --- what the tables hold ---

    def with_areas(self):
        """The area tree of the whole province."""
        if not self._areas:
            import_figures.import_all_areas(self.stack)
            self._areas = True

    def with_register(self):
        """Households FIRST + 1 to FIRST + HOUSEHOLDS of one county."""
        self.with_areas()
        if not self._register:
            fill_register(self.server, self.stack, COUNTY[:6], HOUSEHOLDS, PERSONS)
            self._register = True

    def without_register(self):
        self.server.sql(f"TRUNCATE {', '.join(import_figures.TABLES)}, {', '.join(KEPT)} CASCADE", self.database)
        self._register = False

    def settle(self):
        """Waits until events and audit records of what was written are sequenced; that is work of the service's."""
        start = time.monotonic()
        while self.server.sql("SELECT EXISTS (SELECT FROM event_outbox) OR EXISTS (SELECT FROM audit_outbox)",
                              self.database) == [["t"]]:
            time.sleep(0.05)
        if time.monotonic() - start > 1:
            self.note(f"sequencing went on for {time.monotonic() - start:.1f} s after the load")

    def note(self, text):
        """Something to be told under the table, once."""
        if text not in self.notes:
            self.notes.append(text)

    # --- the two sides ---

    def call(self, method, requests, in_flight=32, once=False, service="registration", seconds=None):
        """What the load client measured. The method without its package: HouseholdService.GetHousehold."""
        package = "probe" if service == "bench-probe" else service
        token = f"{self.stack.folder}/token"
        with open(token, "w", encoding="utf-8") as file:
            file.write(self.stack.token("REGISTRAR", COUNTY))
        return measure.load(f"unix:{self.stack.folder}/{service}.sock", f"bangfu.{package}.v1.{method}", requests, token,
                            in_flight, seconds or self.options.seconds, once)

    def floor(self, name, method, request, table, clients):
        """pgbench of what one call makes the server do. It runs on a copy of the database in which no service sequences
        or folds what pgbench writes. `request` is about household FIRST + 1, if about any."""
        sent = self.server.capture(self.database, lambda: self.call(method, [request], 1, once=True))
        statements = floor.transaction_on(sent, table)
        print(f"{name}: {len(statements)} statements: {floor.told(statements)}", flush=True)
        script = floor.Script(self.server, self.database, statements, FIRST + 1, HOUSEHOLDS)
        if self.options.show:
            print(script.text)
        self._copy_for_floors()
        return lambda: script.rate(self._floor_database, clients, self.options.seconds)

    def _copy_for_floors(self):
        if self._floor_database:
            return
        self.settle()
        self._floor_database = f"{self.database}_floor"
        self.stack.stop("registration")
        self.server.sql(f"CREATE DATABASE {self._floor_database} TEMPLATE {self.database}")
        self.resources.callback(self.server.sql, f"DROP DATABASE {self._floor_database}")
        self.stack.start("registration")
        self.server.sql("VACUUM ANALYZE", self._floor_database)
