#!/usr/bin/env bash
# In the vendor's Python client mixpeek 1.3.783 the default of a taxonomy enrichment's target_collection_id is the text "null",
# not a missing value: a config that names none is sent with "target_collection_id": "null".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mixpeek==1.3.783
seen=$(venv/bin/python - <<'PY'
import json
from mixpeek import TriggerActionConfigTaxonomyEnrichment as Config

print(json.dumps(Config(taxonomy_id="tax_1", collection_id="col_1").to_dict()["target_collection_id"]))
PY
)
expected='"null"'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
