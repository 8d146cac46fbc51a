#!/usr/bin/env bash
# What: aws-croniter accepts an L alone in the day of week, "0 9 ? * L *", and has no run for it: get_next() returns a list of
# None, without an error. In AWS's dialect L in this field is the last day of the week, Saturday. The library runs 7, SAT and
# 7L, and its README lists L among the syntax that it handles.
# Where: aws-croniter 2.1.1; aws-cron-expression-validator 1.1.15, which it combines with a calculation, also accepts it.
# Who is affected: whoever checks the schedule of an EventBridge rule with it: a valid weekly job looks as if it never ran.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check aws-croniter==2.1.1 aws-cron-expression-validator==1.1.15
cat >run.py <<'PY'
from datetime import datetime, timezone

from aws_cron_expression_validator.validator import AWSCronExpressionValidator
from aws_croniter import AwsCroniter

start = datetime(2027, 1, 1, 12, tzinfo=timezone.utc)
for expression in ("0 9 ? * 7 *", "0 9 ? * SAT *", "0 9 ? * 7L *", "0 9 ? * L *"):
    AWSCronExpressionValidator.validate(expression)
    runs = AwsCroniter(expression).get_next(start, 3)
    print(f"{expression}: {', '.join(run.strftime('%a %m-%d') if run else 'None' for run in runs)}")
PY
venv/bin/python run.py >seen
cat >expected <<'TEXT'
0 9 ? * 7 *: Sat 01-02, Sat 01-09, Sat 01-16
0 9 ? * SAT *: Sat 01-02, Sat 01-09, Sat 01-16
0 9 ? * 7L *: Sat 01-30, Sat 02-27, Sat 03-27
0 9 ? * L *: None, None, None
TEXT
cat seen
diff expected seen
