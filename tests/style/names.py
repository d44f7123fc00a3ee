"""Names say what a thing is: no util, helper, manager, impl or base in the names of files and types."""

import re
from typing import Iterator

import tree

_FILE = re.compile(r"(^|_)(util|utils|utility|helper|helpers|manager|impl|base|misc)$")
_TYPE = re.compile(r"\b(?:class|struct)\s+(\w*(?:Utils?|Utility|Helpers?|Manager|Impl|Base))\b(?=[^;]*\{)")
# In assignment a helper is a person: 帮扶责任人.
_PERSON = re.compile(r"services/assignment/|protos/bangfu/assignment/")


def _is_person(path: str, name: str) -> bool:
    return bool(_PERSON.match(path)) and bool(re.search(r"helpers?$", name, re.IGNORECASE))


def breaches(root) -> Iterator[tree.Breach]:
    for path in tree.files(root, ".cc", ".h", ".proto", ".py", ".sql"):
        for part in path.split("/"):
            stem = re.sub(r"(_test)?\.\w+$", "", part)
            if _FILE.search(stem) and not _is_person(path, stem):
                yield tree.Breach(path, 1, f"the name '{part}' does not say what it is")
        if not path.endswith((".cc", ".h")):
            continue
        code = tree.without_comments_and_strings(tree.read(root, path))
        for match in _TYPE.finditer(code):
            if not _is_person(path, match[1]):
                yield tree.Breach(path, tree.line_of(code, match.start()), f"the name {match[1]} does not say what it is")


if __name__ == "__main__":
    tree.run(breaches)
