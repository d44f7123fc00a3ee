"""How to measure: programs that make load, and two sides compared in turn."""
import dataclasses
import json
import os
import re
import statistics
import subprocess
import tempfile

PG_BIN = "/usr/lib/postgresql/15/bin"


@dataclasses.dataclass
class Result:
    """Medians of both sides, a second; and of their ratio, with the least and the greatest."""

    ours: float
    floor: float
    ratio: float
    least: float
    greatest: float
    unit: str = "/s"


def compare(rounds, ours, floor, cost=False):
    """ours() and floor() measured in turn inside each round, since absolute figures drift. The ratio is that of the
    rates; with `cost`, that of the times."""
    pairs = [(ours(), floor()) for _ in range(rounds)]
    ratios = [bottom / top if cost else top / bottom for top, bottom in pairs]
    return Result(statistics.median(top for top, _ in pairs), statistics.median(bottom for _, bottom in pairs),
                  statistics.median(ratios), min(ratios), max(ratios))


def run(command, **options):
    """Runs a command and answers its output; a failure shows what it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}")
    return done.stdout


def pgbench(server, database, script, clients, seconds, **variables):
    """Transactions a second."""
    path = f"{server.dir}/script.sql"
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    os.chmod(path, 0o644)
    defined = [f"-D{name}={value}" for name, value in variables.items()]
    output = run([f"{PG_BIN}/pgbench", "-n", "-M", "prepared", "-f", path, "-c", str(clients), "-j", "2", "-T", str(seconds),
                  *defined, server.conninfo(database)], env={**os.environ, "PGOPTIONS": "-c jit=off"})  # as services do
    if "ERROR" in output:
        raise RuntimeError(output[:2000])
    return float(re.search(r"tps = ([\d.]+)", output)[1])


def load(target, method, requests, token_file, in_flight, seconds, once=False):
    """What the load client printed, as a dictionary. With `once`, no request is sent twice."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(request) for request in requests))
        file.flush()
        command = [f"{os.environ['BANGFU_BIN']}/bangfu-load", "--target", target, "--method", method, "--requests",
                   file.name, "--token", token_file, "--in-flight", str(in_flight), "--seconds", str(seconds)]
        answer = json.loads(run(command + ["--once"] if once else command))
    if answer["failed"] > 0 or answer["ok"] == 0:
        raise RuntimeError(f"{method}: {answer}")
    return answer


def wrk(port, token, paths, connections, seconds):
    """GET requests a second, over the paths in turn."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        listed = ",".join(f'"{path}"' for path in paths)
        script.write(f"local paths = {{{listed}}}\nlocal requests, i = {{}}, 0\n"
                     f'wrk.headers["Authorization"] = "Bearer {token}"\n'
                     "function init() "
                     "for n, path in ipairs(paths) do requests[n] = wrk.format('GET', path) end end\n"
                     "function request() i = i % #requests + 1; return requests[i] end\n"
                     "function done(s) io.write(string.format('RATE %f %d\\n', s.requests / s.duration * 1e6, "
                     "s.errors.status + s.errors.connect + s.errors.read + s.errors.timeout)) end\n")
        script.flush()
        output = run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, f"http://127.0.0.1:{port}"])
    rate, errors = next(line for line in output.splitlines() if line.startswith("RATE")).split()[1:]
    if int(errors) > 0:
        raise RuntimeError(output)
    return float(rate)
