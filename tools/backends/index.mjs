// The three servers, each in its own temporary folder.
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzure } from "./azure.mjs";
import { startPostgres } from "./postgres.mjs";
import { startS3 } from "./s3.mjs";

const STARTS = { postgres: startPostgres, azblob: startAzure, s3: startS3 };

export const NAMES = Object.keys(STARTS);

/**
 * In: names of {@link NAMES}. Out: a backend for each, and `stop`, which ends their processes and removes their files.
 */
export async function startBackends(names, say) {
  const folder = fs.mkdtempSync(join(tmpdir(), "pulumi-mixpeek-backends-"));
  // PostgreSQL may run as another user, who needs access to its folder in here.
  fs.chmodSync(folder, 0o711);
  const backends = [];
  const stop = async () => {
    await Promise.all(backends.map((each) => each.stop?.()));
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  const starts = names.map(async (name) => {
    const own = join(folder, name);
    fs.mkdirSync(own);
    backends.push(await STARTS[name](own, say));
  });
  const failed = (await Promise.allSettled(starts)).find(({ status }) => status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  backends.sort((a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name));
  return { backends, stop };
}
