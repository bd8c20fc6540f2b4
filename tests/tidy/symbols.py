# SPDX-License-Identifier: Apache-2.0
"""Time, chance, threads and waiting come in through one door: no object of a room but those named in house.py may
refer to a lock, a clock, a sleep or a thread. Read from the symbol table, so that no macro or alias hides it."""
import os
import re
import subprocess

import house
from tree import Finding

FORBIDDEN = re.compile("|".join(f"(?:{pattern})" for pattern in house.DOOR_SYMBOLS))


def objects(archive):
    """(object name, undefined symbols) of each member of a static library."""
    done = subprocess.run(["nm", "-uC", archive], capture_output=True, text=True, check=True)
    name, symbols = None, []
    for line in done.stdout.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            if name:
                yield name, symbols
            name, symbols = line[:-1], []
        elif line.strip():
            symbols.append(line.strip().split(" ", 1)[-1])
    if name:
        yield name, symbols


def symbols(root, build):
    for room in house.ROOMS:
        sources = os.path.join(root, "src", room)
        own = [f for f in os.listdir(sources)] if os.path.isdir(sources) else []
        if not any(f.endswith(".cpp") and not f.endswith("_main.cpp") for f in own):
            continue
        archive = os.path.join(build, f"libop_{room}.a")
        if not os.path.exists(archive):
            yield Finding(f"src/{room}", 0, f"there is no libop_{room}.a in the build: build everything first")
            continue
        for name, undefined in objects(archive):
            path = f"src/{room}/{name.removesuffix('.o')}"
            if house.matches(path, house.DOOR_OBJECTS):
                continue
            for symbol in sorted({s for s in map(plain, undefined) if FORBIDDEN.fullmatch(s)}):
                if (path, symbol) in house.DOOR_ALLOWED:
                    continue
                yield Finding(path, 0, f"refers to {symbol}, which stays behind env::Env and env::Monitor")


def plain(symbol):
    return re.sub(r"@.*$", "", symbol)
