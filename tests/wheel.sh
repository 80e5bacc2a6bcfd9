#!/usr/bin/env bash
# The wheel given, installed in an empty environment: it sets itself up, and does its job outside the repository.
set -euo pipefail
wheel=$(realpath "$1")
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
cd "$empty"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --no-compile "$wheel"
venv/bin/regesta --version
venv/bin/regesta setup
mkdir texts
echo 'On 28 March 1854 Britain and France declared war on Russia. Two years later they signed a treaty in Paris.' > texts/war.txt
venv/bin/regesta run texts --out tables
venv/bin/regesta sql "SELECT event_type, source_ids, target_ids, date_edtf FROM events" --out tables | tee events.csv
grep -q "united-kingdom.*1854-03-28" events.csv
test -s tables/report.html
venv/bin/regesta export timelinejs timeline.json --out tables
