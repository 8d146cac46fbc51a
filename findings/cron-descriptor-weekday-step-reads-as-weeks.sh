#!/usr/bin/env bash
# What: cron-descriptor says that "0 9 * * FRI/2" runs "every 2 weeks, only on Friday", and "MON/7" every 7 weeks. cron has no
# such schedule: a step counts days within one week. cronsim runs the first every Friday and Sunday, croniter every Friday.
# Where: cron-descriptor 2.2.1, cronsim 2.8, croniter 7.0.0.
# Who is affected: whoever wants a job every other week, writes this, and reads the description to check it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cron-descriptor==2.2.1 cronsim==2.8 croniter==7.0.0
cat >run.py <<'PY'
from datetime import datetime

from cron_descriptor import get_description
from croniter import croniter
from cronsim import CronSim

start = datetime(2027, 1, 1, 12)
for expression in ("0 9 * * FRI/2", "0 9 * * MON/7"):
    print(get_description(expression))
    for name, runs in (("cronsim", CronSim(expression, start)), ("croniter", croniter(expression, start, ret_type=datetime))):
        print(f"  {name}:", ", ".join(f"{next(runs):%a %d %b}" for _ in range(4)))
PY
venv/bin/python -W ignore run.py >seen
cat >expected <<'TEXT'
At 09:00 AM, every 2 weeks, only on Friday
  cronsim: Sun 03 Jan, Fri 08 Jan, Sun 10 Jan, Fri 15 Jan
  croniter: Fri 08 Jan, Fri 15 Jan, Fri 22 Jan, Fri 29 Jan
At 09:00 AM, every 7 weeks, only on Monday
  cronsim: Mon 04 Jan, Mon 11 Jan, Mon 18 Jan, Mon 25 Jan
  croniter: Mon 04 Jan, Mon 11 Jan, Mon 18 Jan, Mon 25 Jan
TEXT
cat seen
diff expected seen
