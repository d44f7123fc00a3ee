"""The bench's own PostgreSQL: default durability, fsyncs slowed down on request, and a record of what it was sent."""
import json
import os
import re
import shutil
import tempfile
import time

from measure import PG_BIN, pgbench, run
import postgres


class Postgres(postgres.Server):
    """A private server, set up as deploy/up does it; with slow_fsync_us, each fsync takes so many microseconds longer."""

    def __init__(self, slow_fsync_us=0):
        self.dir = tempfile.mkdtemp(prefix="bangfu-bench-")
        super().__init__(f"host={self.dir} user=postgres")
        self.slow_fsync_us = slow_fsync_us
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.dir, self.user)
        os.chmod(self.dir, 0o755)
        self._as_user([f"{PG_BIN}/initdb", "-D", f"{self.dir}/data", "-A", "trust", "-U", "postgres", "--encoding=UTF8",
                       "--locale=C.UTF-8", "--data-checksums"])
        with open(f"{self.dir}/data/postgresql.conf", "a", encoding="utf-8") as config:
            config.write(
                "listen_addresses = ''\nmax_connections = 300\nshared_buffers = 2GB\nmax_wal_size = 8GB\n"
                "checkpoint_timeout = 30min\nlog_destination = 'jsonlog'\nlogging_collector = on\n"
                f"unix_socket_directories = '{self.dir}'\nautovacuum_naptime = 10s\n")
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _as_user(self, command):
        prefix = ["runuser", "-u", self.user, "--"] if self.user else []
        return run(prefix + command, cwd="/")

    def _start(self):
        environment = ["env"]
        if self.slow_fsync_us:
            library = f"{self.dir}/libslow_fsync.so"  # where the server's user can read it
            shutil.copy(f"{os.environ['BANGFU_BIN']}/../tests/bench/libslow_fsync.so", library)
            environment += [f"LD_PRELOAD={library}", f"SLOW_FSYNC_US={self.slow_fsync_us}"]
        self._as_user(environment + [f"{PG_BIN}/pg_ctl", "-D", f"{self.dir}/data", "-l", f"{self.dir}/log", "-w", "start"])
        if self.slow_fsync_us:
            rate = pgbench(self, "postgres", "SELECT pg_logical_emit_message(true, 'bench', '');\n", 1, 1)
            if rate > 1e6 / self.slow_fsync_us:
                raise RuntimeError(f"{rate:.0f} commits a second on one connection: fsync is not slowed down")

    def stop(self):
        self._as_user([f"{PG_BIN}/pg_ctl", "-D", f"{self.dir}/data", "-m", "immediate", "-w", "stop"])
        shutil.rmtree(self.dir, ignore_errors=True)

    def folder(self, name):
        """A folder that both the server and this process can write to."""
        path = f"{self.dir}/{name}"
        os.makedirs(path, exist_ok=True)
        os.chmod(path, 0o777)
        return path

    def capture(self, database, act):
        """(session, statement, parameters) of everything that the server was sent while `act` ran."""
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
                        statements.append((entry["session_id"], found[1], _parameters(entry.get("detail", ""))))
        return statements


def _parameters(detail):
    """['1', None, "it's"] of: parameters: $1 = '1', $2 = NULL, $3 = 'it''s'"""
    values = re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", detail)
    return [None if value == "NULL" else value[1:-1].replace("''", "'") for value in values]
