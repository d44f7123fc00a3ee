"""The PostgreSQL that a flow runs on: the test run's own, or a private one that the flow may break."""

import os
import pwd
import shutil
import subprocess
import tempfile

_PROGRAMS = "/usr/lib/postgresql/15/bin"


class Server:
    """A PostgreSQL on which the flow is superuser."""

    def __init__(self, conninfo):
        self.superuser = conninfo

    def conninfo(self, database, user=None):
        """Of several values for one key the last counts."""
        return "%s dbname=%s%s" % (self.superuser, database, " user=%s" % user if user else "")

    def sql(self, statement, database="postgres"):
        """The rows of the answer, each a list of texts."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1",
                               "-c", statement, self.conninfo(database)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError("psql: " + done.stderr.strip())
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def script(self, statements, database="postgres"):
        """Runs statements one by one; some, such as CREATE DATABASE, stand in no transaction."""
        for statement in statements:
            self.sql(statement, database)


def test_server():
    conninfo = os.environ.get("BANGFU_TEST_POSTGRES")
    if not conninfo:
        raise SystemExit("BANGFU_TEST_POSTGRES is not set; run tests/run, or point it at a PostgreSQL 15 as superuser")
    return Server(conninfo)


class PrivateServer(Server):
    """A PostgreSQL with durability on, which can be stopped, killed and filled up. On a file system of its own in
    memory if `megabytes` is given, which needs root."""

    def __init__(self, megabytes=0):
        self.folder = tempfile.mkdtemp(prefix="bangfu-postgres-")
        self._mounted = False
        if megabytes:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % megabytes, "tmpfs", self.folder], check=True)
            self._mounted = True
        user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        shutil.chown(self.folder, user)
        os.chmod(self.folder, 0o711)
        self._data = os.path.join(self.folder, "data")
        super().__init__("host=%s user=postgres connect_timeout=5" % self.folder)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8",
                  "--no-sync", "--wal-segsize=1")
        with open(os.path.join(self._data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write("listen_addresses = ''\nunix_socket_directories = '%s'\nmax_connections = 120\n"
                       "max_wal_size = 16MB\nmin_wal_size = 2MB\nshared_buffers = 32MB\n" % self.folder)
        self.start()

    def _run(self, program, *arguments):
        done = subprocess.run(self._as_owner + [os.path.join(_PROGRAMS, program), *arguments],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd="/")
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (program, done.stdout.decode(errors="replace")[-2000:]))

    def start(self):
        """Does nothing if it runs."""
        try:
            self._run("pg_ctl", "status", "-D", self._data)
            return
        except RuntimeError:
            pass
        self._run("pg_ctl", "start", "-D", self._data, "-l", os.path.join(self.folder, "log"), "-w", "-t", "60", "-s")

    def stop(self, mode="fast"):
        """`immediate` is a crash: the next start recovers from the log."""
        self._run("pg_ctl", "stop", "-D", self._data, "-m", mode, "-w", "-t", "60", "-s")

    def close(self):
        try:
            self.stop("immediate")
        except RuntimeError:
            pass  # It is down already.
        if self._mounted:
            subprocess.run(["umount", "-l", self.folder], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
