#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each check of the house finds what it is there for, and lets the ordinary pass. Method: a small tree with one planted
breach in a temporary folder, for `rooms` and `symbols` really compiled (c++, ninja, ar), and the findings on it."""
import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import house  # noqa: E402
import rooms  # noqa: E402
import sources  # noqa: E402
import symbols  # noqa: E402
import tree  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
CXX = os.environ.get("CXX", "c++")
SIGN = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = SIGN + "#pragma once\n" + "// prose\n" * 4
RULES = """rule cxx
  command = {cxx} -std=c++20 -Isrc -MD -MF $out.d -c $in -o $out
  deps = gcc
  depfile = $out.d
rule ar
  command = ar rcs $out $in
"""


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = os.path.realpath(folder.name)

    def write(self, path, text):
        target = pathlib.Path(self.root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return path

    def findings(self, check, *arguments):
        tree.read.cache_clear()
        tree.code.cache_clear()
        with contextlib.redirect_stdout(io.StringIO()) as self.printed:
            return [str(finding) for finding in check(self.root, *arguments)]

    def expect(self, check, *starts, arguments=()):
        found = self.findings(check, *arguments)
        self.assertEqual(len(found), len(starts), found)
        for line, start in zip(found, starts):
            self.assertTrue(line.startswith(start), f"{line}\nshould begin with\n{start}")


class Form(Planted):
    def test_a_file_of_500_lines_passes_and_one_of_501_does_not(self):
        self.write("src/base/fits.cpp", "int x;\n" * 500)
        self.write("src/base/long.cpp", "int x;\n" * 501)
        self.expect(sources.file_size, "src/base/long.cpp: 501 lines")
        self.assertIn("2 files, median 500.5 lines", self.printed.getvalue())

    def test_a_function_of_70_lines_passes_and_one_of_71_does_not(self):
        self.write("src/base/f.cpp", "int fits(int a) {\n" + "  a++;\n" * 68 + "}\n\nint big(\n    int a) {\n"
                   + "  a++;\n" * 68 + "}\n")
        self.expect(sources.function_size, "src/base/f.cpp:72: a function of 71 lines, at most 70: int big( int a)")

    def test_a_function_is_found_behind_texts_initializers_and_templates(self):
        self.write("src/base/f.cpp", """
namespace a { class C : B {
 public:
  C(int x = {}) noexcept : a_{x}, b_(x) { if (x) { go(); } }
  template <class F> auto run(F f) const -> int { while (f("}")) { } return '}'; }
  int value_ = 3;
}; }
const char* text() { return R"(} { ( )"; }  // }
TEST(A, law) { auto f = [](int x) { return x; }; }
enum class E { kA }; struct S { int x; };
""")
        found = [head for head, _, _ in tree.functions(self.root, "src/base/f.cpp")]
        self.assertEqual([head.split("(")[0].split()[-1] for head in found], ["C", "run", "text", "TEST"])

    def test_a_line_of_121_columns_is_found_in_code_and_scripts(self):
        self.write("src/base/a.cpp", "x" * 120 + "\n" + "x" * 121 + "\n")
        self.write("tools/run", "#!/usr/bin/env bash\n" + "x" * 121 + "\n")
        self.expect(sources.line_length, "src/base/a.cpp:2: 121", "tools/run:2: 121")

    def test_a_file_without_its_licence_is_found(self):
        self.write("src/base/a.cpp", SIGN)
        self.write("src/base/b.cpp", "int x;\n")
        self.write("tools/good", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")
        self.write("tools/bad", "#!/bin/sh\n")
        self.write("CMakeLists.txt", "project(x)\n")
        self.expect(sources.signed, "src/base/b.cpp:1:", "tools/bad:1:", "CMakeLists.txt:1:")

    def test_a_header_has_4_to_12_lines_of_prose(self):
        self.write("src/base/good.hpp", HEADER)
        self.write("src/base/few.hpp", SIGN + "#pragma once\n" + "// x\n" * 3)
        self.write("src/base/many.hpp", SIGN + "#pragma once\n" + "// x\n" * 13)
        self.write("src/base/open.hpp", SIGN + "// x\n#pragma once\n")
        self.expect(sources.prose, "src/base/few.hpp:3: 3 lines", "src/base/many.hpp:3: 13 lines",
                    "src/base/open.hpp:2: the second line")

    def test_a_test_opens_with_prose(self):
        self.write("tests/base/a_test.cpp", SIGN + "// What and how.\n")
        self.write("tests/base/b_test.cpp", SIGN + "#include <x>\n")
        self.expect(sources.prose, "tests/base/b_test.cpp:2:")

    def test_a_source_without_its_test_is_found(self):
        self.write("src/base/a.cpp", SIGN)
        self.write("src/base/b.cpp", SIGN)
        self.write("src/cli/sim_main.cpp", SIGN)
        self.write("tests/base/a_test.cpp", SIGN)
        self.expect(sources.mirrored, "src/base/b.cpp: has no test: write tests/base/b_test.cpp")


class Content(Planted):
    def test_a_foreign_library_in_a_header_is_found(self):
        self.write("src/json/a.hpp", "#include <nlohmann/json_fwd.hpp>\n#include <nlohmann/json.hpp>\n#include <map>\n")
        self.expect(sources.foreign_in_headers, "src/json/a.hpp:2: nlohmann/json.hpp in a header")

    def test_an_include_outside_of_the_table_is_found(self):
        self.write("src/plan/a.cpp", '#include "plan/b.hpp"\n#include "api/x.hpp"\n#include "kube/client.hpp"\n'
                   '#include "b.hpp"\n')
        self.expect(sources.direct_includes, "src/plan/a.cpp:3: plan may not use kube", 'src/plan/a.cpp:4: "b.hpp"')

    def test_what_belongs_behind_the_door_is_found_outside_of_env_and_adapter(self):
        for folder in ("src/env/real.cpp", "src/net/server.cpp"):
            self.write(folder, "#include <thread>\nstd::mutex m;\n")
        for name, code in {"a": "#include <mutex>", "b": "auto t = std::chrono::steady_clock::now();",
                           "c": "std::atomic<int> a;\nvoid f() { a.wait(0); }", "d": "a.notify_one();",
                           "e": "std::this_thread::sleep_for(s);", "f": "std::mt19937 r;"}.items():
            self.write(f"src/control/{name}.cpp", code + "\n")
        self.write("src/control/fine.cpp", '// std::mutex, steady_clock::now()\nauto s = "<mutex>"; signals.wait(3);\n')
        self.expect(sources.behind_the_door, *(f"src/control/{n}.cpp:" for n in "abcdef"))

    def test_a_sleep_is_found_in_tests_too(self):
        self.write("tests/base/a_test.cpp", "// sleep_for(x)\nvoid f() { std::this_thread::sleep_for(x); }\n")
        self.write("src/base/a.cpp", "void f() { ::usleep(3); asleep(); this->sleep(); }\n")
        self.expect(sources.sleeps, "src/base/a.cpp:1:", "tests/base/a_test.cpp:2:")

    def test_unfinished_work_without_an_issue_is_found(self):
        for number, word in enumerate(("TO" + "DO", "FIX" + "ME", "TO" + "DO(#12)")):
            self.write(f"src/base/{number}.cpp", f"// {word}: x\n")
        self.expect(sources.unfinished, "src/base/0.cpp:1:", "src/base/1.cpp:1:")

    def test_paths_hosts_and_signatures_of_the_workplace_are_found(self):
        for number, text in enumerate((
                "cd /wo" + "rk/main", "see /ro" + "ot/.cache", "/ho" + "me/alice/x", "/t" + "mp/brief/x",
                "Co-Authored-" + "By: x", "https:/" + "/mirror.registry.internal/simple")):
            self.write(f"docs/bad{number}.md", text + "\n")
        self.write("docs/good.md", "https://developers.cloudflare.com/ssl http://127.0.0.1:80 /home/me/.kube/config "
                   "$dir/wo" + "rk/x https://kubernetes.default.svc a.b/tmp/x /tmp/originpull-X\n")
        self.expect(sources.machine_words, *(f"docs/bad{n}.md:1:" for n in range(6)))


class Built(Planted):
    """A house of a few files, built for real."""

    def build(self, *names):
        text = RULES.format(cxx=CXX)
        for name in names:
            text += f"build {name}.o: cxx {name}\n"
        for room in sorted({name.split("/")[1] for name in names if name.startswith("src/")}):
            members = " ".join(f"{n}.o" for n in names if n.startswith(f"src/{room}/"))
            text += f"build libop_{room}.a: ar {members}\n"
        self.write("build.ninja", text)
        done = subprocess.run(["ninja", "-C", self.root], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_room_seen_through_another_rooms_header_is_found(self):
        self.write("src/kube/client.hpp", HEADER)
        self.write("src/api/type.hpp", HEADER + '#include "kube/client.hpp"\n')
        self.write("src/plan/next.cpp", SIGN + '#include "api/type.hpp"\n')
        self.build("src/plan/next.cpp")
        self.expect(rooms.rooms, "src/plan/next.cpp: plan may not see kube, but opened src/kube/client.hpp",
                    arguments=(self.root,))

    def test_a_world_sees_of_the_network_its_types_alone(self):
        self.write("src/net/transport.hpp", HEADER)
        # gcc takes two files of one content for one.
        self.write("src/net/sockets.hpp", HEADER + "class Socket;\n")
        self.write("src/worlds/w.cpp", SIGN + '#include "net/transport.hpp"\n#include "net/sockets.hpp"\n')
        self.build("src/worlds/w.cpp")
        self.expect(rooms.rooms, "src/worlds/w.cpp: worlds may see of net only", arguments=(self.root,))

    def test_a_foreign_library_outside_of_its_place_is_found(self):
        self.write("src/kube/a.cpp", SIGN + "#include <openssl/opensslv.h>\n#include <sys/types.h>\n")
        self.write("src/pki/a.cpp", SIGN + "#include <openssl/opensslv.h>\n")
        self.build("src/kube/a.cpp", "src/pki/a.cpp")
        self.expect(rooms.rooms, "src/kube/a.cpp: may not see openssl", arguments=(self.root,))

    def test_a_library_that_is_in_no_table_is_found(self):
        self.assertEqual([str(f) for f in rooms.library_findings("src/base/a.cpp", {"/usr/include/unknown/a.h"})],
                         ["src/base/a.cpp: opened /usr/include/unknown/a.h: the library unknown is not in the table "
                          "(LIBRARIES in house.py)"])
        self.assertEqual(list(rooms.library_findings("src/base/a.cpp", {"/usr/include/c++/12/map", "/usr/include/x.h",
                                                     "/usr/include/x86_64-linux-gnu/bits/types.h"})), [])

    def test_too_many_units_with_a_heavy_header_are_found(self):
        self.write("src/json/nlohmann/json.hpp", HEADER)
        names = [self.write(f"src/json/{n}.cpp", SIGN + '#include "json/nlohmann/json.hpp"\n') for n in range(31)]
        records = {os.path.join(self.root, n): {os.path.join(self.root, "src/json/nlohmann/json.hpp")} for n in names}
        kept, rooms.records = rooms.records, lambda build: records
        self.addCleanup(setattr, rooms, "records", kept)
        self.expect(rooms.rooms, "src: 31 units open nlohmann/json.hpp, at most 30", arguments=(self.root,))

    def test_a_source_that_was_not_built_is_found(self):
        self.write("src/base/a.cpp", SIGN)
        self.write("src/base/b.cpp", SIGN)
        self.build("src/base/a.cpp")
        self.expect(rooms.rooms, "src/base/b.cpp: has no dependency record", arguments=(self.root,))

    def test_a_lock_a_clock_a_thread_and_chance_are_found_in_the_symbols(self):
        self.write("src/control/lock.cpp", "#include <mutex>\nstd::mutex m; void f() { m.lock(); }\n")
        self.write("src/control/clock.cpp",
                   "#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }\n")
        self.write("src/control/thread.cpp", "#include <thread>\nvoid f() { std::thread([] {}).detach(); }\n")
        self.write("src/control/chance.cpp", "#include <random>\nauto f() { return std::random_device()(); }\n")
        self.write("src/control/wait.cpp", "#include <atomic>\nvoid f(std::atomic<int>& a) { a.wait(0); }\n")
        self.write("src/control/fine.cpp", "#include <memory>\nauto f() { return std::make_shared<int>(3); }\n")
        self.write("src/net/server.cpp", "#include <mutex>\nstd::mutex m; void g() { m.lock(); }\n")
        names = [f"src/control/{n}.cpp" for n in ("chance", "clock", "fine", "lock", "thread", "wait")]
        self.build(*names, "src/net/server.cpp")
        found = self.findings(symbols.symbols, self.root)
        named = {line.split(":")[0] for line in found}
        self.assertEqual(named, {n for n in names if "fine" not in n}, found)
        self.assertTrue(any("refers to pthread_mutex_lock" in line for line in found), found)

    def test_a_room_without_its_library_is_found(self):
        self.write("src/base/a.cpp", SIGN)
        self.expect(symbols.symbols, "src/base: there is no libop_base.a", arguments=(self.root,))


class Command(Planted):
    def run_check(self, *arguments):
        return subprocess.run([sys.executable, str(HERE / "check"), *arguments, "--root", self.root],
                              capture_output=True, text=True, check=False)

    def test_it_exits_1_and_prints_the_place_of_each_finding(self):
        self.write("src/base/long.cpp", "int x;\n" * 501)
        done = self.run_check("file_size")
        self.assertEqual(done.returncode, 1)
        self.assertIn("src/base/long.cpp: 501 lines", done.stdout)

    def test_it_exits_0_on_a_clean_tree(self):
        self.write("src/base/short.cpp", SIGN)
        self.assertEqual(self.run_check("file_size").returncode, 0)

    def test_a_check_that_does_not_exist_is_an_error(self):
        self.assertEqual(self.run_check("nothing").returncode, 2)

    def test_each_check_is_a_test_of_the_suite(self):
        listed = subprocess.run([sys.executable, str(HERE / "check"), "--list"], capture_output=True, text=True,
                                check=True).stdout.split()
        text = (HERE / "CMakeLists.txt").read_text(encoding="utf-8")
        self.assertEqual([name for name in listed if name not in text.replace(")", " ").split()], [])


class Table(unittest.TestCase):
    def test_the_rooms_stand_in_an_order_without_cycles(self):
        earlier = set()
        for room, uses in house.ROOMS.items():
            if room != "reconcile":  # named before worlds, which it does not use
                self.assertLessEqual(set(uses), earlier, room)
            earlier.add(room)

    def test_cmake_links_no_room_that_the_table_does_not_name(self):
        text = (HERE.parent.parent / "CMakeLists.txt").read_text(encoding="utf-8")
        linked = {name: (uses or "").split() for name, uses in
                  re.findall(r"^room\((\w+)(?:\s+USES\s+([a-z\s]+?))?\s*(?:LINKS[^)]*)?\)", text, re.M)}
        self.assertEqual(set(linked), set(house.ROOMS))
        for room, uses in linked.items():
            self.assertLessEqual(set(uses), set(house.ROOMS[room]), room)


if __name__ == "__main__":
    unittest.main()
