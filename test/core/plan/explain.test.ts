import { describe, expect, test } from "@jest/globals";
import type { FieldChange } from "../../../provider/core/diff/diff";
import type { Conflict, PlanNote } from "../../../provider/core/diff/plan-types";
import { planNew } from "../../../provider/core/plan/adoption";
import {
  changeLine,
  changeText,
  conflictText,
  recordText,
  reportLine,
} from "../../../provider/core/plan/explain";
import { planOwned } from "../../../provider/core/plan/trigger-plan";
import { eventText, planEvents } from "../../../provider/core/report/provider-event";
import type { Json } from "../../../provider/core/schema/model";
import { applied, canary, desired, live } from "../samples";

const change: FieldChange = {
  path: ["schedule_config", "timezone"],
  desired: "UTC",
  live: "Asia/Tokyo",
  cause: "live drifted",
  rule: "patch",
  secret: false,
};

describe("changeLine", () => {
  test.each<[Partial<FieldChange>, string]>([
    [{}, 'nightly: schedule_config.timezone is "Asia/Tokyo" live, "UTC" desired (live drifted)'],
    [
      { isRecorded: true },
      'nightly: schedule_config.timezone is "Asia/Tokyo" live, "UTC" in the state (live drifted)',
    ],
    [
      { desired: undefined, cause: "both changed" },
      'nightly: schedule_config.timezone is "Asia/Tokyo" live, absent desired (both changed)',
    ],
    [
      { live: undefined, cause: "you edited" },
      'nightly: schedule_config.timezone is absent live, "UTC" desired (you edited)',
    ],
    [{ secret: true }, "nightly: schedule_config.timezone is [secret] live, [secret] desired (live drifted)"],
    [
      { secret: true, live: [], desired: "s3cr3t" },
      "nightly: schedule_config.timezone is [] live, [secret] desired (live drifted)",
    ],
    [
      { secret: true, live: undefined },
      "nightly: schedule_config.timezone is absent live, [secret] desired (live drifted)",
    ],
    [
      { path: ["status"], live: { a: [1, null] } },
      'nightly: status is {"a":[1,null]} live, "UTC" desired (live drifted)',
    ],
  ])("%#", (part, line) => expect(changeLine("nightly", { ...change, ...part })).toBe(line));

  test("a long value is cut", () => {
    const line = changeLine("nightly", { ...change, live: "x".repeat(5000) });
    expect(line).toBe(
      `nightly: schedule_config.timezone is "${"x".repeat(198)}… live, "UTC" desired (live drifted)`,
    );
  });

  test("control characters do not reach the terminal", () => {
    expect(changeLine("nightly", { ...change, live: "a\n\u001b[31mb" })).toContain('"a\\n\\u001b[31mb"');
  });
});

test.each<[PlanNote, string]>([
  [
    { kind: "left paused" },
    "nightly: paused live and left paused, since no status is declared; declare status active to resume it",
  ],
  [
    { kind: "failed", statusChange: "none", error: "boom", failures: 5 },
    'nightly: failed after 5 failed runs, last error: "boom"; not resumed; declare status active to resume it',
  ],
  [
    { kind: "failed", statusChange: "pause", error: "boom", failures: 5 },
    'nightly: failed after 5 failed runs, last error: "boom"; paused, since status paused is declared',
  ],
  [
    { kind: "failed", statusChange: "resume", error: undefined, failures: undefined },
    "nightly: failed; resumed, since status active is declared",
  ],
  [{ kind: "gone", disabled: true }, "nightly: deleted outside Pulumi (disabled), created again"],
  [{ kind: "gone", disabled: false }, "nightly: deleted outside Pulumi (not found), created again"],
  [
    { kind: "gone", disabled: false, status: "active" },
    "nightly: deleted outside Pulumi (not found), created again active, as it was when last applied or read; a pause since then is not known",
  ],
  [
    { kind: "gone", disabled: true, status: "paused" },
    "nightly: deleted outside Pulumi (disabled), created again paused, as it was when last applied or read; declare status active to resume it",
  ],
  [
    { kind: "adopted", triggerId: "trg_1" },
    "nightly: trg_1 is live under this name: stored in the state, not created [ADOPTED]",
  ],
  [
    { kind: "adopted", triggerId: "trg_1", updated: true },
    "nightly: trg_1 is live and differs from the definition: adopted and updated, not created [ADOPTED]",
  ],
])("reportLine %#", (report, line) => expect(reportLine("nightly", report)).toBe(line));

test("planEvents: first what differs, then what is left alone", () => {
  const plan = planOwned(desired({ description: "d" }), applied(), live({ status: "paused" }));
  expect(planEvents("nightly", plan).map(eventText)).toEqual([
    'nightly: description is absent live, "d" desired (you edited)',
    "nightly: paused live and left paused, since no status is declared; declare status active to resume it",
  ]);
  expect(planEvents("nightly", planOwned(desired(), applied(), live()))).toEqual([]);
});

const fixed: FieldChange = {
  ...change,
  path: ["action_type"],
  desired: "cluster",
  live: "batch_rerun",
  cause: "you edited",
  rule: "replace",
};
const differs = {
  triggerIds: ["trg_1"],
  changes: [change, { ...change, path: ["description"], desired: "d", live: undefined }],
};

test.each<[conflict: Omit<Conflict, "op">, text: string, options?: { isStateUnread: boolean }]>([
  [
    { code: "NAME_TAKEN", ...differs },
    'cannot create trigger "nightly" in namespace "prod": trg_1 has this name but different content: schedule_config.timezone is "Asia/Tokyo" live, "UTC" desired (live drifted); description is absent live, "d" desired (live drifted). Set adopt: true to adopt and change it, or choose another name [NAME_TAKEN].',
  ],
  [
    { code: "NAME_AMBIGUOUS", triggerIds: ["trg_1", "trg_2"], changes: [] },
    'cannot create trigger "nightly" in namespace "prod": trg_1 and trg_2 have this name. Set adopt to the id of the one to adopt, or delete the others [NAME_AMBIGUOUS].',
  ],
  [
    { code: "NAME_AMBIGUOUS", triggerIds: ["trg_1", "trg_2"], changes: [] },
    'cannot create trigger "nightly" in namespace "prod": trg_1 and trg_2 have this name. If a run that replaced one of them was killed, run `pulumi up --refresh`, which reads from the state which one to delete. Otherwise set adopt to the id of the one to adopt, or delete the others [NAME_AMBIGUOUS].',
    { isStateUnread: true },
  ],
  [
    { code: "NAME_TAKEN", triggerIds: ["trg_1"], changes: [fixed] },
    'cannot create trigger "nightly" in namespace "prod": trg_1 has this name but different content: action_type is "batch_rerun" live, "cluster" desired (you edited). Change the definition to match it, or delete trg_1, or choose another name [NAME_TAKEN].',
  ],
  [
    { code: "ADOPT_NEEDS_REPLACE", triggerIds: ["trg_1"], changes: [change, fixed] },
    'cannot create trigger "nightly" in namespace "prod": trg_1 cannot be adopted, because the API cannot change these fields: action_type is "batch_rerun" live, "cluster" desired (you edited). Change the definition to match it first, or delete trg_1 and run up to create it [ADOPT_NEEDS_REPLACE].',
  ],
  [
    { code: "ADOPT_NOT_FOUND", triggerIds: ["trg_9"], changes: [] },
    'cannot create trigger "nightly" in namespace "prod": adopt is trg_9, which is not live in that namespace. Check the id and the namespace, or remove adopt [ADOPT_NOT_FOUND].',
  ],
])("conflictText %#", (conflict, text, options = { isStateUnread: false }) => {
  expect(conflictText("nightly", "prod", { op: "conflict", ...conflict }, options)).toBe(text);
});

test.each([
  ["a channel changed", { channels: [{ channel_type: "slack", config: { webhook_url: "s3cr3t-new" } }] }],
  ["channels removed with their object", undefined],
])("no secret is shown: %s", (_, notification_config) => {
  const old = { channels: [{ channel_type: "slack", config: { webhook_url: "s3cr3t-old" } }] };
  const before = canary({ notification_config: old });
  const after = desired(canary(notification_config === undefined ? {} : { notification_config }));
  const lines = [
    ...planEvents("nightly", planOwned(after, applied(before), live(before))).map(eventText),
    conflictText("nightly", "prod", planNew(after, [live(before)]) as Conflict),
  ].join("\n");
  expect(lines).toContain("[secret]");
  expect(lines).not.toContain("s3cr3t");
});

test.each<[value: Json | undefined, shown: string]>([
  ["s3cr3t", "[secret]"],
  [[], "[]"],
  [{}, "{}"],
  ["", '""'],
  [null, "null"],
  [undefined, "absent"],
])("a secret value %j is shown in the same way in a change and in what is recorded", (value, shown) => {
  const path = ["schedule_config", "timezone"];
  const [recorded, secret] = [value, true];
  expect(changeText({ ...change, path, live: value, desired: value, secret })).toContain(
    `timezone is ${shown} live, ${shown} desired`,
  );
  expect(recordText({ kind: "value", path, recorded, desired: value, secret })).toContain(
    `timezone is ${shown} in the state, ${shown} desired`,
  );
});
