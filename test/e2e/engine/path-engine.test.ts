import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ensureEngine } from "../../../provider/engine";
import { launcherName } from "../../../provider/engine/launcher";
import { Repo, search } from "../repo";

const LAUNCHER = launcherName(process.platform);

let repo: Repo;
let folder: string;
beforeEach(async () => {
  repo = await Repo.open();
  search(repo);
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-path-"));
});
afterEach(async () => {
  await repo.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A Pulumi installation: the CLI, and the other files of an official release. */
async function release(name: string, launcher: boolean): Promise<string> {
  const { bin } = await ensureEngine();
  const root = join(folder, name);
  mkdirSync(root, { recursive: true });
  copyFileSync(join(bin, "pulumi"), join(root, "pulumi"));
  if (launcher) copyFileSync(join(bin, LAUNCHER), join(root, LAUNCHER));
  return root;
}

test.each<[what: string, install: () => Promise<string>]>([
  ["an official release in a folder named bin", () => release("bin", true)],
  ["an official release in a folder of another name", () => release("pulumi", true)],
  [
    "a link to the CLI of an official release",
    async () => {
      const root = await release("opt/pulumi", true);
      const linked = join(folder, "usr/local/bin");
      mkdirSync(linked, { recursive: true });
      symlinkSync(join(root, "pulumi"), join(linked, "pulumi"));
      return linked;
    },
  ],
  ["a CLI without a launcher", () => release("go/bin", false)],
])("%s on PATH runs without a warning about the launcher", async (_, install) => {
  repo.env = {
    PATH: [await install(), process.env["PATH"]].join(delimiter),
    MIXPEEK_TRIGGERS_CACHE: join(folder, "cache"),
  };
  const ran = await repo.run("up", "--env", "environments/dev.yaml", "--yes");
  expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
  expect(ran.writes).toHaveLength(2);
  expect(ran.stdout + ran.stderr).not.toContain("pulumi-resource-pulumi-nodejs");
});
