#!/usr/bin/env bash
# Measure pages on a fresh demo instance of its own, served as an office would serve it.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$(mktemp -d)
port=${PORT:-8791}
export TAMDAO_HOME=$home/instance
stop() {
    [ -n "${server:-}" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
    rm -rf "$home"
}
trap stop EXIT
.venv/bin/tamdao demo --no-serve
.venv/bin/tamdao serve --port "$port" &
server=$!
for _ in $(seq 100); do
    .venv/bin/python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/health/', timeout=2)" 2>/dev/null && break
    sleep 0.2
done
# ledger.py and operations.py take minutes and a folder of their own: run them by hand (docs/measured)
for file in bench/{conversion,formulas,install,commands,pages}.py; do
    echo "== $file"
    .venv/bin/python "$file" --base "http://127.0.0.1:$port"
done
