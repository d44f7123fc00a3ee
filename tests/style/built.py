"""Every test and every source file is compiled: each *.cc stands in the list of a target that the build reaches."""

import pathlib
import re
from typing import Iterator

import tree


def _reached(root: pathlib.Path, folder: str = "") -> Iterator[str]:
    """Folders that add_subdirectory reaches, from the root down."""
    yield folder
    listing = _listing(root, folder)
    names = re.findall(r"add_subdirectory\(\s*([\w./-]+)", listing)
    for variable, items in re.findall(r"foreach\(\s*(\w+)\s+IN\s+ITEMS\s+([^)]*)\)", listing):
        if re.search(rf"add_subdirectory\(\s*\$\{{{variable}\}}", listing):
            names += items.split()
    for name in names:
        if (root / folder / name / "CMakeLists.txt").exists():
            yield from _reached(root, f"{folder}{name}/")


def _listing(root: pathlib.Path, folder: str) -> str:
    path = root / folder / "CMakeLists.txt"
    return re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8")) if path.exists() else ""


def breaches(root) -> Iterator[tree.Breach]:
    listings = {folder: _listing(root, folder) for folder in _reached(root)}
    for path in tree.files(root, ".cc"):
        named = False
        for parent in pathlib.PurePosixPath(path).parents:
            folder = "" if str(parent) == "." else f"{parent}/"
            listing = listings.get(folder, "")
            named = named or re.search(rf"(?<![\w/]){re.escape(path[len(folder):])}(?!\w)", listing) is not None
            fuzzer = re.match(r"(\w+)_fuzz\.cc$", path[len(folder):])
            named = named or (fuzzer is not None and re.search(rf"bangfu_fuzz\(\s*{fuzzer[1]}\b", listing) is not None)
        if not named:
            yield tree.Breach(path, 1, "no CMakeLists.txt that the build reaches names it: it is not compiled")


if __name__ == "__main__":
    tree.run(breaches)
