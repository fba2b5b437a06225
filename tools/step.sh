#!/usr/bin/env bash
# One progress line per step: tools/step.sh "what" command…   The output goes to a log, shown only when the step fails.
set -uo pipefail
what=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
begun=$(date +%s.%N)
printf '  %s … ' "$what"
"$@" >"$log" 2>&1
code=$?
seconds=$(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
if [ "$code" -eq 0 ]; then
    printf '✓ (%s s)\n' "$seconds"
else
    printf '✗ (%s s)\n' "$seconds"
    tail -n 60 "$log" >&2
    printf '\nKhông làm được: %s · this step failed (exit code %s): %s\n' "$what" "$code" "$*" >&2
fi
exit "$code"
