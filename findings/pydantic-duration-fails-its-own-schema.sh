#!/usr/bin/env bash
# What: pydantic describes a timedelta as {"type": "string", "format": "duration"}, and writes values that this format does not
# have: half a second is "PT0.5S", and five minutes back "-PT5M". JSON Schema takes its durations from RFC 3339, whose grammar
# has neither fractions nor signs. ajv-formats refuses both, so pydantic's output fails pydantic's own schema; Python's
# jsonschema, which asks isoduration, accepts both.
# Where: pydantic 2.14.4, jsonschema 4.26.0, isoduration 20.11.0; ajv 8.20.0, ajv-formats 3.0.1.
# Who is affected: whoever publishes the schema of a job with a delay or timeout, and checks its documents in JavaScript.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ajv@8.20.0 ajv-formats@3.0.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pydantic==2.14.4 jsonschema==4.26.0 isoduration==20.11.0
cat >run.py <<'PY'
import json
from datetime import timedelta
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from pydantic import TypeAdapter

adapter = TypeAdapter(timedelta)
schema = adapter.json_schema()
validator = Draft202012Validator(schema, format_checker=FormatChecker())
values = [json.loads(adapter.dump_json(timedelta(seconds=seconds))) for seconds in (90, 0.5, -300)]
Path("written.json").write_text(json.dumps({"schema": schema, "values": values}))
print(json.dumps(schema))
for value in values:
    print(f"jsonschema {value}: {validator.is_valid(value)}")
PY
cat >run.cjs <<'JS'
const Ajv = require("ajv/dist/2020");
const { schema, values } = require("./written.json");
const ajv = new Ajv();
require("ajv-formats")(ajv);
const valid = ajv.compile(schema);
values.forEach((value) => console.log(`ajv ${value}: ${valid(value)}`));
JS
{
  venv/bin/python run.py
  node run.cjs
} >seen
cat >expected <<'TEXT'
{"format": "duration", "type": "string"}
jsonschema PT1M30S: True
jsonschema PT0.5S: True
jsonschema -PT5M: True
ajv PT1M30S: true
ajv PT0.5S: false
ajv -PT5M: false
TEXT
cat seen
diff expected seen
