"""Nothing is too long to be read at once: functions have at most 70 lines, those of rpc/ 40, files 450."""

import re
from typing import Iterator

import tree

MAX_FUNCTION = 70
MAX_RPC_FUNCTION = 40
MAX_FILE = 450

_CONTAINER = re.compile(r"\s*(template\s*<.*>\s*)?(inline\s+)?(namespace|class|struct|union|extern)\b[^()=]*$", re.DOTALL)
_RPC_FILE = re.compile(r"services/\w+/rpc/.*\.cc$|.*_rpc\.cc$")


def _end_of(code: str, start: int, opening: str, closing: str) -> int:
    """Position of the bracket that closes the one at `start`."""
    depth = 0
    for i in range(start, len(code)):
        if code[i] == opening:
            depth += 1
        elif code[i] == closing:
            depth -= 1
            if depth == 0:
                return i
    return len(code) - 1


def _is_member_initializer(header: str) -> bool:
    return bool(re.search(r"\)\s*(noexcept\s*)?:(?!:)", header)) and bool(re.search(r"[\w>]\s*$", header))


def _is_function(header: str) -> bool:
    plain = re.sub(r"operator\s*\S+?\s*\(", "f(", header)
    top_level = re.sub(r"\([^()]*\)", "()", re.sub(r"\([^()]*\)", "", plain))
    return ")" in header and not re.search(r"(?<![=!<>])=(?!=)", top_level)


def _name(header: str) -> str:
    macro = re.search(r"\b(TEST(_F|_P)?|BENCHMARK\w*)\s*\([^)]*\)", header)
    if macro:
        return re.sub(r"\s+", " ", macro.group())
    named = re.search(r"(operator\s*\S+?|[\w:~]+)\s*\(", header)
    return named[1] if named else "?"


def functions(text: str) -> Iterator[tuple[str, int, int]]:
    """Name, first line of the signature and line of the closing brace of each function of a C++ file."""
    code = re.sub(r"^[ \t]*#(\\\n|[^\n])*", lambda m: re.sub(r"[^\n]", " ", m.group()),
                  tree.without_comments_and_strings(text), flags=re.MULTILINE)
    start = i = 0
    while i < len(code):
        if code[i] in ";}":
            start = i + 1
        elif code[i] == "(":
            i = _end_of(code, i, "(", ")")
        elif code[i] == "{":
            header = re.sub(r"^\s*((public|private|protected)\s*:\s*)*", "", code[start:i])
            if _CONTAINER.match(header):
                start = i + 1
            else:
                end = _end_of(code, i, "{", "}")
                if _is_function(header) and not _is_member_initializer(header):
                    first = i - len(header.rstrip()) - (len(header) - len(header.rstrip()))
                    yield _name(header), tree.line_of(code, first), tree.line_of(code, end)
                    start = end + 1
                i = end
        i += 1


def breaches(root) -> Iterator[tree.Breach]:
    for path in tree.files(root, ".cc", ".h", ".py"):
        text = tree.read(root, path)
        count = text.count("\n")
        if count > MAX_FILE:
            yield tree.Breach(path, 1, f"{count} lines, at most {MAX_FILE}", "file")
        if path.endswith(".py"):
            continue
        limit = MAX_RPC_FUNCTION if _RPC_FILE.match(path) else MAX_FUNCTION
        for name, first, last in functions(text):
            length = last - first + 1
            if length > limit:
                yield tree.Breach(path, first, f"{name} has {length} lines, at most {limit}", "function", name)


if __name__ == "__main__":
    tree.run(breaches, rules=("file", "function"))
