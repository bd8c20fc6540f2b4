# SPDX-License-Identifier: Apache-2.0
"""The rules of the house as data: docs/architecture.md says why, the checks beside this file say where they are broken.

An exception stands here with its reason, or it does not exist. Paths are relative to the root of the tree; a `*` in one
stands for any text without a slash.
"""
import fnmatch

# Which rooms the files of a room may include. What these bring along may be opened too, if it is named in THROUGH.
ROOMS = {
    "base": [],
    "env": ["base"],
    "json": ["base"],
    "api": ["base", "json"],
    "pki": ["base"],
    "plan": ["base", "api"],
    "net": ["base", "env"],
    "probe": ["base", "env"],
    "kube": ["base", "env", "json", "net"],
    "cloudflare": ["base", "env", "json", "net"],
    "control": ["base", "env", "kube"],
    "reconcile": ["base", "env", "json", "api", "pki", "plan", "net", "probe", "kube", "cloudflare", "control"],
    "worlds": ["base", "env", "json", "api", "pki", "net"],
    "cli": ["base", "env", "json", "api", "pki", "plan", "net", "probe", "kube", "cloudflare", "control", "reconcile",
            "worlds"],
}
THROUGH = {
    "control": ["json", "net"],  # kube's client speaks in their types
}
# The headers of another room that a room may open, where that is not all of them.
ONLY = {
    ("worlds", "net"): ["src/net/transport.hpp", "src/net/server.hpp"],  # Request and Served; a world opens no socket
}

CPPREST = ["src/net/cpprest_*.cpp"]
SERVER = ["src/net/server.cpp", "src/net/server_head.cpp", "src/net/server_tls.cpp"]
# Which sources may open which foreign library. "src/*/*" is every room; tests may use what their own list says.
LIBRARIES = {
    "tl": ["src/*/*", "tests/*"],
    "nlohmann": ["src/*/*", "tests/*"],
    "cpprest": CPPREST,
    "pplx": CPPREST,
    "boost": CPPREST + SERVER,
    "openssl": CPPREST + SERVER + ["src/pki/*.cpp", "src/probe/*.cpp", "tests/*"],
    "yaml-cpp": ["src/kube/*.cpp", "src/cli/manifest_yaml.cpp", "tests/support/crd_file.cpp"],
    "spdlog": ["src/cli/log_sink.cpp"],
    "fmt": ["src/cli/log_sink.cpp"],
    "CLI": ["src/cli/options.cpp", "src/cli/cloudflare_sim_options.cpp", "src/cli/origin_options.cpp"],
    "prometheus": ["src/control/metrics.cpp"],
    "gtest": ["tests/*"],
    "gmock": ["tests/*"],
    "benchmark": ["tests/bench/*"],
}
# A heavy library may be allowed in many places and still be wanted in few: units of src that open this header.
UNITS_AT_MOST = {"nlohmann/json.hpp": 30}
# What a header of ours may include from a foreign library. Everything else stays in a .cpp.
IN_HEADERS = ["nlohmann/json_fwd.hpp", "tl/expected.hpp"]
HEADERS_FREE = ["tests/*"]  # a header of a test is read by that test alone

# The door of time, chance, threads and waiting: who may use what stands behind it.
DOOR_OBJECTS = {
    "src/env/*.cpp": "it is the door",
    "src/net/cpprest_*.cpp": "cpprestsdk has its own threads and clock",
    "src/net/server.cpp": "Asio has its own threads and clock",
    "src/net/server_stream.cpp": "the server's threads for answers that come part by part",
    "src/probe/socket.cpp": "it waits for its socket, in slices and with a deadline of the Env",
    "src/cli/log_sink.cpp": "spdlog locks its sink and stamps its messages; what we print has the Env's time",
    "src/control/metrics.cpp": "prometheus-cpp locks its registry",
}
DOOR_SYMBOLS = [
    r"pthread_(mutex|cond|rwlock|spin|barrier|create|timedjoin)\w*",
    r"sem_(wait|post|timedwait|init|clockwait)",
    r"(usleep|nanosleep|clock_nanosleep|sleep|sched_yield|thrd_\w+|mtx_\w+|cnd_\w+)",
    r"(clock_gettime|gettimeofday|time|ftime|times|timespec_get)",
    r"(getrandom|getentropy|rand|srand|random|srandom|drand48|arc4random\w*)",
    r"std::(mutex|timed_mutex|recursive_mutex|shared_mutex|condition_variable|condition_variable_any)::.*",
    r"std::thread::.*",
    r"std::(__once_callable|__once_call|once_flag).*",
    r"std::random_device::.*",
    r"std::(this_thread|__atomic_futex_unsigned_base|__atomic_base|__detail::__platform_wait).*",
    r"std::chrono::.*(_clock)::now\(\)",
    r"(timerfd_create|timer_create|futex|syscall)",
    r"(poll|ppoll|select|pselect|epoll_wait|pause|sigwait|sigwaitinfo|sigtimedwait|alarm|setitimer)",
]
# Single symbols that an object may refer to all the same.
DOOR_ALLOWED = {
    ("src/control/leadership.cpp", "syscall"): "std::stop_source::request_stop, inlined: it wakes and never waits",
    ("src/control/leadership.cpp", "sched_yield"): "the same",
    ("src/cli/signals.cpp", "sigwait"): "main waits here for the signal that ends the process",
    ("src/cli/signals.cpp", "alarm"): "ends a process that does not stop, whatever its Env does",
}
# What leaves no symbol behind, or only an inlined one. Patterns over code without its comments and texts.
DOOR_SOURCES = DOOR_OBJECTS | {
    "src/net/cpprest_exchange.hpp": "the deadline of one call, on the clock that cpprestsdk's timers use",
}
DOOR_WORDS = [
    (r"#\s*include\s*<(mutex|thread|condition_variable|shared_mutex|semaphore|future|latch|barrier|random|pthread\.h"
     r"|semaphore\.h|threads\.h|sys/timerfd\.h)>", "this header"),
    (r"\b(steady_clock|system_clock|high_resolution_clock|utc_clock)\s*::\s*now\b", "this clock"),
    (r"\b(clock_gettime|gettimeofday|timespec_get)\s*\(", "this clock"),
    (r"\bstd::time\s*\(", "this clock"),
    (r"\bstd::(jthread|thread|mutex|condition_variable(_any)?|counting_semaphore|binary_semaphore|async|random_device"
     r"|mt19937(_64)?|call_once)\b", "this"),
    (r"\batomic_(wait|notify_one|notify_all)\b", "waiting on an atomic"),
    (r"(\.|->)notify_(one|all)\s*\(", "waking by hand"),
    (r"\bsleep_(for|until)\b|\b(usleep|nanosleep|sleep)\s*\(", "a sleep"),
]
ATOMIC_WAIT = r"(\.|->)wait\s*\("  # of something that is a std::atomic in the same file

# A sleep hopes that something has happened meanwhile; a test waits for it, with a deadline. Holds for src and tests.
SLEEP_WORDS = r"\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep)\b|(?<![\w.>:])(::)?sleep\s*\("
SLEEPS_ALLOWED = {}

LINES_AT_MOST = 500
FUNCTION_AT_MOST = 70
COLUMNS_AT_MOST = 120
LONG_LINES = {"tests/cluster/build": "the cached real parts hang on its bytes; wrap it when it next changes"}
PROSE_LINES = range(4, 13)

# Sources without a test file of the same name, and why.
UNTESTED = {
    "src/*/*_main.cpp": "wiring only; tests/e2e starts the programs",
}

# Where a URL of the tree may point: things that people open or that stand for an example.
HOSTS = [
    "127.0.0.1", "localhost", "0.0.0.0", "[*", "10.*", "192.0.2.*", "198.51.100.*", "203.0.113.*",
    "*.example", "example.com", "*.example.com", "example.org", "*.example.org", "*.test", "*.invalid", "*.local",
    "*.svc", "*.cluster.local", "api.cloudflare.com", "developers.cloudflare.com", "dash.cloudflare.com",
    "www.apache.org", "json-schema.org", "kubernetes.io", "k8s.io", "*.k8s.io", "helm.sh", "keepachangelog.com",
    "semver.org", "cert-manager.io", "github.com", "www.rfc-editor.org", "go.dev", "pypi.org",
    "opensource.org",
]
# Written in parts, so that this file does not break its own rule. A home folder in prose is an example: /home/me.
MACHINE_PATHS = r"(?<![\w./$}])/(" + "|".join(["wo" + "rk", "fa" + "rm", "ro" + "ot", "Us" + "ers"]) + r")/[\w.]" \
    r"|(?<![\w./$}])/ho" + r"me/(?!(me|you|user|nonroot)\b)[\w.]" \
    r"|(?<![\w./$}])/t" + r"mp/(?!originpull)[\w.]"
WORKPLACE = "(?i)" + "|".join(["co-authored-" + "by", r"generated (with|by) (an? )?(ai|assistant|llm)\b",
                               "language " + "model", "chat" + "bot"])


def matches(path, patterns):
    """Whether a path is named by one of the patterns; the last `*` of "tests/*" stands for any depth."""
    for pattern in patterns:
        deep = pattern in ("tests/*", "src/*/*") and path.startswith(pattern.split("*")[0])
        if deep or (fnmatch.fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")):
            return True
    return False
