#!/usr/bin/env bash
# What: if `https_proxy` is set, a gRPC client sends a call to 127.0.0.1 to that proxy, even if NO_PROXY (in upper case)
# lists 127.0.0.1. Only the lower-case `no_proxy` exempts it, and only the lower-case proxy variables are read.
# Where: @grpc/grpc-js 1.14.7, Node 20. curl and most HTTP clients take NO_PROXY in either case.
# Who is affected: a program that talks to its own server over gRPC, such as Pulumi's Automation API to its engine, on a
# machine behind a proxy. `grpc.enable_http_proxy: 0` as a channel option keeps such calls on the machine.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @grpc/grpc-js@1.14.7 >/dev/null
cat >run.js <<'JS'
const grpc = require("@grpc/grpc-js");
const { createServer } = require("node:http");
const bytes = (value) => value;
const service = {
  ping: {
    path: "/example/Ping",
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
};
const Client = grpc.makeGenericClientConstructor(service, "example");
let asked = 0;
const proxy = createServer().on("connect", (_, socket) => {
  asked += 1;
  socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
});
const server = new grpc.Server();
server.addService(service, { ping: (_, reply) => reply(null, Buffer.from("pong")) });
const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "grpc_proxy", "no_proxy", "NO_PROXY", "no_grpc_proxy"];
const call = (name, port, env, options) =>
  new Promise((resolve) => {
    for (const each of names) delete process.env[each];
    Object.assign(process.env, env);
    asked = 0;
    const own = { "grpc.use_local_subchannel_pool": 1, ...options };
    const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), own);
    client.ping(Buffer.from(""), (error, answer) => {
      client.close();
      console.log(`${name}: ${error ? grpc.status[error.code] : answer}, proxy ${asked > 0 ? "asked" : "not asked"}`);
      resolve();
    });
  });
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => {
  proxy.listen(0, "127.0.0.1", async () => {
    const url = `http://127.0.0.1:${proxy.address().port}`;
    await call("https_proxy", port, { https_proxy: url });
    await call("https_proxy and NO_PROXY", port, { https_proxy: url, NO_PROXY: "127.0.0.1" });
    await call("https_proxy and no_proxy", port, { https_proxy: url, no_proxy: "127.0.0.1" });
    await call("HTTPS_PROXY", port, { HTTPS_PROXY: url });
    await call("https_proxy, proxies off", port, { https_proxy: url }, { "grpc.enable_http_proxy": 0 });
    process.exit();
  });
});
JS
node run.js >seen
cat >expected <<'TEXT'
https_proxy: UNAVAILABLE, proxy asked
https_proxy and NO_PROXY: UNAVAILABLE, proxy asked
https_proxy and no_proxy: pong, proxy not asked
HTTPS_PROXY: pong, proxy not asked
https_proxy, proxies off: pong, proxy not asked
TEXT
cat seen
diff expected seen
