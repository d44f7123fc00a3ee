"""What a README tells to do can be done: commands of its blocks and the files it links to exist."""

import os
import pathlib
import posixpath
import re
from typing import Iterator

import tree

_BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
# A command of the checkout, such as deploy/up or ./deploy/up.
_COMMAND = re.compile(r"(?:\./)?((?:deploy|tests|\.ci|services)/[\w./-]+)")


def _page_breaches(root: pathlib.Path, path: str, text: str) -> Iterator[tree.Breach]:
    for block in _BLOCK.finditer(text):
        for offset, line in enumerate(block[1].split("\n")):
            number = tree.line_of(text, block.start(1)) + offset
            command = _COMMAND.match(re.sub(r"^\$\s+", "", line.strip()))
            if command and not (root / command[1]).exists():
                yield tree.Breach(path, number, f"there is no {command[1]}")
            elif command and (root / command[1]).is_file() and not os.access(root / command[1], os.X_OK):
                yield tree.Breach(path, number, f"{command[1]} cannot be executed")
    for link in _LINK.finditer(text):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
        if "://" not in link[1] and not link[1].startswith(("mailto:", "/")) and not (root / target).exists():
            yield tree.Breach(path, tree.line_of(text, link.start()), f"there is no {target}")


def breaches(root) -> Iterator[tree.Breach]:
    for name in ("README.md", "README.zh-CN.md"):
        if not (root / name).exists():
            yield tree.Breach(name, 1, "is missing")
    for path in tree.files(root, ".md"):
        yield from _page_breaches(root, path, tree.read(root, path))


if __name__ == "__main__":
    tree.run(breaches)
