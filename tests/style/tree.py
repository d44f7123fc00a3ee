"""The source tree as the style checks see it: which files there are, C++ without comments, and how a breach is reported."""

import argparse
import dataclasses
import pathlib
import re
import sys
from typing import Callable, Iterable, Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Folders that are not ours to judge: version control, packages, builds.
_SKIPPED = {".git", ".local", "node_modules", "__pycache__"}
_ALLOWED = pathlib.Path("tests/style/allowed.tsv")


@dataclasses.dataclass(frozen=True)
class Breach:
    """One line that breaks a rule. `subject` is what an entry of allowed.tsv names: a function, or nothing for the file."""

    path: str
    line: int
    message: str
    rule: str = ""
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def files(root: pathlib.Path, *suffixes: str) -> Iterator[str]:
    """Paths below the root, in order, with forward slashes; only those with one of the suffixes, or all."""
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if _SKIPPED.isdisjoint(relative.parts) and path.is_file() and (not suffixes or path.name.endswith(suffixes)):
            yield relative.as_posix()


def read(root: pathlib.Path, path: str) -> str:
    """The text of a file; empty for one that is not UTF-8 text."""
    try:
        return (root / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/                                   # comments
      |R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"  # raw strings
      |"(?:\\.|[^"\\\n])*"                                    # strings
      |(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'                    # characters, but not digit separators
    """,
    re.DOTALL | re.VERBOSE,
)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def without_comments(text: str) -> str:
    """C++ with its comments replaced by spaces: every position and line stays where it was."""
    return _TOKEN.sub(lambda m: _blank(m.group()) if m.group()[0] == "/" else m.group(), text)


def without_comments_and_strings(text: str) -> str:
    """C++ of which only code is left: comments and what stands between quotes become spaces."""
    return _TOKEN.sub(lambda m: _blank(m.group()), text)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def matches(text: str, pattern: str) -> Iterator[tuple[int, str]]:
    """Line number and text of each match."""
    for match in re.finditer(pattern, text):
        yield line_of(text, match.start()), match.group()


def _allowed(root: pathlib.Path, rules: set[str]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    if not (root / _ALLOWED).exists():
        return
    for number, line in enumerate(read(root, _ALLOWED.as_posix()).splitlines(), 1):
        columns = line.split("\t")
        if not line.startswith("#") and columns[0] in rules:
            yield number, (columns[0], columns[1], columns[2])


def judge(root: pathlib.Path, breaches: Iterable[Breach], rules: set[str]) -> list[Breach]:
    """The breaches that allowed.tsv does not excuse, and the entries of it that excuse nothing any more."""
    found = list(breaches)
    keys = {(b.rule, b.path, b.subject) for b in found if b.rule}
    entries = list(_allowed(root, rules))
    excused = {key for _, key in entries}
    left = [b for b in found if (b.rule, b.path, b.subject) not in excused]
    for number, key in entries:
        if key not in keys:
            left.append(Breach(_ALLOWED.as_posix(), number, f"excuses nothing: {' '.join(key)}"))
    return left


def run(check: Callable[[pathlib.Path], Iterable[Breach]], rules: Iterable[str] = ()) -> None:
    """Runs one check over the checkout (or the folder given), prints every breach, and exits 1 if there is one."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=ROOT)
    root = parser.parse_args().root.resolve()
    breaches = judge(root, check(root), set(rules))
    for breach in sorted(breaches, key=lambda b: (b.path, b.line)):
        print(breach)
    sys.exit(1 if breaches else 0)
