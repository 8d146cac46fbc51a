#!/usr/bin/env bash
# mixpeek 1.3.783: the API refuses keys of an update that it cannot act on, such as action_config, so that nobody takes a
# no-op for a success. The client's request model drops such a key when it is given as an argument, and the API never sees
# it; the same model made by from_dict sends it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mixpeek==1.3.783
cat > run.py <<'PY'
from mixpeek.models.shared_triggers_models_update_trigger_request import (
    SharedTriggersModelsUpdateTriggerRequest as Update,
)

body = {"description": "nightly", "action_config": {"cluster_id": "clust_1"}}
print("arguments", Update(**body).to_dict())
print("from_dict", Update.from_dict(body).to_dict())
PY
seen=$(venv/bin/python run.py)
expected="arguments {'description': 'nightly'}
from_dict {'description': 'nightly', 'action_config': {'cluster_id': 'clust_1'}}"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
