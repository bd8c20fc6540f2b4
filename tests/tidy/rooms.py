# SPDX-License-Identifier: Apache-2.0
"""Which rooms and foreign libraries each translation unit really opened, by the dependency records that ninja keeps.

On Debian every library's headers lie in one include path, so linking alone forbids nothing; the records of what the
compiler opened do. A source without a record is a finding too: an unbuilt tree proves nothing.
"""
import os
import re
import subprocess

import house
import tree
from tree import Finding

# Folders of the system's include path that belong to the compiler, the C library or the kernel.
SYSTEM = {"c++", "bits", "sys", "gnu", "asm", "asm-generic", "linux", "arpa", "net", "netinet", "rpc", "finclude",
          "netpacket", "scsi", "rdma", "mtd", "drm", "misc", "sound", "video", "xen"}
INCLUDED = re.compile(r"^/(?:usr/(?:local/)?|opt/[^/]+/)include/(?:[\w]+-linux-gnu\w*/)?(?P<first>[^/]+)/(?P<rest>.+)$")


def records(build):
    """{source: {opened files}}, sources and the tree's own files absolute, of all targets together."""
    done = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"ninja cannot read the records of {build}: configure and build it first\n{done.stderr}")
    found = {}
    for block in done.stdout.split("\n\n"):
        names = [line.strip() for line in block.splitlines()[1:] if line.startswith(" ")]
        head = block.strip().splitlines()[0] if block.strip() else ""
        if not names or "(VALID)" not in head or not os.path.exists(os.path.join(build, head.split(":")[0])):
            continue
        opened = [os.path.normpath(os.path.join(build, name)) for name in names]
        found.setdefault(opened[0], set()).update(opened[1:])
    return found


def foreign(path):
    """The foreign library that a header of the system's include path belongs to, or None."""
    match = INCLUDED.match(path)
    return match.group("first") if match and match.group("first") not in SYSTEM else None


def rooms(root, build):
    root = os.path.realpath(root)
    seen = {os.path.relpath(os.path.realpath(source), root): opened for source, opened in records(build).items()}
    for path in tree.cpp_files(root, ("src",)):
        if path.endswith(".cpp") and path not in seen:
            yield Finding(path, 0, "has no dependency record: build everything first")
    units = {header: [] for header in house.UNITS_AT_MOST}
    made = os.path.relpath(os.path.realpath(build), root) + "/"
    for path, opened in sorted(seen.items()):
        if not os.path.exists(os.path.join(root, path)) or path.startswith(made):  # copies with planted bugs
            continue
        if path.startswith("src/"):
            yield from room_findings(root, path, opened)
        yield from library_findings(path, opened)
        for header, users in units.items():
            if path.startswith("src/") and any(name.endswith("/" + header) for name in opened):
                users.append(path)
    for header, users in units.items():
        print(f"{header}: {len(users)} units of src, at most {house.UNITS_AT_MOST[header]}")
        if len(users) > house.UNITS_AT_MOST[header]:
            yield Finding("src", 0, f"{len(users)} units open {header}, at most {house.UNITS_AT_MOST[header]}: "
                          + ", ".join(users))


def room_findings(root, path, opened):
    room = path.split("/")[1]
    allowed = {room, *house.ROOMS.get(room, []), *house.THROUGH.get(room, [])}
    for name in sorted(opened):
        inside = os.path.relpath(os.path.realpath(name), root)
        if not inside.startswith("src/"):
            continue
        other = inside.split("/")[1]
        if other not in allowed:
            yield Finding(path, 0, f"{room} may not see {other}, but opened {inside}")
        elif inside not in house.ONLY.get((room, other), [inside]):
            yield Finding(path, 0, f"{room} may see of {other} only {', '.join(house.ONLY[room, other])}, "
                          f"but opened {inside}")


def library_findings(path, opened):
    libraries = {}
    for name in sorted(opened):
        library = foreign(name)
        if library:
            libraries.setdefault(library, name)
    for library, name in libraries.items():
        if library not in house.LIBRARIES:
            yield Finding(path, 0, f"opened {name}: the library {library} is not in the table (LIBRARIES in house.py)")
        elif not house.matches(path, house.LIBRARIES[library]):
            yield Finding(path, 0, f"may not see {library}, but opened {name}")
