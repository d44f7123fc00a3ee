"""The rooms of the architecture: what may be used where (deploy/docs, "Layout").

domain/ decides and knows no database, network, clock, chance or log; store/ holds the SQL and knows no network; common/
knows no service; no service knows another's folder.
"""

import re
from typing import Iterator

import tree

_SERVICES = "registration|fund|assignment|assessment|gateway"
# Where libpqxx may be named: the rooms that hold SQL.
_SQL_ROOMS = re.compile(
    r"services/\w+/store/|common/(db|events|testing)/|common/rpc/(effects|write)[._]|common/.*_store(_test)?\.(cc|h)$"
)

# (rule for the path, forbidden text, what is wrong). The text is searched in code without comments.
_RULES = (
    (r"services/\w+/domain/", r"[<\"](pqxx|libpq-fe)\b|\bpqxx::", "domain/ knows no database"),
    (r"services/\w+/domain/", r"\bcommon/(db|rpc|events|operations)/", "domain/ knows no database and no network"),
    (r"services/\w+/domain/", r"\bgrpc(pp)?/|\bgrpc::|\.grpc\.pb\.h", "domain/ knows no network"),
    (r"services/\w+/store/", r"\bgrpc(pp)?/|\bgrpc::|\.grpc\.pb\.h", "store/ knows no network"),
    (
        r"services/\w+/domain/(?!.*_test\.cc$)",
        r"\babsl::Now\b|_clock::now\b|\b(gettimeofday|clock_gettime|time\(nullptr\))|\babsl/time/clock\.h",
        "domain/ is told the time, it never asks the clock",
    ),
    (
        r"services/\w+/domain/(?!.*_test\.cc$)",
        r"\babsl/random/|<random>|\bstd::rand\b|common/crypto/random\.h|common/ids/",
        "domain/ is given ids and chance, it never draws them",
    ),
    (
        r"services/\w+/domain/(?!.*_test\.cc$)",
        r"\bcommon/(log|metrics)/|<(iostream|fstream|cstdio|filesystem)>|\bstd::(cout|cerr|clog)\b|\bprintf\(",
        "domain/ does no input or output and writes no log",
    ),
    (
        r"services/\w+/(domain|rpc|peers)/(?!.*_test\.cc$)",
        r"\"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s)",
        "SQL stands in store/",
    ),
    (r"common/", r"\bservices/", "common/ never names a service's folder"),
    (
        r"common/(?!.*_test\.cc$)",
        rf"\bbangfu/({_SERVICES})/v1/|\bbangfu::({_SERVICES})::|\b({_SERVICES})::v1::",
        "common/ names no noun of a service",
    ),
    (r"services/fund/", r"\b(double|float)\b", "money is whole fen: no floating point"),
)


def _room_breaches(path: str, code: str) -> Iterator[tree.Breach]:
    for where, what, message in _RULES:
        if re.match(where, path):
            for line, text in tree.matches(code, what):
                yield tree.Breach(path, line, f"{message}: {text.strip()}")
    if not _SQL_ROOMS.match(path):
        for line, _ in tree.matches(code, r"[<\"]pqxx\b|\bpqxx::"):
            yield tree.Breach(path, line, "libpqxx belongs to store/ and common/db")


def _foreign_service_breaches(path: str, code: str) -> Iterator[tree.Breach]:
    own = re.match(r"services/(\w+)/(\w*)", path)
    if not own:
        return
    for line, text in tree.matches(code, rf"(?<![\w/])services/({_SERVICES})\b"):
        if text != f"services/{own[1]}":
            yield tree.Breach(path, line, f"a service never names another's folder: {text}")
    if own[1] == "gateway" or own[2] in ("peers", "feeds"):
        return
    for line, text in tree.matches(code, rf"\bbangfu/({_SERVICES})/v1/"):
        if text != f"bangfu/{own[1]}/v1/":
            yield tree.Breach(path, line, f"only peers/ and feeds/ know another service's messages: {text}")


def breaches(root) -> Iterator[tree.Breach]:
    for path in tree.files(root, ".cc", ".h", "CMakeLists.txt"):
        text = tree.read(root, path)
        code = re.sub(r"#[^\n]*", "", text) if path.endswith(".txt") else tree.without_comments(text)
        yield from _room_breaches(path, code)
        yield from _foreign_service_breaches(path, code)


if __name__ == "__main__":
    tree.run(breaches)
