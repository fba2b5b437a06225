#!/usr/bin/env bash
# Print a Python >= 3.11 that can make virtual environments; say what to install when there is none.
set -uo pipefail
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
    found=$(command -v "$candidate") || continue
    "$found" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    version=$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if "$found" -c 'import ensurepip, venv' 2>/dev/null; then
        printf '%s\n' "$found"
        exit 0
    fi
    lacking="python$version-venv"
done
if [ -n "${lacking:-}" ]; then
    echo "Thiếu mô-đun venv của Python; cài gói: apt-get install python3-venv ($lacking)" >&2
    echo "Python's venv module is missing; install: apt-get install python3-venv ($lacking)" >&2
else
    echo "Cần Python 3.11 trở lên; cài gói: apt-get install python3 python3-venv" >&2
    echo "Python 3.11 or newer is needed; install: apt-get install python3 python3-venv" >&2
fi
exit 1
