import { expect, test } from "@jest/globals";
import { ApiError } from "../../../provider/api/errors/api-error";
import { type LoggedWrite, WriteLog } from "../../../provider/api/write-log";
import { endedText, progressOf } from "../../../provider/cli/run/outcome-progress";
import { type EngineEnd, NOT_RUN, type Outcome } from "../../../provider/cli/stack/engine-run";
import type { PlannedCall, SetPlan, TriggerPlan } from "../../../provider/core/plan/plan-model";

const DIED: EngineEnd = { kind: "died", how: "was killed (SIGKILL)" };

function trigger(name: string, op: TriggerPlan["op"], calls: PlannedCall[], more: object = {}): TriggerPlan {
  const plan = { name, resource: name, namespace: "prod", op, calls, changes: [], recorded: [], reports: [] };
  return { ...plan, ...more };
}

type Answer = "acknowledged" | "refused" | "lost" | "sent" | "waiting";

async function logOf(writes: readonly (readonly [LoggedWrite["op"], string, Answer])[]): Promise<WriteLog> {
  const log = new WriteLog();
  const refused = (status?: number): ApiError => {
    const facts = status === undefined ? {} : { status };
    return new ApiError("NETWORK", { action: "create trigger", target: "x" }, "no", facts);
  };
  for (const [op, name, answer] of writes) {
    const made = log.follow({ op, namespace: "prod", trigger: name }, async (onSend) => {
      await Promise.resolve();
      if (answer !== "waiting") onSend();
      if (answer === "refused") throw refused(422);
      if (answer === "lost") throw refused();
      if (answer === "sent" || answer === "waiting") await new Promise(() => undefined);
    });
    if (answer === "sent" || answer === "waiting") await new Promise(setImmediate);
    else await made.catch(() => undefined);
  }
  return log;
}

const CREATE: PlannedCall = { op: "create", body: { name: "a" } };
const PAUSE: PlannedCall = { op: "pause", triggerId: "trg_1" };
const PATCH: PlannedCall = { op: "patch", body: { description: "x" }, triggerId: "trg_1" };
const DELETE: PlannedCall = { op: "delete", triggerId: "trg_1" };
const OLD = { triggerId: "trg_1" };

test.each<[string, TriggerPlan, (readonly [LoggedWrite["op"], string, Answer])[], object]>([
  ["acknowledged", trigger("a", "create", [CREATE]), [["create", "a", "acknowledged"]], { state: "done" }],
  ["refused", trigger("a", "create", [CREATE]), [["create", "a", "refused"]], { state: "not applied" }],
  ["sent", trigger("a", "create", [CREATE]), [["create", "a", "sent"]], { state: "unknown" }],
  ["lost", trigger("a", "create", [CREATE]), [["create", "a", "lost"]], { state: "unknown" }],
  ["queued", trigger("a", "create", [CREATE]), [["create", "a", "waiting"]], { state: "not applied" }],
  ["not started", trigger("a", "create", [CREATE]), [], { state: "not applied" }],
  [
    "one of two",
    trigger("a", "update", [PAUSE, PATCH], OLD),
    [["pause", "trg_1", "acknowledged"]],
    { state: "in part", done: [PAUSE], undone: [PATCH] },
  ],
  [
    "the second lost",
    trigger("a", "update", [PAUSE, PATCH], OLD),
    [
      ["pause", "trg_1", "acknowledged"],
      ["patch", "trg_1", "lost"],
    ],
    { state: "unknown" },
  ],
  [
    "a replacement without its delete",
    trigger("a", "replace", [CREATE, DELETE], OLD),
    [["create", "a", "acknowledged"]],
    { state: "in part", done: [CREATE], undone: [DELETE] },
  ],
  [
    "deleted",
    trigger("a", "delete", [DELETE], OLD),
    [["delete", "trg_1", "acknowledged"]],
    { state: "done" },
  ],
  ["only recorded", trigger("a", "update", [], OLD), [], { state: "not applied" }],
])("an engine that died: %s", async (_, plan, writes, progress) => {
  const outcome: Outcome = { ...NOT_RUN, ok: false, ended: DIED, writes: await logOf(writes) };
  expect(progressOf(plan, outcome)).toEqual(progress);
});

test("what the engine reported is done, even if another process made the writes; the rest is unknown", () => {
  const outcome: Outcome = {
    ...NOT_RUN,
    ok: false,
    ended: DIED,
    finished: new Map([["a", new Set(["create"])]]),
  };
  expect(progressOf(trigger("a", "create", [CREATE]), outcome)).toEqual({ state: "done" });
  expect(progressOf(trigger("b", "create", [CREATE]), outcome)).toEqual({ state: "unknown" });
});

test("prints all counts in one line, and the first of many names", async () => {
  const names = Array.from({ length: 7 }, (_, at) => `t${at}`);
  const create = (name: string): TriggerPlan => trigger(name, "create", [{ op: "create", body: { name } }]);
  const plan = {
    triggers: [
      ...names.map(create),
      create("made"),
      create("later"),
      trigger("half", "update", [PAUSE, PATCH], OLD),
      trigger("same", "none", []),
    ],
  } as unknown as SetPlan;
  const writes = await logOf([
    ...names.map((name) => ["create", name, "sent"] as const),
    ["create", "made", "acknowledged"],
    ["pause", "trg_1", "acknowledged"],
  ]);
  const outcome: Outcome = { ...NOT_RUN, ok: false, ended: DIED, writes };
  expect(endedText(DIED, plan, outcome, false)).toBe(
    "the Pulumi engine was killed (SIGKILL) before the run was complete: 1 of 10 changes done, 1 done in part, 7 with an unknown outcome (t0, t1, t2, t3, t4 and 2 more), 1 not started. Changes that are done may be missing from the state. Run the same command again: it reads the live triggers and makes the remaining changes [ENGINE_DIED].",
  );
  // Without the options of this run (--target, --definitions, --fix), another would change more.
  expect(endedText(DIED, plan, outcome, false)).not.toContain("mixpeek-triggers");
  expect(endedText(DIED, plan, outcome, true)).toMatch(
    /\. Save a plan of the remaining changes with `preview --out FILE`, and apply that \[ENGINE_DIED\]\.$/,
  );
});

test("settled waits for requests that were sent, but not for those that are queued", async () => {
  const log = new WriteLog();
  let answer: () => void = () => undefined;
  const made = log.follow({ op: "create", namespace: "prod", trigger: "a" }, async (onSend) => {
    await Promise.resolve();
    onSend();
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
  });
  void log.follow({ op: "create", namespace: "prod", trigger: "b" }, () => new Promise(() => undefined));
  await new Promise(setImmediate);
  let isSettled = false;
  const settled = log.settled().then(() => {
    isSettled = true;
  });
  await new Promise(setImmediate);
  expect(isSettled).toBe(false);
  answer();
  await Promise.all([made, settled]);
  expect(log.stateOf({ op: "create", namespace: "prod", trigger: "a" })).toBe("acknowledged");
});
