"""Mechanisms of common/, measured by the probe service: coalesced writes, and what the wrapper costs a call."""
import contextlib
import json
import os
import statistics
import time

import bench as rig
import floor
import measure
import people
import stack as suite

_ROWS = 5_000


@contextlib.contextmanager
def _probe_service(bench):
    """The probe service stands on registration's database, under its configuration and another address."""
    probe = suite.Process(bench.stack.folder, "bench-probe")
    with open(bench.stack.processes["registration"].config, encoding="utf-8") as file:
        text = file.read().replace("registration.sock", "bench-probe.sock")
    with open(probe.config, "w", encoding="utf-8") as file:
        file.write(text)
    bench.server.sql("CREATE TABLE probe (shard integer NOT NULL, id bigint NOT NULL, area bigint NOT NULL, "
                     "text text NOT NULL, create_time timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (shard, id));"
                     "CREATE INDEX probe_area ON probe (area, id);"
                     f"INSERT INTO probe SELECT {rig.SHARD}, {rig.FIRST} + g, {people.village()}, '走访' "
                     f"FROM generate_series(1, {_ROWS}) g;"
                     f"GRANT SELECT, INSERT ON probe TO {bench.stack._role('registration', 'app')}", bench.database)
    probe.start()
    try:
        # It is never ready by its own account, since the schema is another service's.
        while not os.path.exists(f"{bench.stack.folder}/bench-probe.sock"):
            time.sleep(0.1)
        yield
    finally:
        probe.end()
        bench.server.sql("DROP TABLE probe", bench.database)


def coalesced(bench):
    """RecordProbe, 256 in flight, against single-row commits of the same row."""
    script = ("\\set n :n + 1\n\\set new :start + (:n * 1024 + :client_id) * 16\n"
              f"INSERT INTO probe (shard, id, area, text) VALUES ({rig.SHARD}, :new, {people.village()}, '打卡');\n")
    request = {"area": people.village(), "text": "打卡"}
    with _probe_service(bench):
        return measure.compare(
            bench.options.rounds,
            lambda: bench.call("ProbeService.RecordProbe", [request], 256, service="bench-probe")["rate"],
            lambda: measure.pgbench(bench.server, bench.database, script, 32, bench.options.seconds, n=0,
                                    start=floor.first_id()))


def wrapper(bench):
    """Microseconds that a call costs in the dispatcher, above the method alone; the ratio is the difference."""
    output = measure.run([f"{os.environ['BANGFU_BIN']}/bangfu-bench-wrapper", "--benchmark_format=json",
                          f"--benchmark_repetitions={bench.options.rounds}", "--benchmark_out_format=json"])
    runs = json.loads(output[output.index("{"):])["benchmarks"]
    micros = {name: [run["real_time"] / 1000 for run in runs if run["name"] == name and run["run_type"] == "iteration"]
              for name in ("BM_Wrapped", "BM_Bare")}
    bare = statistics.median(micros["BM_Bare"])
    costs = [wrapped - bare for wrapped in micros["BM_Wrapped"]]
    return measure.Result(statistics.median(micros["BM_Wrapped"]), bare, statistics.median(costs), min(costs), max(costs),
                          "µs")
