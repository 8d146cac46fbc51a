#!/usr/bin/env bash
# If a proxy answers CONNECT with 407, the error of undici 7.30.2 has the status only in its message: its code is
# UND_ERR_ABORTED, as for an abort, and neither it nor its causes have a status or statusCode.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund undici@7.30.2
cat > run.cjs <<'JS'
const { createServer } = require("node:http");
const { ProxyAgent, request } = require("undici");
const proxy = createServer().on("connect", (_, socket) => {
  socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n");
});
proxy.listen(0, "127.0.0.1", async () => {
  const dispatcher = new ProxyAgent(`http://127.0.0.1:${proxy.address().port}`);
  try {
    await request("https://api.example.com/", { dispatcher });
  } catch (error) {
    for (let each = error; each; each = each.cause)
      console.log(each.code, each.status ?? each.statusCode ?? "no status", /407/.test(each.message));
  }
  await dispatcher.destroy();
  proxy.close();
});
JS
seen=$(node run.cjs)
expected='UND_ERR_ABORTED no status true'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { printf 'changed; it was:\n%s\n' "$expected"; exit 1; }
