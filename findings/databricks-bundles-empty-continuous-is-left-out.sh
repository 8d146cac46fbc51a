#!/usr/bin/env bash
# databricks-bundles 1.22.1 leaves out each part of a job that has only defaults: a job declared as continuous, with all of
# `Continuous` left to its defaults, is written as a job without any trigger.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check databricks-bundles==1.22.1
cat > run.py <<'PY'
from databricks.bundles.jobs import Continuous, Job

print(Job(name="ingest", continuous=Continuous()).as_dict())
print(Job.from_dict({"name": "ingest", "continuous": {}}).as_dict())
print(Job(name="ingest", continuous=Continuous(pause_status="UNPAUSED")).as_dict())
PY
seen=$(venv/bin/python run.py)
expected="{'name': 'ingest'}
{'name': 'ingest'}
{'continuous': {'pause_status': 'UNPAUSED'}, 'name': 'ingest'}"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
