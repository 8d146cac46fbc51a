#!/usr/bin/env bash
# What: sarif-tools turns each result of a SARIF file into an issue of a GitLab Code Quality report, also a check that passed
# (kind "pass", severity "info") and a finding that is gone since the baseline (baselineState "absent"). If a file has only the
# latter, "sarif --check error summary" counts one error and fails. An issue without a place has its line as text, "1", not
# as a number.
# Where: sarif-tools 3.0.5. Its README describes filters for suppressions and paths, and says nothing about these two.
# Who is affected: whoever writes passed checks or a baseline to SARIF, as the format provides, and gates a pipeline on it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sarif-tools==3.0.5
cat >run.py <<'PY'
import json
import subprocess
from pathlib import Path


def sarif(*words):
    return subprocess.run(["venv/bin/sarif", *words], capture_output=True, text=True).returncode


place = {"physicalLocation": {"artifactLocation": {"uri": "jobs.yaml"}, "region": {"startLine": 3}}}
rule = {"id": "has-owner", "defaultConfiguration": {"level": "error"}}
tool = {"driver": {"name": "example", "rules": [rule]}}
for name, result in {
    "open": {"locations": [place]},
    "no place": {},
    "passed": {"kind": "pass", "level": "none", "locations": [place]},
    "gone": {"baselineState": "absent", "locations": [place]},
}.items():
    results = [{"ruleId": "has-owner", "ruleIndex": 0, "message": {"text": name}, **result}]
    Path("in.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [{"tool": tool, "results": results}]}))
    sarif("codeclimate", "--output", "out.json", "in.sarif")
    issues = [(issue["severity"], issue["location"]["lines"]["begin"]) for issue in json.loads(Path("out.json").read_text())]
    print(f"{name}: {issues}, check of errors exits with {sarif('--check', 'error', 'summary', 'in.sarif')}")
PY
venv/bin/python run.py >seen
cat >expected <<'TEXT'
open: [('major', 3)], check of errors exits with 1
no place: [('major', '1')], check of errors exits with 1
passed: [('info', 3)], check of errors exits with 0
gone: [('major', 3)], check of errors exits with 1
TEXT
cat seen
diff expected seen
