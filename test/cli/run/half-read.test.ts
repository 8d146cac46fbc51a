import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Project } from "../../../provider/cli/project/project";
import { Report } from "../../../provider/cli/run/report";
import { RunContext } from "../../../provider/cli/run/run-context";
import { stateFiles } from "../../../provider/cli/stack/state-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-half-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The report of a run whose engine found an incomplete state. `saved`: the state afterwards. */
async function run(message: string, saved: string): Promise<unknown> {
  const url = pathToFileURL(folder).href;
  const project: Project = {
    name: "search",
    stack: "prod",
    selectedBy: "--env prod",
    cwd: folder,
    folder,
    backend: { url, from: "PULUMI_BACKEND_URL" },
    env: {},
    notes: [],
  };
  const [file] = stateFiles(url, "search", "prod");
  mkdirSync(dirname(file!), { recursive: true });
  writeFileSync(file!, saved);
  const stack = { up: () => Promise.reject(new Error(`error: ${message}`)) } as unknown as Stack;
  const context = new RunContext(
    "up",
    project,
    new Report("up", project, "prod.yaml"),
    {},
    new AbortController().signal,
    0,
  );
  const outcome = await context.operate(stack, "up", "applying", 1, {}).catch((error: unknown) => error);
  return outcome instanceof Error ? (outcome as Error & { code: string }).code : outcome;
}

const WHOLE = '{"version":3,"checkpoint":{"latest":{}}}';

test.each([
  "failed to load checkpoint: EOF",
  "failed to load checkpoint: unexpected end of JSON input",
  "unexpected end of JSON input",
])("%s: another run was saving the state, which is complete by now", async (message) => {
  expect(await run(message, WHOLE)).toBe("STACK_LOCKED");
});

test("a state that stays truncated is the engine's error", async () => {
  const outcome = await run("failed to load checkpoint: EOF", WHOLE.slice(0, 20));
  expect(outcome).toMatchObject({
    ok: false,
    errors: [expect.stringMatching(/\(failed to load checkpoint: EOF\).*\[STATE_INCOMPLETE\]/)],
  });
});

test("any other failure is the engine's error, too", async () => {
  expect(await run("failed to load checkpoint: no permission", WHOLE)).toMatchObject({ ok: false });
});
