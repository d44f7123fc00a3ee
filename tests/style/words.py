"""Words that never stand in the project: unfinished work, paths of one machine, hosts of registries, stray blanks."""

import re
from typing import Iterator
from urllib.parse import urlsplit

import tree

# Texts that are not ours, that tools write, or whose every byte is meant.
_FOREIGN = re.compile(r"LICENSE$|package-lock\.json$|tests/fuzz/corpus/")
# Written in two parts, so that this file passes its own check.
_UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
_MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(root|home/\w+|work|workspace|Users)/")
_URL = re.compile(r"https?://[^\s\\\"'<>)`\]，。;]+")
# A host may be named if it is this machine, made up for examples, or keeps a standard or a licence.
_HOSTS = re.compile(
    r"(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0|[\w.-]*example(\.\w+)?|[\w.-]*\.(test|invalid|internal|local)"
    r"|(www\.)?apache\.org|(www\.)?w3\.org|json-schema\.org|(www\.)?rfc-editor\.org|datatracker\.ietf\.org|google\.aip\.dev"
    r"|schemas\.openxmlformats\.org|\w*|\W.*|\w*\{.*)?"
)


def _line_breaches(path: str, number: int, line: str) -> Iterator[tree.Breach]:
    for word, message in ((_UNFINISHED, "unfinished work"), (_MACHINE_PATH, "a path of one machine")):
        found = word.search(line)
        if found:
            yield tree.Breach(path, number, f"{message}: {found.group()}")
    for url in _URL.findall(line):
        host = urlsplit(re.sub(r"[\[\]]", "", url)).netloc.rsplit("@")[-1].split(":")[0]
        if not _HOSTS.fullmatch(host):
            yield tree.Breach(path, number, f"a host that is not listed in {__file__.rsplit('/', 1)[-1]}: {host}")
    if line != line.rstrip():
        yield tree.Breach(path, number, "blanks at the end of the line")
    if "\t" in line and path.endswith((".cc", ".h", ".proto", ".py", ".sql", "CMakeLists.txt")):
        yield tree.Breach(path, number, "a tab")


def breaches(root) -> Iterator[tree.Breach]:
    for path in tree.files(root):
        if _FOREIGN.search(path):
            continue
        text = tree.read(root, path)
        for number, line in enumerate(text.split("\n"), 1):
            yield from _line_breaches(path, number, line)
        if text and not text.endswith("\n"):
            yield tree.Breach(path, text.count("\n") + 1, "no line break at the end of the file")


if __name__ == "__main__":
    tree.run(breaches)
