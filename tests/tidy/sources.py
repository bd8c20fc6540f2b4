# SPDX-License-Identifier: Apache-2.0
"""Checks that read the sources: form, size, and what a compiler record or a symbol table would not show."""
import fnmatch
import re
import statistics

import house
import tree
from tree import Finding

SPDX = "SPDX-License-Identifier: Apache-2.0"
# Endings (or the whole name) of the files in which a comment can stand in the first line.
SIGNED = (".cpp", ".hpp", ".py", ".go", ".cmake", "CMakeLists.txt")


def file_size(root):
    counts = {path: len(tree.lines(root, path)) for path in tree.cpp_files(root)}
    for path, count in counts.items():
        if count > house.LINES_AT_MOST:
            yield Finding(path, 0, f"{count} lines, at most {house.LINES_AT_MOST}: split it by what it does")
    if counts:
        own = [n for path, n in counts.items() if path.startswith("src/")] or [0]
        medians = statistics.median(counts.values()), statistics.median(own)
        print(f"{len(counts)} files, median {medians[0]:g} lines (src {medians[1]:g}), longest {max(counts.values())}")


def function_size(root):
    for path in tree.cpp_files(root):
        for head, line, length in tree.functions(root, path):
            if length > house.FUNCTION_AT_MOST:
                yield Finding(path, line, f"a function of {length} lines, at most {house.FUNCTION_AT_MOST}: {head}")


def line_length(root):
    scripts = [p for p in tree.files(root, ("src", "tests", "tools", ".ci")) if is_script(root, p)]
    for path in sorted({*tree.cpp_files(root), *scripts} - set(house.LONG_LINES)):
        for number, line in enumerate(tree.lines(root, path), 1):
            if len(line) > house.COLUMNS_AT_MOST:
                yield Finding(path, number, f"{len(line)} columns, at most {house.COLUMNS_AT_MOST}")


def is_script(root, path):
    return path.endswith((".py", ".sh", ".cmake", "CMakeLists.txt")) or (
        "." not in path.rsplit("/", 1)[-1] and tree.read(root, path).startswith("#!"))


def signed(root):
    for path in tree.files(root, ("src", "tests", "tools", ".ci", "CMakeLists.txt")) + ["CMakeLists.txt"]:
        if not (path.endswith(SIGNED) or is_script(root, path)):
            continue
        first = tree.lines(root, path)[:2]
        if first and first[0].startswith("#!"):
            first = first[1:]
        if not first or first[0] not in (f"// {SPDX}", f"# {SPDX}"):
            yield Finding(path, 1, f"the first line (after #!) must be the comment `{SPDX}`")


def prose(root):
    """A header opens with what it is; a test with what it tests and how."""
    for path in tree.cpp_files(root):
        text = tree.lines(root, path)
        if path.endswith(".hpp"):
            if text[1:2] != ["#pragma once"]:
                yield Finding(path, 2, "the second line of a header must be #pragma once")
                continue
            count = comment_lines(text[2:])
            if count not in house.PROSE_LINES:
                yield Finding(path, 3, f"{count} lines of prose after #pragma once, not {house.PROSE_LINES[0]} to "
                              f"{house.PROSE_LINES[-1]}: what it is, where it stands, the one idea, who owns what on "
                              "which thread, what can fail")
        elif path.endswith("_test.cpp") and comment_lines(text[1:]) == 0:
            yield Finding(path, 2, "a test opens with prose: what is tested, by what method")


def comment_lines(text):
    count = 0
    while count < len(text) and text[count].startswith("//"):
        count += 1
    return count


def mirrored(root):
    """Each source has a test file of its name."""
    present = set(tree.cpp_files(root, ("tests",)))
    for path in tree.cpp_files(root, ("src",)):
        if not path.endswith(".cpp") or house.matches(path, house.UNTESTED):
            continue
        wanted = "tests/" + path.removeprefix("src/").removesuffix(".cpp") + "_test.cpp"
        if wanted not in present:
            yield Finding(path, 0, f"has no test: write {wanted}")


def foreign_in_headers(root):
    for path in tree.cpp_files(root, ("src",)):
        if not path.endswith(".hpp"):
            continue
        for number, line in enumerate(tree.lines(root, path), 1):
            include = re.match(r'#\s*include\s*[<"](?P<name>[^>"]+)[>"]', line)
            name = include and include.group("name")
            if name and name.split("/")[0] in house.LIBRARIES and name not in house.IN_HEADERS:
                yield Finding(path, number, f"{name} in a header: keep foreign libraries in a .cpp")


def direct_includes(root):
    """The rooms that a file names itself; rooms.py sees what else was opened."""
    for path in tree.cpp_files(root, ("src",)):
        room = path.split("/")[1]
        for number, line in enumerate(tree.lines(root, path), 1):
            include = re.match(r'#\s*include\s*"([^"]+)"', line)
            other = include and include.group(1).split("/")[0]
            if not include or other == room:
                continue
            if other not in house.ROOMS or "/" not in include.group(1):
                yield Finding(path, number, f'"{include.group(1)}": write the path from src, "room/file.hpp"')
            elif other not in house.ROOMS.get(room, []):
                yield Finding(path, number, f"{room} may not use {other} (tests/tidy/house.py has the table)")


def behind_the_door(root):
    """Time, chance, threads and waiting that leave no symbol behind."""
    for path in tree.cpp_files(root, ("src",)):
        if path.startswith("src/env/") or house.matches(path, house.DOOR_SOURCES):
            continue
        text = tree.code(root, path)
        for pattern, what in house.DOOR_WORDS:
            for match in re.finditer(pattern, text):
                yield Finding(path, tree.line_of(text, match.start()),
                              f"{what} stays behind env::Env and env::Monitor: {match.group().strip()}")
        if re.search(r"\batomic(_\w+)?\b", text):
            for match in re.finditer(house.ATOMIC_WAIT, text):
                yield Finding(path, tree.line_of(text, match.start()), "waiting on an atomic: use env::Monitor::await")


def sleeps(root):
    for path in tree.cpp_files(root):
        if house.matches(path, house.SLEEPS_ALLOWED):
            continue
        text = tree.code(root, path)
        for match in re.finditer(house.SLEEP_WORDS, text):
            yield Finding(path, tree.line_of(text, match.start()),
                          "a sleep: wait for what it hopes for, with a deadline (Monitor::await, poll_until)")


def texts(root):
    for path in tree.files(root):
        content = tree.read(root, path)
        if "\0" not in content:
            yield path, content


def unfinished(root):
    pattern = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))")
    for path, content in texts(root):
        if path.startswith("tests/tidy/"):
            continue
        for match in pattern.finditer(content):
            yield Finding(path, tree.line_of(content, match.start()),
                          f"{match.group()} without an issue: finish it, or write {match.group()}(#number)")


def machine_words(root):
    """Nothing of the machine or the hands that wrote it: paths, hosts, signatures."""
    rules = [(re.compile(house.MACHINE_PATHS), "a path of one machine"),
             (re.compile(house.WORKPLACE), "a word of the workplace")]
    url = re.compile(r"https?://(?:[^/\s\"'@]*@)?([\w.*\[-]+)")
    for path, content in texts(root):
        for rule, what in rules:
            for match in rule.finditer(content):
                yield Finding(path, tree.line_of(content, match.start()), f"{what}: {match.group()}")
        for match in url.finditer(content):
            host = match.group(1).lower().rstrip(".")
            if "." in host and not any(fnmatch.fnmatchcase(host, p.replace("[", "[[]")) for p in house.HOSTS):
                yield Finding(path, tree.line_of(content, match.start()),
                              f"{host} is no host that this tree may name (HOSTS in tests/tidy/house.py)")


CHECKS = {check.__name__: check for check in (
    file_size, function_size, line_length, signed, prose, mirrored, foreign_in_headers, direct_includes,
    behind_the_door, sleeps, unfinished, machine_words)}
