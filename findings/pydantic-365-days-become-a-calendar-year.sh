#!/usr/bin/env bash
# What: pydantic writes a timedelta of 365 days as P1Y. In ISO 8601 that is a calendar year, and isodate reads it as one:
# 365 days from 2028-01-01, a leap year, have become 366, and 730 days have become 731. From 364 to 365 days, the type that
# isodate returns changes from timedelta to Duration. isodate itself writes P365D.
# Where: pydantic 2.14.4, isodate 0.7.2.
# Who is affected: whoever stores a retention time or an interval as JSON with pydantic and reads it with another library.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.4 isodate==0.7.2
cat >run.py <<'PY'
from datetime import date, timedelta

import isodate
from pydantic import TypeAdapter

start = date(2028, 1, 1)
for days in (364, 365, 400, 730):
    written = TypeAdapter(timedelta).dump_python(timedelta(days=days), mode="json")
    read = isodate.parse_duration(written)
    print(f"{days} days -> {written} -> {type(read).__name__}, {(start + read - start).days} days from {start}")
print("isodate writes", isodate.duration_isoformat(timedelta(days=365)))
PY
venv/bin/python run.py >seen
cat >expected <<'TEXT'
364 days -> P364D -> timedelta, 364 days from 2028-01-01
365 days -> P1Y -> Duration, 366 days from 2028-01-01
400 days -> P1Y35D -> Duration, 401 days from 2028-01-01
730 days -> P2Y -> Duration, 731 days from 2028-01-01
isodate writes P365D
TEXT
cat seen
diff expected seen
