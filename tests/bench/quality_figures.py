"""A sweep of the rules of data quality over the register of a province, against COPY of the same rows out of their tables:
that much has to be read, whatever is made of it."""
import time

import bench as rig
import import_figures
import measure
import people
import quality_recall
import rulebook
import stack as suite


class _Publisher(rulebook.Rulebook):
    def __init__(self, stack):
        accounts = suite.Accounts(stack)
        self.author = accounts.person("bench.author", ("REGISTRAR", people.PROVINCE))
        self.second = accounts.person("bench.second", ("REVIEWER", people.PROVINCE))
        self.publish(quality_recall.demo_pack())


def _copy_out(bench, database):
    """Seconds of COPY of all rows that a run reads."""
    folder = bench.server.folder("copy-out")
    start = time.monotonic()
    for table in import_figures.TABLES:
        bench.server.sql(f"COPY (SELECT * FROM {table}) TO '{folder}/{table}'", database)
    return time.monotonic() - start


def data_quality(bench):
    """Households a second of a run over all of them; nothing is wrong with almost all."""
    households = bench.options.households
    stack = suite.Stack(bench.server, services=("registration", "gateway"), settings={"registration": dict(rig.SERVICE)})
    bench.resources.callback(stack.close)
    import_figures.import_all_areas(stack)
    print(f"making a register of {households:,} households …", flush=True)
    rig.fill_register(bench.server, stack, people.PROVINCE[:2], households, households * 4)
    registrar = _Publisher(stack).author  # whose session is renewed, however long it takes
    database = stack.database("registration")

    def rate():
        start = time.monotonic()
        ran = quality_recall.sweep(registrar, people.PROVINCE)
        seconds = time.monotonic() - start
        bench.note(f"data-quality: {int(ran['personCount']) / seconds:,.0f} persons/s, {ran['newCount']} new and "
                   f"{ran['keptCount']} kept issues in a run of {seconds:.1f} s")
        return int(ran["householdCount"]) / seconds
    return measure.compare(bench.options.rounds, rate, lambda: households / _copy_out(bench, database))
