"""Parts of the benchmark: a PostgreSQL of its own, pgbench floors made from what the service really sent, load clients."""
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../flows"))
import postgres  # noqa: E402

PG_BIN = "/usr/lib/postgresql/15/bin"


def run(command, **options):
    """Runs a command and answers its output; a failure shows what it printed."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stdout[-2000:]}")
    return done.stdout


class Postgres(postgres.Server):
    """A private server with default durability; with slow_fsync each fsync takes a millisecond longer."""

    def __init__(self, slow_fsync=None, slow_fsync_us=0):
        self.dir = tempfile.mkdtemp(prefix="bangfu-bench-")
        super().__init__(f"host={self.dir} user=postgres")
        self.slow_fsync = slow_fsync
        self.slow_fsync_us = slow_fsync_us
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.dir, self.user)
        os.chmod(self.dir, 0o755)
        self._as_user([f"{PG_BIN}/initdb", "-D", f"{self.dir}/data", "-A", "trust", "-U", "postgres"])
        with open(f"{self.dir}/data/postgresql.conf", "a", encoding="utf-8") as config:
            config.write(
                "listen_addresses = ''\nmax_connections = 300\nshared_buffers = 2GB\nmax_wal_size = 8GB\n"
                "checkpoint_timeout = 30min\nlog_destination = 'jsonlog'\nlogging_collector = on\n"
                f"unix_socket_directories = '{self.dir}'\nautovacuum_naptime = 10s\n")
        self.start()

    def _as_user(self, command):
        prefix = ["runuser", "-u", self.user, "--"] if self.user else []
        return run(prefix + command, cwd="/")

    def start(self):
        environment = ["env"]
        if self.slow_fsync:
            environment += [f"LD_PRELOAD={os.path.abspath(self.slow_fsync)}", f"SLOW_FSYNC_US={self.slow_fsync_us}"]
        self._as_user(environment + [f"{PG_BIN}/pg_ctl", "-D", f"{self.dir}/data", "-l", f"{self.dir}/log", "-w", "start"])

    def stop(self):
        self._as_user([f"{PG_BIN}/pg_ctl", "-D", f"{self.dir}/data", "-m", "immediate", "-w", "stop"])
        shutil.rmtree(self.dir, ignore_errors=True)

    def capture(self, database, act):
        """The statements, with parameters, that the server was sent while `act` ran."""
        self.sql("ALTER SYSTEM SET log_min_duration_statement = 0")
        self.sql("SELECT pg_reload_conf()")
        time.sleep(0.5)
        files = f"{self.dir}/data/log"
        before = {name: os.path.getsize(f"{files}/{name}") for name in os.listdir(files)}
        act()
        time.sleep(0.5)
        self.sql("ALTER SYSTEM RESET log_min_duration_statement")
        self.sql("SELECT pg_reload_conf()")
        statements = []
        for name in sorted(os.listdir(files)):
            if not name.endswith(".json"):
                continue
            with open(f"{files}/{name}", "rb") as log:
                log.seek(before.get(name, 0))
                for line in log:
                    entry = json.loads(line)
                    found = re.match(r"duration: [\d.]+ ms  (?:execute \S+|statement): (.*)", entry["message"], re.S)
                    if found and entry.get("dbname") == database:
                        statements.append((entry["session_id"], found[1], parameters_of(entry.get("detail", ""))))
        return statements


def parameters_of(detail):
    """['1', None, "it's"] of: parameters: $1 = '1', $2 = NULL, $3 = 'it''s'"""
    values = re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", detail)
    return [None if value == "NULL" else value[1:-1].replace("''", "'") for value in values]


def script_of(statements, replace):
    """A pgbench script of captured statements; `replace(value)` may answer an expression for a parameter's value."""
    lines = []
    for _, text, values in statements:
        def literal(match):
            value = values[int(match[1]) - 1]
            if value is None:
                return "NULL"
            expression = replace(value)
            return expression if expression is not None else "'" + value.replace("'", "''") + "'"
        lines.append(" ".join(re.sub(r"\$(\d+)", literal, text).split()) + ";")
    return "\n".join(lines) + "\n"


def pgbench(postgres, database, script, clients, seconds):
    """Transactions a second."""
    path = f"{postgres.dir}/script.sql"
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    os.chmod(path, 0o644)
    output = run([f"{PG_BIN}/pgbench", "-n", "-M", "prepared", "-f", path, "-c", str(clients), "-j", "2", "-T", str(seconds),
                  postgres.conninfo(database)])
    return float(re.search(r"tps = ([\d.]+)", output)[1])


def load(programs, target, method, requests, token_file, in_flight, seconds, fresh=False):
    """What the load client printed, as a dictionary."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(request) for request in requests))
        file.flush()
        command = [f"{programs}/bangfu-load", "--target", target, "--method", method, "--requests", file.name, "--token",
                   token_file, "--in-flight", str(in_flight), "--seconds", str(seconds)]
        if fresh:
            command.append("--fresh-request-id")
        answer = json.loads(run(command))
    if answer["failed"] > 0:
        raise RuntimeError(f"{method}: {answer}")
    return answer


def median_of_ratios(rounds, numerator, denominator):
    """The median over rounds of numerator() / denominator(), measured in turn inside a round; with least and greatest."""
    tops, bottoms, ratios = [], [], []
    for _ in range(rounds):
        top, bottom = numerator(), denominator()
        tops.append(top)
        bottoms.append(bottom)
        ratios.append(top / bottom)
    return {"ratio": statistics.median(ratios), "least": min(ratios), "greatest": max(ratios),
            "value": statistics.median(tops), "floor": statistics.median(bottoms)}
