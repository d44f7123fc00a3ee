"""No identity number that could be somebody's stands in the tree: only the two examples that GB 11643 itself prints."""

import datetime
import re
from typing import Iterator

import tree

_STANDARD_EXAMPLES = {"11010519491231002X", "440524188001010014"}
_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters have a real date of birth and the right check character."""
    try:
        datetime.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS))
    return "10X98765432"[total % 11] == text[17].upper()


def breaches(root) -> Iterator[tree.Breach]:
    for path in tree.files(root):
        for number, line in enumerate(tree.read(root, path).split("\n"), 1):
            for text in _NUMBER.findall(line):
                if is_identity_number(text) and text.upper() not in _STANDARD_EXAMPLES:
                    yield tree.Breach(path, number, f"could be somebody's identity number: {text[:6]}********{text[14:]}")


if __name__ == "__main__":
    tree.run(breaches)
