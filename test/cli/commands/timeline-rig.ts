import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { jest } from "@jest/globals";
import { readOptions } from "../../../provider/cli/command";
import { timeline } from "../../../provider/cli/commands/timeline";
import { KEY, type Rig, start, stopAll } from "../../emulator/harness";

export interface Ran {
  code: number;
  out: string;
  err: string;
  requests: string[];
}

/** A repository in its own folder, in which `timeline` runs with an emulator at 2026-10-21T22:00:00Z. */
export class TimelineRig {
  readonly #cwd = process.cwd();
  readonly #environment = { ...process.env };

  private constructor(
    readonly folder: string,
    readonly service: Rig,
  ) {}

  /** In: file contents by path. */
  static async start(files: Readonly<Record<string, string>>): Promise<TimelineRig> {
    const service = await start({ at: "2026-10-21T22:00:00Z", keys: [KEY] });
    const rig = new TimelineRig(mkdtempSync(join(tmpdir(), "pulumi-mixpeek-timeline-")), service);
    for (const [path, text] of Object.entries(files)) rig.put(path, text);
    process.chdir(rig.folder);
    process.env["MIXPEEK_API_KEY"] = KEY;
    process.env["MIXPEEK_BASE_URL"] = service.emulator.url;
    process.env["PULUMI_HOME"] = join(rig.folder, "home");
    return rig;
  }

  async stop(): Promise<void> {
    process.chdir(this.#cwd);
    process.env = { ...this.#environment };
    rmSync(this.folder, { recursive: true, force: true });
    await stopAll();
  }

  put(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  async run(...args: string[]): Promise<Ran> {
    const { emulator } = this.service;
    const printed = { out: "", err: "" };
    const spies = (["stdout", "stderr"] as const).map((stream) =>
      jest.spyOn(process[stream], "write").mockImplementation((text) => {
        printed[stream === "stdout" ? "out" : "err"] += text;
        return true;
      }),
    );
    emulator.clearRequests();
    try {
      const code = await timeline.run(await readOptions("timeline", timeline, args));
      return {
        code,
        ...printed,
        requests: emulator.requests().map(({ method, path }) => `${method} ${path}`),
      };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }
}
