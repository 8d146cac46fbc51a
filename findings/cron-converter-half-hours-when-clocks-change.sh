#!/usr/bin/env bash
# What: when clocks change, a job every half hour does not run every half hour in cron-converter. In autumn it pauses for 90
# minutes: the repeated hour has no run the second time. In spring two runs are returned twice, and time goes back, because
# the hour that does not exist and the hour after it are the same moments.
# Where: cron-converter 2.0.2 from PyPI, with a timezone-aware start date, which its README requires for clock changes.
# cronsim 2.8 returns a run every half hour on both days.
# Who is affected: whoever computes runs for a zone with summer time: work is missed one night, and done twice on another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cron-converter==2.0.2 cronsim==2.8
cat >run.py <<'PY'
from datetime import datetime, timezone

from cron_converter import Cron
from cronsim import CronSim
from dateutil.tz import gettz

for day in ((2027, 10, 31), (2027, 3, 28)):
    start = datetime(*day, 0, 20, tzinfo=timezone.utc).astimezone(gettz("Europe/Paris"))
    print(f"Paris, {start:%d %B %Y}, in UTC")
    for name, runs in (("cron-converter", Cron("*/30 * * * *").schedule(start)), ("cronsim", CronSim("*/30 * * * *", start))):
        print(f"  {name}:", ", ".join(f"{next(runs).astimezone(timezone.utc):%H:%M}" for _ in range(6)))
PY
venv/bin/python run.py >seen
cat >expected <<'TEXT'
Paris, 31 October 2027, in UTC
  cron-converter: 00:30, 02:00, 02:30, 03:00, 03:30, 04:00
  cronsim: 00:30, 01:00, 01:30, 02:00, 02:30, 03:00
Paris, 28 March 2027, in UTC
  cron-converter: 00:30, 01:00, 01:30, 01:00, 01:30, 02:00
  cronsim: 00:30, 01:00, 01:30, 02:00, 02:30, 03:00
TEXT
cat seen
diff expected seen
