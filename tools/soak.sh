#!/usr/bin/env bash
# Full counts of the property and reliability tests; results and commit are kept in docs/measured (soak, reliability).
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
HYPOTHESIS_PROFILE=soak .venv/bin/pytest -q -p no:cacheprovider -m "not browser" tests/property tests/integration/test_api_schema.py tests/integration/operations tests/integration/test_ledger_tamper*.py tests/integration/test_ledger_honest.py tests/integration/test_people_machine.py tests/integration/test_pages_walk.py tests/integration/test_sign_in_lock.py 2>&1 | tee "$log"
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
tools/strace.sh
reliability=$(mktemp)
figures=$(mktemp)
trap 'rm -f "$log" "$reliability" "$figures"' EXIT
.venv/bin/pytest -q -p no:cacheprovider -m soak -o junit_family=xunit1 --junit-xml="$figures" tests/reliability tests/integration/jobs 2>&1 | tee "$reliability"
kept=${PIPESTATUS[0]}
TAMDAO_TEST_DATABASE=postgres .venv/bin/pytest -q -p no:cacheprovider -m soak tests/reliability/test_kill.py tests/integration/jobs/test_race.py 2>&1 | tee -a "$reliability"
[ "${PIPESTATUS[0]}" -eq 0 ] || kept=1
.venv/bin/python tools/reliability.py "$figures" "$reliability" >docs/measured/reliability.md
[ "$code" -eq 0 ] && code=$kept
exit "$code"
