#!/usr/bin/env bash
# dbt-jobs-as-code 1.22.0 merges several files into one. A job without an account_id gets that of the last file, even if its
# own file has another one. If two files have the same job key, the last file's job is used. Neither is reported.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dbt-jobs-as-code==1.22.0
write() {
  cat > "$1" <<YAML
account_id: $2
jobs:
  $3:
    project_id: 1
    environment_id: 1
    name: $4
    settings: {}
    run_generate_sources: false
    generate_docs: false
    execute_steps: [dbt run]
    triggers: {}
    schedule: { cron: "0 6 * * *" }
YAML
}
write first.yml 100 hourly "hourly of the first file"
write second.yml 200 daily "daily of the second file"
write third.yml 200 hourly "hourly of the third file"
cat > run.py <<'PY'
from dbt_jobs_as_code.loader.load import load_job_configuration

for files in (["first.yml", "second.yml"], ["first.yml", "third.yml"]):
    for key, job in load_job_configuration(files, None).jobs.items():
        print(f"{' '.join(files)}: {key} is {job.name!r} in account {job.account_id}")
PY
seen=$(venv/bin/python run.py)
expected="first.yml second.yml: hourly is 'hourly of the first file' in account 200
first.yml second.yml: daily is 'daily of the second file' in account 200
first.yml third.yml: hourly is 'hourly of the third file' in account 200"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
