#!/usr/bin/env bash
# dbt-jobs-as-code 1.22.0 compares a job's execute_steps as a set. If the order of `dbt run` and `dbt test` changes, or a
# step is repeated, the job counts as equal to the live one, and its plan never shows the edit.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dbt-jobs-as-code==1.22.0
cat > run.py <<'PY'
from dbt_jobs_as_code.schemas import check_job_mapping_same
from dbt_jobs_as_code.schemas.job import JobDefinition


def job(*steps):
    return JobDefinition(
        identifier="nightly", name="nightly", account_id=1, project_id=2, environment_id=3, settings={},
        run_generate_sources=False, generate_docs=False, triggers={}, schedule={"cron": "0 6 * * *"},
        execute_steps=list(steps),
    )


live = job("dbt run", "dbt test")
for edited in (job("dbt test", "dbt run"), job("dbt run", "dbt test", "dbt run"), job("dbt run")):
    same, _ = check_job_mapping_same(edited, live)
    print(edited.execute_steps, "unchanged" if same else "changed")
PY
seen=$(venv/bin/python run.py)
expected="['dbt test', 'dbt run'] unchanged
['dbt run', 'dbt test', 'dbt run'] unchanged
['dbt run'] changed"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
