import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { transformFileSync } from "@swc/core";
import { KEY, ok, serve } from "./server";

const ROOT = resolve(__dirname, "../..");
let built: string;

beforeAll(() => {
  built = mkdtempSync(join(tmpdir(), "api-exit-"));
  symlinkSync(join(ROOT, "node_modules"), join(built, "node_modules"));
  // The files that the client consists of, according to the import rules.
  const files = ["api", "core/service", "core/text", "core/schema"].flatMap((folder) =>
    readdirSync(join(ROOT, "provider", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  for (const file of files) {
    const { code } = transformFileSync(join(ROOT, "provider", file), {
      jsc: { target: "es2022", parser: { syntax: "typescript" } },
      module: { type: "commonjs", ignoreDynamic: true },
    });
    mkdirSync(join(built, file, ".."), { recursive: true });
    writeFileSync(join(built, file.replace(/\.ts$/, ".js")), code);
  }
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

test("kept-alive connections and deadlines do not keep the process running", async () => {
  const server = await serve([{ ...ok(), headers: { "keep-alive": "timeout=600" } }]);
  const program = `
    const { HttpClient } = require("./api/http");
    const client = new HttpClient({ baseUrl: process.argv[1], apiKey: process.argv[2] });
    const call = { action: "read", target: "x", method: "GET", path: ["x"], namespace: "dev", idempotent: true };
    const open = () => process.getActiveResourcesInfo().filter((name) => /Timeout|TCP|TLS/.test(name));
    Promise.all(Array.from({ length: 20 }, () => client.request(call))).then(() => {
      setTimeout(() => setImmediate(() => console.log(JSON.stringify(open()))));
    });`;
  const output = await new Promise<string>((done, fail) => {
    execFile(
      process.execPath,
      ["-e", program, server.url, KEY],
      // The deadline of a single response is longer than this.
      { cwd: built, timeout: 25_000 },
      (error, stdout) => (error ? fail(error) : done(stdout)),
    );
  });
  await server.close();
  expect(output).toBe("[]\n");
});
