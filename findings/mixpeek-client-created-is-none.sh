#!/usr/bin/env bash
# The vendor's Python client mixpeek 1.3.783 knows only status 200 for "create trigger": a server that answers 201 has
# created the trigger, and the call returns None without an error. The same body with 200 is a trigger.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mixpeek==1.3.783
cat > run.py <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import mixpeek

CREATE = {
    "name": "nightly",
    "action_type": "cluster",
    "action_config": {"cluster_id": "clust_1"},
    "trigger_type": "interval",
    "schedule_config": {"interval_seconds": 3600},
}
TRIGGER = {
    **CREATE,
    "trigger_id": "trg_1",
    "namespace_id": "ns_1",
    "internal_id": "int_1",
    "status": "active",
    "is_overdue": False,
    "created_at": "2026-11-24T12:00:00Z",
    "updated_at": "2026-11-24T12:00:00Z",
}
statuses = iter([201, 200])


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = json.dumps(TRIGGER).encode()
        self.send_response(next(statuses))
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
configuration = mixpeek.Configuration(host=f"http://127.0.0.1:{server.server_port}", access_token="sk_1")
api = mixpeek.TriggersApi(mixpeek.ApiClient(configuration))
request = mixpeek.SharedTriggersModelsCreateTriggerRequest.from_dict(CREATE)
for status in (201, 200):
    made = api.create_trigger(request)
    print(status, made if made is None else made.trigger_id)
PY
seen=$(venv/bin/python run.py)
expected='201 None
200 trg_1'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
