// S3 from versitygw, which serves a folder. It is built once with Go and kept in the package's cache next to the
// engine.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { answers, freePort, startServer } from "./process.mjs";

const run = promisify(execFile);

const MODULE = fileURLToPath(new URL("versitygw", import.meta.url));
const COMMAND = "github.com/versity/versitygw/cmd/versitygw";
const VERSION = /^require github\.com\/versity\/versitygw v(\S+)/m.exec(
  fs.readFileSync(join(MODULE, "go.mod"), "utf8"),
)[1];

/** The maximum size of Go's error output. */
const MAX_OUTPUT = 16 * 1024 * 1024;

const BUCKET = "pulumi";
const REGION = "us-east-1";

/** In: an empty folder. Out: the server's backend URL and the AWS_… variables; or why it is skipped. */
export async function startS3(folder, say) {
  const gateway = await ensureGateway(say);
  if (gateway.skipped) return { name: "s3", label: "S3 (versitygw)", skipped: gateway.skipped };
  const [access, secret] = [randomBytes(10).toString("hex"), randomBytes(20).toString("hex")];
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const [data, sidecar] = [join(folder, "data"), join(folder, "attributes")];
  // Each folder in the root is a bucket.
  fs.mkdirSync(join(data, BUCKET), { recursive: true });
  fs.mkdirSync(sidecar);
  const server = await startServer(
    "versitygw",
    gateway.program,
    // Not every file system supports extended attributes, in which versitygw stores object attributes by default.
    ["--port", address, "--region", REGION, "--quiet", "posix", "--sidecar", sidecar, data],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: access, ROOT_SECRET_KEY: secret },
      ready: () => answers(`http://${address}/`),
    },
  );
  return {
    name: "s3",
    label: "S3 (versitygw)",
    url: `s3://${BUCKET}?region=${REGION}&endpoint=http://${address}&use_path_style=true`,
    env: { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret },
    secrets: [secret],
    objects: join(data, BUCKET),
    stop: server.stop,
  };
}

async function ensureGateway(say) {
  const require = createRequire(import.meta.url);
  const { cacheFolder, OWN_FOLDER } = require("../../dist/engine/cache.js");
  const { realSystem } = require("../../dist/engine/system.js");
  const { withoutCredentials } = require("../../dist/engine/environment.js");
  const folder = cacheFolder(realSystem(process.env));
  const suffix = process.platform === "win32" ? ".exe" : "";
  const name = `versitygw-${VERSION}-${process.platform}-${process.arch}`;
  const program = join(folder, name + suffix);
  if (fs.existsSync(program)) return { program };
  const env = {
    ...withoutCredentials(process.env),
    CGO_ENABLED: "0",
    GOFLAGS: "-mod=readonly",
    GOWORK: "off",
  };
  const go = await run("go", ["env", "GOVERSION"], { env, cwd: MODULE }).catch(() => undefined);
  if (!go) return { skipped: "versitygw is built with Go, and there is no usable go on PATH" };
  say(`building versitygw ${VERSION} with ${go.stdout.trim()} (some minutes, once)`);
  fs.mkdirSync(folder, { recursive: true, mode: OWN_FOLDER });
  const scratch = fs.mkdtempSync(join(folder, `${name}.`));
  try {
    const built = join(scratch, name + suffix);
    const args = ["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", built, COMMAND];
    await run("go", args, { env, cwd: MODULE, maxBuffer: MAX_OUTPUT });
    // Renamed last, so that a file with this name is complete.
    fs.renameSync(built, program);
    return { program };
  } catch ({ stderr, message }) {
    const reason = (stderr || message).trim().split("\n").slice(-3).join("; ");
    return { skipped: `versitygw cannot be built: ${reason}` };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
