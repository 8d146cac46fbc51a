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
/** What users install with this package. */
const shipped = locked.filter(([, { dev }]) => dev !== true);

test("nothing that a user installs runs an install script, least of all this package", () => {
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  const own = Object.keys(json("package.json").scripts);
  expect(own.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  // The lock file does contain the field that is checked.
  expect(locked.some(([, { hasInstallScript }]) => hasInstallScript)).toBe(true);
});

test.each(["package-lock.json", "tools/backends/package-lock.json"])(
  "%s is committed, and pins each package to one content from the registry",
  (file) => {
    const tracked = execFileSync("git", ["ls-files", file], { cwd: ROOT, encoding: "utf8" });
    expect(tracked.trim()).toBe(file);
    for (const [path, { resolved, integrity }] of lockedIn(file)) {
      // Absent: any registry that npm is configured for. The checksum ensures the same content.
      expect([path, resolved ?? ""]).toEqual([path, expect.stringMatching(/^(https:.*)?$/)]);
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    }
  },
);

test("npm writes an SBOM that contains what a user installs", () => {
  const args = ["sbom", "--sbom-format", "cyclonedx"];
  const { bomFormat, components } = JSON.parse(execFileSync("npm", args, { cwd: ROOT, encoding: "utf8" }));
  expect(bomFormat).toBe("CycloneDX");
  const names = (components as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(json("package.json").dependencies)));
});
