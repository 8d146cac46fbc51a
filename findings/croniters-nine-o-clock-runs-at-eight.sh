#!/usr/bin/env bash
# What: on the day that clocks change, croniters runs "0 9 * * *" at 08:00 and again at 09:00 in spring, and at 10:00 in autumn
# instead of 09:00. Neither 08:00 nor 10:00 matches the expression. croniter, whose port it is, runs at 09:00 on both days.
# Where: croniters 0.2.1, which its README calls a drop-in replacement that passes croniter's tests; croniter 7.0.0. Both
# start from a datetime with a ZoneInfo at noon of the day before.
# Who is affected: whoever exchanges the two for speed, and has jobs in a zone with summer time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check croniters==0.2.1 croniter==7.0.0 tzdata==2026.6
cat >run.py <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo

import croniter
import croniters

for day in (datetime(2027, 3, 27, 12), datetime(2027, 10, 30, 12)):
    for module in (croniter, croniters):
        runs = module.croniter("0 9 * * *", day.replace(tzinfo=ZoneInfo("Europe/Paris")))
        shown = [runs.get_next(datetime).strftime("%m-%d %H:%M%z") for _ in range(3)]
        print(f"{module.__name__}: {', '.join(shown)}")
PY
venv/bin/python run.py >seen
cat >expected <<'TEXT'
croniter: 03-28 09:00+0200, 03-29 09:00+0200, 03-30 09:00+0200
croniters: 03-28 08:00+0200, 03-28 09:00+0200, 03-29 09:00+0200
croniter: 10-31 09:00+0100, 11-01 09:00+0100, 11-02 09:00+0100
croniters: 10-31 10:00+0100, 11-01 09:00+0100, 11-02 09:00+0100
TEXT
cat seen
diff expected seen
