import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { download } from "../../provider/engine/download";
import { Interrupts } from "../../provider/engine/interrupt";
import { RELEASES, type Release } from "../../provider/engine/release";
import { realSystem } from "../../provider/engine/system";
import { PINNED } from "../../provider/engine/version";
import { StandIn } from "./stand-in";

let place: StandIn;
beforeEach(() => {
  place = new StandIn();
});
afterEach(() => place.remove());

/** A real archive, structured like a release: a folder `pulumi` with the CLI and its launcher. */
function archive(): Release & { file: string } {
  place.program("release/pulumi/pulumi", "v3.259.0");
  const file = join(place.folder, "release.tar.gz");
  execFileSync("tar", ["-czf", file, "-C", join(place.folder, "release"), "pulumi"]);
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  return { file, sha256, url: "https://example.com/pulumi.tar.gz" };
}

/** Runs the real tar, and a script as curl. `$OUT` is the file for the downloaded data. */
async function downloadWith(
  curl: string,
  releases: Record<string, Release>,
  env: Record<string, string> = {},
) {
  const bin = join(place.folder, "own-bin");
  mkdirSync(bin);
  const script = join(bin, "curl");
  writeFileSync(
    script,
    `#!/bin/sh\nwhile [ "$1" != --output ]; do shift; done\nOUT="$2"; URL="$3"\n${curl}\n`,
  );
  chmodSync(script, 0o755);
  const scratch = join(place.folder, "scratch");
  mkdirSync(scratch);
  const root = join(scratch, "root");
  const PATH = `${bin}:${process.env["PATH"]}`;
  const system = { ...realSystem({ ...env, PATH }), platform: "linux" as const, arch: "x64", releases };
  const failed = await download(scratch, root, { system, say: place.say, interrupts: new Interrupts() });
  return { failed, root };
}

it("unpacks an archive with the pinned checksum, and passes no credentials to curl", async () => {
  const { file, ...release } = archive();
  const env = {
    MIXPEEK_API_KEY: "sk_1",
    PULUMI_CONFIG_PASSPHRASE: "p",
    PULUMI_ACCESS_TOKEN: "t",
    AWS_SECRET_ACCESS_KEY: "s",
    GOOGLE_APPLICATION_CREDENTIALS: "/g",
    MISE_GITHUB_TOKEN: "m",
    HTTPS_PROXY: "http://proxy:1",
    HOME: "/home/me",
  };
  const seen = join(place.folder, "seen");
  const { failed, root } = await downloadWith(
    `cp "${file}" "$OUT"; env > "${seen}"; echo "$URL" >> "${seen}"`,
    { "linux-x64": release },
    env,
  );
  expect(failed).toBeUndefined();
  expect(readFileSync(join(root, "bin", "pulumi"), "utf8")).toBe("v3.259.0");
  const text = readFileSync(seen, "utf8");
  expect(text).toContain(release.url);
  for (const name of Object.keys(env))
    expect([name, text.includes(`${name}=`)]).toEqual([name, name === "HOME" || name === "HTTPS_PROXY"]);
});

it.each([
  [
    "an archive with another checksum",
    `echo other > "$OUT"`,
    /is not the official release: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}$/,
  ],
  ["curl's own error message", "echo 'curl: (6) no such host' >&2; exit 6", /^curl: \(6\) no such host$/],
  ["curl's exit status if it prints nothing", "exit 9", /^curl ended with 9$/],
])("is rejected, with %s", async (_what, curl, reason) => {
  const { file: _, ...release } = archive();
  const { failed, root } = await downloadWith(curl, { "linux-x64": release });
  expect(failed).toMatch(reason);
  expect(existsSync(root)).toBe(false);
});

it("is rejected if no checksum is known for the platform", async () => {
  expect((await downloadWith("exit 0", {})).failed).toBe("no checksum of a release for linux-x64 is known");
});

it("has a pinned archive of the pinned version for each platform", () => {
  expect(Object.keys(RELEASES).sort()).toEqual(["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"]);
  for (const [platform, { url, sha256 }] of Object.entries(RELEASES)) {
    expect(url).toContain(`/v${PINNED}/pulumi-v${PINNED}-${platform}.tar.gz`);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});
