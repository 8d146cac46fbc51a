#!/usr/bin/env bash
# What: a new gRPC client fails at once with UNAVAILABLE although a server listens on its address, because another client of
# the same process failed on that address shortly before, when no server was listening there.
# Where: @grpc/grpc-js 1.14.7, Node 20. Clients with equal options share one connection per address in the whole process,
# including its wait after a failure; during that wait, a new client does not try to connect.
# Who is affected: a process that starts short-lived servers on free ports one after the other, when a port is reused
# (Pulumi's Automation API does so for each run of its engine). `grpc.use_local_subchannel_pool` gives a client its own
# connection.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @grpc/grpc-js@1.14.7 >/dev/null
cat >run.js <<'JS'
const grpc = require("@grpc/grpc-js");
const { setTimeout } = require("node:timers/promises");
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
const ping = (port, options) =>
  new Promise((resolve) => {
    const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), options);
    client.ping(Buffer.from(""), (error, answer) => resolve(error ? grpc.status[error.code] : String(answer)));
  });
const listen = (name, port) =>
  new Promise((resolve, reject) => {
    const server = new grpc.Server();
    server.addService(service, { ping: (_, reply) => reply(null, Buffer.from(name)) });
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve({ server, port: bound }),
    );
  });
(async () => {
  const first = await listen("first", 0);
  console.log("first server, first client:", await ping(first.port));
  first.server.forceShutdown();
  await setTimeout(500); // the client sees that its connection ended
  console.log("no server, second client:", await ping(first.port));
  await listen("second", first.port);
  console.log("second server, third client:", await ping(first.port));
  console.log("second server, client with its own pool:", await ping(first.port, { "grpc.use_local_subchannel_pool": 1 }));
  process.exit();
})();
JS
node run.js >seen
cat >expected <<'TEXT'
first server, first client: first
no server, second client: UNAVAILABLE
second server, third client: UNAVAILABLE
second server, client with its own pool: second
TEXT
cat seen
diff expected seen
