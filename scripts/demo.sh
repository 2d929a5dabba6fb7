#!/bin/sh
# Starts an example program that leaks, dumps it, and shows what fills its memory.
#
# usage: scripts/demo.sh BINARY
set -eu

binary=${1:?usage: demo.sh BINARY}
work=$(mktemp -d)
python=$(python3 tests/harness/interpreters.py --path 310 2>/dev/null || python3 tests/harness/interpreters.py --path 315)
"$python" examples/leaking-client.py >"$work/output" &
pid=$!
trap 'kill $pid 2>/dev/null || true; rm -rf "$work"' EXIT
until grep -q ready "$work/output"; do sleep 0.1; kill -0 $pid; done

show() {
  echo
  echo "\$ $*"
  "$@"
}
echo "A client that leaks runs as process $pid ($("$python" --version))."
show "$binary" --dump --pid="$pid" --path="$work/dump"
show "$binary" --path="$work/dump" --command=info
show "$binary" --path="$work/dump" --command='count-by-type --max-results 12'
show "$binary" "$work/dump" find-all-objects --type-name=_asyncio.Future --max-results=1 --short | tee "$work/future"
future=$(sed -n 's/.*@\([0-9A-F]\{16\}\)$/\1/p' "$work/future" | head -n 1)
show "$binary" "$work/dump" path-to-root "$future"
