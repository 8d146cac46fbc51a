#!/usr/bin/env bash
# databricks-bundles 1.22.1 converts an integer field with Python's int(): a periodic trigger every 1.5 hours becomes one
# every hour, every 0.5 hours becomes interval 0, and `yes` of YAML 1.1 (true) becomes 1. Nothing is reported.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check databricks-bundles==1.22.1
cat > run.py <<'PY'
from databricks.bundles.jobs import PeriodicTriggerConfiguration

for interval in (1.5, 0.5, True):
    trigger = PeriodicTriggerConfiguration.from_dict({"interval": interval, "unit": "HOURS"})
    print(interval, "->", trigger.as_dict())
PY
seen=$(venv/bin/python run.py)
expected="1.5 -> {'interval': 1, 'unit': 'HOURS'}
0.5 -> {'interval': 0, 'unit': 'HOURS'}
True -> {'interval': 1, 'unit': 'HOURS'}"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
