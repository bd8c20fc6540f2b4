# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced by tools/demo and tools/demo-cluster: processes that are ended with the demo, waiting with a limit, and
# certificates of a CA of the demo's own. Whoever sources it has set: root, build, never_activate, limit (seconds).
# shellcheck disable=SC2034,SC2154
zone=example.com
namespace=demo
soak=5   # seconds

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'demo: %s\n' "$*" >&2; exit 1; }

# --- processes: each is known by its pid, and ended by it, the newest first ---

dir=$(mktemp -d "${TMPDIR:-/tmp}/originpull-demo-XXXXXX")
pids=() names=()
keep_logs=

started() { pids+=("$!"); names+=("$1"); }

tidy_up() {
  local code=$? i
  trap - EXIT INT TERM
  for (( i = ${#pids[@]} - 1; i >= 0; --i )); do
    kill -TERM "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  if [[ -n $keep_logs ]]; then
    printf 'demo: the logs are in %s (delete the folder when you have read them)\n' "$dir" >&2
  else
    rm -rf "$dir"
  fi
  exit "$code"
}
trap tidy_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Ends the demo where a program has ended that should not have.
check_running() {
  local i
  for i in "${!pids[@]}"; do
    kill -0 "${pids[i]}" 2>/dev/null && continue
    keep_logs=yes
    tail -n 5 "$dir/${names[i]}.log" >&2 || true
    fail "${names[i]} ended by itself; its last lines are above"
  done
}

# wait_for WHAT COMMAND…: until the command succeeds, at most $limit seconds.
wait_for() {
  local what=$1 end=$(( SECONDS + limit ))
  shift
  until "$@"; do
    check_running
    if (( SECONDS >= end )); then
      keep_logs=yes
      fail "not within $limit s: $what"
    fi
    sleep 0.3
  done
}

has_text() { [[ -s $1 ]]; }

# Prints each new line of its input once, with the seconds since the start.
stamp() {
  local line last=
  while IFS= read -r line; do
    if [[ $line != "$last" ]]; then printf '%5d s  %s%s\n' "$SECONDS" "${1:+$1 }" "$line"; fi
    last=$line
  done
}

# --- what both demos need built ---

# build_programs TARGET…: brings build/check up to date, unless --build has named a folder that is.
build_programs() {
  if [[ -z $build ]]; then
    "$root/tools/setup"
    build=$root/build/check
    say "building (the first time takes a few minutes)"
    (cd "$root" && cmake --preset check -B "$build" >/dev/null)
    cmake --build "$build" --target "$@" -- -j2 | tail -n 1
  fi
  operator=$build/origin-pull-operator simulator=$build/cloudflare-sim
  need_program "$operator"
  need_program "$simulator"
}

need_program() { [[ -x $1 ]] || fail "$1 is not built: leave --build away, or build it there"; }

# --- Cloudflare: the simulator's back door ---

control() { curl -sS --noproxy '*' --max-time 10 "http://127.0.0.1:$port/__control/$1" "${@:2}"; }

# start_cloudflare OPTION…: with the zone, a token and the given options.
start_cloudflare() {
  say "starting cloudflare-sim with the zone $zone"
  token=demo-$(openssl rand -hex 20)   # forty bare hex digits would look like a Global API Key
  "$simulator" --listen 127.0.0.1:0 --port-file "$dir/port" --zone "$zone" --token "$token" \
    --deploy-delay 3s --delete-delay 2s "$@" >"$dir/cloudflare-sim.log" 2>&1 &
  started cloudflare-sim
  wait_for "cloudflare-sim listens" has_text "$dir/port"
  port=$(<"$dir/port")
  if [[ -n $never_activate ]]; then
    echo "(told never to activate a certificate)"
    control modes -X PATCH -d '{"deploysAs":""}' >/dev/null
  fi
}

# is_so EXPECTATION…: asks the simulator whether it is, and ever was, as it should be.
is_so() { python3 "$root/tools/demo-view" "$port" "$@"; }

# --- certificates ---

# make_pair NAME: a leaf for the edge, signed by the CA of the demo.
make_pair() {
  if [[ ! -s $dir/ca.crt ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=demo origin-pull CA" \
      -keyout "$dir/ca.key" -out "$dir/ca.crt" 2>/dev/null
  fi
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1 edge certificate" \
    -keyout "$dir/$1.key" -out "$dir/$1.csr" 2>/dev/null
  printf 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\n' >"$dir/leaf.cnf"
  openssl x509 -req -in "$dir/$1.csr" -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -CAcreateserial -days 7 \
    -extfile "$dir/leaf.cnf" -out "$dir/$1.crt" 2>/dev/null
  openssl x509 -in "$dir/$1.crt" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr 'A-F' 'a-f' >"$dir/$1.leaf"
}
leaf() { cat "$dir/$1.leaf"; }
