import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const ROOT = join(__dirname, "..");
const json = (name: string) => JSON.parse(readFileSync(join(ROOT, name), "utf8"));

interface Locked {
  dev?: boolean;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
}
const lockedIn = (file: string): [string, Locked][] =>
  Object.entries(json(file).packages as Record<string, Locked>).filter(([path]) => path !== "");
const locked = lockedIn("package-lock.json");
/** What comes to a user with this package. */
const shipped = locked.filter(([, { dev }]) => dev !== true);

test("nothing that comes to a user runs a script when it is installed, this package least of all", () => {
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  const own = Object.keys(json("package.json").scripts);
  expect(own.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  // The mark that is looked for is one that the lock file has.
  expect(locked.some(([, { hasInstallScript }]) => hasInstallScript)).toBe(true);
});

test.each(["package-lock.json", "tools/backends/package-lock.json"])(
  "%s is committed, and holds each package to one content from the registry",
  (file) => {
    const tracked = execFileSync("git", ["ls-files", file], { cwd: ROOT, encoding: "utf8" });
    expect(tracked.trim()).toBe(file);
    for (const [path, { resolved, integrity }] of lockedIn(file)) {
      // Absent: from whatever registry npm is set to, which the checksum holds to the same content.
      expect([path, resolved ?? ""]).toEqual([path, expect.stringMatching(/^(https:.*)?$/)]);
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    }
  },
);

test("npm writes an SBOM that holds what comes to a user", () => {
  const args = ["sbom", "--sbom-format", "cyclonedx"];
  const { bomFormat, components } = JSON.parse(execFileSync("npm", args, { cwd: ROOT, encoding: "utf8" }));
  expect(bomFormat).toBe("CycloneDX");
  const names = (components as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(json("package.json").dependencies)));
});
