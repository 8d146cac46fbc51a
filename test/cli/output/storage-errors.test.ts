import { expect, test } from "@jest/globals";
import { errorText } from "../../../provider/cli/output/error-text";
import type { Project } from "../../../provider/cli/project/project";
import { savePlan } from "../../../provider/cli/run/saved-plan";
import { engineError, engineFailure, stateText, whenWhole } from "../../../provider/cli/stack/engine-run";

test.each([
  ["ENOSPC", "mkdir", "create /state: the disk is full. Free space on it and run again"],
  ["EEXIST", "mkdir", "create /state: it exists and is not a folder. Move it and run again"],
  ["EROFS", "open", "open /state: the disk is mounted read-only. Mount it writable and run again"],
  ["EACCES", "open", "open /state: permission denied. Change its permissions and run again"],
  ["ENOENT", "scandir", "read /state: no such file or folder. Check the path"],
  ["ENOENT", "spawn /state", "run /state: no such file or folder. Check the path"],
  ["EMFILE", "open", "open /state: too many open files. Correct this and run again"],
])("%s of %s says why, and what to do", (code, syscall, text) => {
  const message = `${code}: too many open files, ${syscall} '/state'`;
  const error = Object.assign(new Error(message), { code, syscall, path: "/state" });
  expect(errorText("up", error)).toBe(`mixpeek-triggers up: cannot ${text} [${code}].`);
});

test("a failed system call without a path says why", () => {
  const error = Object.assign(new Error("read EIO"), { code: "EIO", syscall: "read" });
  expect(errorText("up", error)).toBe(
    "mixpeek-triggers up: cannot read: read EIO. Correct this and run again [EIO].",
  );
});

test("a plan that cannot be saved names the reason", () => {
  expect(() => savePlan(`${__dirname}/none/plan.json`, {})).toThrow(
    `mixpeek-triggers preview: cannot write ${__dirname}/none/plan.json: its folder does not exist. Create the folder, or choose another file with --out [ENOENT].`,
  );
  expect(() => savePlan(__dirname, {})).toThrow(
    `cannot write ${__dirname}: a folder is in the place of the file. Move the folder, or choose another file with --out [EISDIR].`,
  );
});

test("a list of errors is reported with its items, not only its heading", () => {
  const text =
    "code: -2\n stdout: \n stderr: Command failed\nerror: 2 errors occurred:\n\t* one\n\t* two\n\n";
  expect(engineError(text)).toBe("one\ntwo");
});

test("the SDK's number of a failed command is not used as the message", () => {
  expect(engineError("code: -2\n stdout: \n stderr: Command failed with exit code 1: pulumi up\n")).toBe(
    "stderr: Command failed with exit code 1: pulumi up",
  );
});

test("an incomplete state file", () => {
  expect(stateText("unexpected end of JSON input")).toBe(
    "cannot read the state: one of its files is incomplete, possibly because another run is writing it (unexpected end of JSON input). Run again; if the error persists, restore that file from a backup [STATE_INCOMPLETE].",
  );
  expect(stateText("unexpected end of JSON input in the answer")).toBeUndefined();
});

test.each([
  "code: -2\nerror: failed to load checkpoint: EOF\n",
  "code: -2\nerror: unexpected end of JSON input\n",
])("a file that another run is writing is read again: %j", async (message) => {
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => waits.push(milliseconds);
  let calls = 0;
  const read = (fails: number) => async () => {
    calls += 1;
    if (calls <= fails) throw new Error(message);
    return "read";
  };
  expect([await whenWhole(read(2), sleep), calls, waits]).toEqual(["read", 3, [100, 200]]);
  calls = 0;
  await expect(whenWhole(read(9), sleep)).rejects.toThrow(message);
  expect(calls).toBe(5);
  await expect(whenWhole(async () => Promise.reject(new Error("error: 403\n")), sleep)).rejects.toThrow(
    "403",
  );
});

const PROJECT = { name: "search", stack: "prod", backend: { url: "file:///state" } } as unknown as Project;

test.each([
  ["write /state/x: no space left on device", "Free space there"],
  [
    "open /state/x: permission denied",
    "Check that this user may write there, and that it is not mounted read-only",
  ],
  ["stat /state: no such file or directory", "Check that the folder exists"],
])("a stack that cannot be opened: %s", (cause, advice) => {
  const { message } = engineFailure(PROJECT, new Error(`code: -2\nerror: ${cause}\n`));
  expect(message).toBe(
    `cannot open stack "prod" in file:///state: ${cause}. ${advice}, then run again [ENGINE].`,
  );
});

test("an engine that is killed while it opens the stack", () => {
  const killed = Object.assign(new Error("code: -2"), { commandResult: { err: { signal: "SIGKILL" } } });
  const error = engineFailure(PROJECT, killed);
  expect(error).toMatchObject({
    code: "ENGINE_DIED",
    message:
      'cannot open stack "prod" in file:///state: the Pulumi engine was killed (SIGKILL, often because of a lack of memory). Nothing was changed: run the command again [ENGINE_DIED].',
  });
});

test("a state that the engine cannot write", () => {
  const raw =
    'pre-step event returned an error: failed to save snapshot: An IO error occurred while writing the new snapshot file: blob (key ".pulumi/stacks/r/dev.json") (code=Unknown): open /s/.pulumi/stacks/r/dev.json.1.tmp: operation not permitted';
  expect(stateText(raw)).toBe(
    "cannot write the state: open /s/.pulumi/stacks/r/dev.json.1.tmp: operation not permitted. Check that this user may write there, and that it is not mounted read-only, then run again: changes that were made but are missing from the state are read from the live triggers [STATE_NOT_WRITTEN].",
  );
  expect(stateText("open /elsewhere: permission denied")).toBeUndefined();
});
