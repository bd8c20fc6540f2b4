# SPDX-License-Identifier: Apache-2.0
"""Reads the tree: its files, C++ without comments and texts, and the functions in it. No rule lives here."""
import functools
import os
import pathlib
import re

SKIPPED = {"build", ".git", ".cache", "__pycache__", "corpus", "node_modules"}
TOKEN = re.compile("|".join([
    r"//[^\n]*", r"/\*.*?\*/", r'R"(?P<mark>[^()\\\s]*)\(.*?\)(?P=mark)"', r'"(?:\\.|[^"\\\n])*"',
    r"(?<!\w)'(?:\\.|[^'\\\n])+'"]), re.S)


class Finding:
    def __init__(self, path, line, text):
        self.path, self.line, self.text = path, line, text

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


def files(root, folders=None, suffixes=None):
    """The files below `root` (only those folders of it, with those endings), relative to it and in order."""
    found = []
    for top in folders or [""]:
        for folder, below, names in os.walk(os.path.join(root, top)):
            below[:] = [b for b in below if b not in SKIPPED]
            for name in names:
                if suffixes is None or name.endswith(tuple(suffixes)):
                    found.append(pathlib.PurePath(os.path.relpath(os.path.join(folder, name), root)).as_posix())
    return sorted(found)


def cpp_files(root, folders=("src", "tests")):
    return files(root, folders, (".cpp", ".hpp"))


@functools.lru_cache(maxsize=None)
def read(root, path):
    return pathlib.Path(root, path).read_text(encoding="utf-8", errors="replace")


def lines(root, path):
    return read(root, path).splitlines()


def blank(text):
    """The text with every character but line ends replaced, so that positions stay."""
    return re.sub(r"[^\n]", " ", text)


def strip(match):
    token = match.group(0)
    if token.startswith("/"):
        return blank(token)
    return token[0] + blank(token[1:-1]) + token[-1] if len(token) > 1 else token


@functools.lru_cache(maxsize=None)
def code(root, path):
    """C++ with its comments and the insides of its texts blanked."""
    return TOKEN.sub(strip, read(root, path))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


# What may stand between the parameters of a function and its body.
BEFORE_BODY = re.compile(r"\)(\s|const|noexcept(\s*\([^()]*\))?|override|final|mutable|&&?|try|->[\w:<>,\s*&()]+"
                         r"|requires[^{;]*)*$")
INITIALIZERS = re.compile(r"\)\s*(noexcept\s*)?:(?!:)")
CONTROL = re.compile(r"\b(if|for|while|switch|catch)\s*(constexpr\s*)?$")
NAME = re.compile(r"(~?\w+|operator[^\s(]*)\s*$")
FUNCTION, OTHER, NEUTRAL = "function", "other", "neutral"


def kind_of(head):
    """What a brace after this head opens: a function, something else, or a value within a head that goes on."""
    body = BEFORE_BODY.search(head)
    if INITIALIZERS.search(head):
        if re.search(r"[\w>]\s*$", head) and not body:
            return NEUTRAL  # Class(...) : member_{…}
        body = True
    paren = head.find("(")
    if not body or paren < 0 or CONTROL.search(head[:paren]) or not NAME.search(head[:paren]):
        return OTHER
    return FUNCTION


def functions(root, path):
    """(head, first line, length) of each function: from its head to its closing brace; lambdas are part of theirs."""
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m.group()), code(root, path), flags=re.M)
    found, stack, start, parens = [], [], 0, 0
    for match in re.finditer(r"[(){};]", text):
        token, position = match.group(), match.start()
        if token in "()":
            parens += 1 if token == "(" else -1
        elif token == "{":
            inside = parens > 0 or any(kind == FUNCTION for kind, _, _ in stack)
            kind = NEUTRAL if inside else kind_of(text[start:position])
            stack.append((kind, start, parens))
            parens = 0
            if kind != NEUTRAL:
                start = position + 1
        elif token == "}" and stack:
            kind, opened, parens = stack.pop()
            if kind == FUNCTION:
                head = re.sub(r"^(\s|(public|private|protected)\s*:)*", "", text[opened:position])
                first = line_of(text, position - len(head))
                length = line_of(text, position) - first + 1
                found.append((" ".join(head[:head.index("{")].split())[:60], first, length))
            if kind != NEUTRAL:
                start = position + 1
        elif token == ";" and parens == 0 and not any(kind == NEUTRAL for kind, _, _ in stack[-1:]):
            start = position + 1
    return found
