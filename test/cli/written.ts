import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, jest } from "@jest/globals";
import { readOptions } from "../../provider/cli/command";
import { init } from "../../provider/cli/commands/init";

export const ROOT = resolve(__dirname, "../..");
export const OWN = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

export const ALWAYS = [
  ".gitignore",
  ".vscode/extensions.json",
  ".vscode/settings.json",
  "Pulumi.yaml",
  "README.md",
  "environments/dev.yaml",
  "environments/prod.yaml",
  "environments/staging.yaml",
  "package.json",
  "triggers/catalog.yaml",
  "triggers/search.yaml",
];
export const GITHUB = ".github/workflows/triggers.yml";
export const DRIFT = ".github/workflows/drift.yml";
export const GITLAB = ".gitlab-ci.yml";

/** A folder that the command writes into. Each test has its own. */
export class Written {
  above = "";
  folder = "";

  /** One for all tests of a file, which is reset for each. */
  static each(): Written {
    const written = new Written();
    beforeEach(() => {
      written.above = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-mixpeek-init-")));
      written.folder = join(written.above, "acme-triggers");
    });
    afterEach(() => {
      jest.restoreAllMocks();
      rmSync(written.above, { recursive: true, force: true });
    });
    return written;
  }

  /** Runs the command as from its command line, into `folder` unless another is given. Out: its output. */
  async run(...args: string[]): Promise<string> {
    let printed = "";
    const out = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      printed += text;
      return true;
    });
    try {
      const given = args.includes("--dir") ? args : ["--dir", this.folder, ...args];
      expect(await init.run(await readOptions("init", init, given))).toBe(0);
    } finally {
      out.mockRestore();
    }
    return printed;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** Runs the command, then reads one of its files. */
  async written(file: string, ...args: string[]): Promise<string> {
    await this.run(...args);
    return this.read(file);
  }

  put(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  snapshot(): Record<string, string> {
    return Object.fromEntries(filesBelow(this.folder).map((file) => [file, this.read(file)]));
  }
}

export const filesBelow = (top: string): string[] =>
  readdirSync(top, { recursive: true })
    .map((name) => String(name).replaceAll("\\", "/"))
    .filter((name) => statSync(join(top, name)).isFile())
    .sort();
