#!/usr/bin/env bash
# What: APScheduler accepts "0 9 * * MON#1" and runs it every Monday. It drops what follows the name of a weekday or a month,
# so "JAN/3" is only January. The same with a number, "1#1", is an error. croniter runs it on the first Monday of a month,
# and "JAN/3" in January, April, July and October.
# Where: APScheduler 3.11.3, CronTrigger.from_crontab; croniter 7.0.0.
# Who is affected: whoever moves a monthly or quarterly job to APScheduler; it then runs weekly, or once a year.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check APScheduler==3.11.3 croniter==7.0.0
cat >run.py <<'PY'
from datetime import datetime, timedelta, timezone

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter

start = datetime(2027, 1, 1, 12, tzinfo=timezone.utc)


def apscheduler(expression):
    trigger = CronTrigger.from_crontab(expression, timezone.utc)
    run = start
    while True:
        run = trigger.get_next_fire_time(run, run + timedelta(seconds=1))
        yield run


def show(name, runs):
    print(f"  {name}:", ", ".join(f"{next(runs):%a %d %b %Y}" for _ in range(3)))


for expression in ("0 9 * * MON#1", "0 9 1 JAN/3 *"):
    print(expression)
    show("APScheduler", apscheduler(expression))
    show("croniter", croniter(expression, start, ret_type=datetime))
try:
    CronTrigger.from_crontab("0 9 * * 1#1", timezone.utc)
except ValueError as error:
    print(error)
PY
venv/bin/python -W ignore run.py >seen
cat >expected <<'TEXT'
0 9 * * MON#1
  APScheduler: Mon 04 Jan 2027, Mon 11 Jan 2027, Mon 18 Jan 2027
  croniter: Mon 04 Jan 2027, Mon 01 Feb 2027, Mon 01 Mar 2027
0 9 1 JAN/3 *
  APScheduler: Sat 01 Jan 2028, Mon 01 Jan 2029, Tue 01 Jan 2030
  croniter: Thu 01 Apr 2027, Thu 01 Jul 2027, Fri 01 Oct 2027
Unrecognized expression "1#1" for field "day_of_week"
TEXT
cat seen
diff expected seen
