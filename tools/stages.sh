# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced by tools/test, tools/check and .ci/run: named stages, how long each took, and what was skipped and why.
stages=()
skips=()

# stage NAME COMMAND...: runs it; if it fails, says which stage it was and ends the script with its exit code.
stage() {
  local name=$1 start=$SECONDS code=0
  shift
  printf '\n== %s\n' "$name"
  # In a child, so that a function stops at its first failing command: errexit is off on the left of ||.
  (set +e; (set -e; "$@"); exit $?) || code=$?
  stages+=("$(printf '%4d s  %s%s' $((SECONDS - start)) "$name" "$( ((code)) && echo "  FAILED ($code)")")")
  if ((code)); then
    summary
    printf '%s: "%s" failed; what it said is above\n' "${0##*/}" "$name" >&2
    exit "$code"
  fi
}

# skip NAME REASON: a part that cannot run on this machine. In CI nothing may be skipped.
skip() {
  skips+=("$1: $2")
  if [[ ${CI:-} == true ]]; then
    printf '%s: "%s" cannot run here (%s), and CI skips nothing\n' "${0##*/}" "$1" "$2" >&2
    exit 1
  fi
}

summary() {
  printf '\n== %s\n' "time by stage"
  printf '%s\n' "${stages[@]}"
  if ((${#skips[@]})); then
    printf '\n== skipped\n'
    printf '%s\n' "${skips[@]}"
  fi
}
