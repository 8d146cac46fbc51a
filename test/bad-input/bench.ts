import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MACHINE_CLOCK } from "../../provider/api/limits/pace";
import { run } from "../../provider/cli/dispatch";
import { nightly } from "../core/files";
import type { BadInput } from "./bad-input";
import { RecordingServer } from "./recording-server";

/** Used wherever a key is needed. It must not be printed anywhere. */
export const KEY = "sk_canary_bad_input";

/** Valid files, until a case breaks one. */
const SOUND: Readonly<Record<string, string>> = {
  ".git/HEAD": "ref: refs/heads/main\n",
  "triggers/a.yaml": nightly(),
  "environments/prod.yaml": "namespace: prod\n",
  "environments/dev.yaml": "namespace: dev\n",
};

export interface Ran {
  code: number;
  /** Both streams, in order. */
  text: string;
  /** The text for people, in addition to data for programs. */
  err: string;
  requests: readonly string[];
}

/** Runs the command in separate folders but in this process: a process per case would take minutes. */
export class Bench {
  readonly server = new RecordingServer();
  readonly #above = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-mixpeek-bad-")));
  #count = 0;

  async open(): Promise<void> {
    await this.server.listen();
  }

  async close(): Promise<void> {
    await this.server.close();
    rmSync(this.#above, { recursive: true, force: true });
  }

  /** A folder with the case's files. */
  folderOf({ files = {}, make }: BadInput): string {
    this.#count += 1;
    const folder = join(this.#above, `case-${this.#count}`, "search-triggers");
    for (const [path, content] of Object.entries({ ...SOUND, ...files })) {
      if (content === null) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    make?.(folder);
    return folder;
  }

  /** The environment of a case. */
  envOf({ env = {} }: BadInput): Record<string, string> {
    const whole: Record<string, string | undefined> = {
      PATH: process.env["PATH"],
      PULUMI_HOME: join(this.#above, "home"),
      PULUMI_CONFIG_PASSPHRASE: "bad-input",
      MIXPEEK_API_KEY: KEY,
      MIXPEEK_BASE_URL: this.server.url,
      ...env,
    };
    return Object.fromEntries(
      Object.entries(whole).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }

  async run(given: BadInput): Promise<Ran> {
    const folder = this.folderOf(given);
    this.server.answer = () => given.answer ?? { status: 404 };
    const before = this.server.requests.length;
    const { cwd, env, stdout, stderr } = {
      cwd: process.cwd(),
      env: process.env,
      stdout: process.stdout.write,
      stderr: process.stderr.write,
    };
    const clock = { ...MACHINE_CLOCK };
    let text = "";
    let err = "";
    const take = (piece: string | Uint8Array): boolean => {
      text += String(piece);
      return true;
    };
    const takeError = (piece: string | Uint8Array): boolean => {
      err += String(piece);
      return take(piece);
    };
    try {
      process.stdout.write = take;
      process.stderr.write = takeError;
      process.env = this.envOf(given);
      let slept = 0;
      // Waits between retries take no time.
      Object.assign(MACHINE_CLOCK, {
        now: () => clock.now() + slept,
        sleep: async (milliseconds: number) => {
          slept += milliseconds;
        },
      });
      process.chdir(folder);
      const code = await run(given.argv);
      return { code, text, err, requests: this.server.requests.slice(before) };
    } finally {
      process.chdir(cwd);
      process.env = env;
      Object.assign(MACHINE_CLOCK, clock);
      Object.assign(process.stdout, { write: stdout });
      Object.assign(process.stderr, { write: stderr });
    }
  }
}

/** Makes a path inaccessible for users other than root. */
export const lock = (path: string): void => chmodSync(path, 0o000);
