#!/usr/bin/env bash
# Full counts of the property tests; the result and the commit it belongs to are kept in docs/measured/soak.md.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
HYPOTHESIS_PROFILE=soak .venv/bin/pytest -q -p no:cacheprovider -m "not browser" tests/property tests/integration/test_api_schema.py tests/integration/test_ledger_tamper.py tests/integration/test_ledger_honest.py tests/integration/operations 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
{
    echo "# Full counts of the property tests"
    echo
    echo "Written by \`make test-soak\` (5,000 examples for each property that sets no number of its own)."
    echo
    echo "- commit: $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ', with changes')"
    echo "- day: $(date +%F)"
    echo "- machine: $(nproc) cores, $(.venv/bin/python --version)"
    echo "- result: $(tail -n 1 "$log")"
} >docs/measured/soak.md
exit "$code"
