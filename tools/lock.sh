#!/usr/bin/env bash
# Pin and hash the requirements for every platform and Python >= 3.11. The resolver lives in a throw-away environment;
# the locks name no host, so that every office can use its own package registry.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$(tools/python.sh)" -m venv "$folder/env"
"$folder/env/bin/pip" install -q uv
for name in base dev node; do
    "$folder/env/bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@" \
        -o "requirements/$name.txt" "requirements/$name.in"
done
