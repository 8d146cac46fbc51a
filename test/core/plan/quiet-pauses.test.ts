import { describe, expect, test } from "@jest/globals";
import { appliedTriggers, driftOf } from "../../../provider/core/comparison/drift";
import { partialStateOf, stateOf } from "../../../provider/core/diff/trigger-state";
import type { TriggerPlan } from "../../../provider/core/plan/plan-model";
import { refreshTrigger } from "../../../provider/core/plan/planned-refresh";
import { detailsOf } from "../../../provider/core/report/plan-report";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { plan } from "../held";
import { desired, live } from "../samples";
import {
  CHANGED_AT,
  callsOf,
  type Declared,
  none,
  PAUSED_AT,
  pausedByUs,
  planOf,
  QUIET,
  wanted,
} from "./quiet-triggers";

type Row = [
  declared: Declared,
  status: LiveTrigger["status"],
  /** Whose pause the state records: this stack's, this stack's but changed since, or none. */
  whose: "ours" | "changed" | "none",
  inside: { calls: string[]; owned: boolean },
  after: { calls: string[]; owned: boolean },
];

const TABLE: Row[] = [
  [undefined, "active", "none", { calls: ["pause"], owned: true }, { calls: [], owned: false }],
  [undefined, "active", "ours", { calls: ["pause"], owned: true }, { calls: [], owned: false }],
  [undefined, "paused", "ours", { calls: [], owned: true }, { calls: ["resume"], owned: false }],
  [undefined, "paused", "changed", { calls: [], owned: false }, { calls: [], owned: false }],
  [undefined, "paused", "none", { calls: [], owned: false }, { calls: [], owned: false }],
  [undefined, "failed", "none", { calls: [], owned: false }, { calls: [], owned: false }],
  [undefined, "failed", "ours", { calls: [], owned: false }, { calls: [], owned: false }],
  [
    undefined,
    "disabled",
    "ours",
    { calls: ["create paused"], owned: true },
    { calls: ["create"], owned: false },
  ],
  ["active", "active", "none", { calls: ["pause"], owned: true }, { calls: [], owned: false }],
  ["active", "paused", "ours", { calls: [], owned: true }, { calls: ["resume"], owned: false }],
  ["active", "paused", "changed", { calls: [], owned: false }, { calls: ["resume"], owned: false }],
  ["active", "paused", "none", { calls: [], owned: false }, { calls: ["resume"], owned: false }],
  ["active", "failed", "none", { calls: [], owned: false }, { calls: ["resume"], owned: false }],
  ["paused", "active", "none", { calls: ["pause"], owned: false }, { calls: ["pause"], owned: false }],
  ["paused", "paused", "ours", { calls: [], owned: false }, { calls: [], owned: false }],
  ["paused", "failed", "none", { calls: ["pause"], owned: false }, { calls: ["pause"], owned: false }],
  [
    "paused",
    "disabled",
    "none",
    { calls: ["create paused"], owned: false },
    { calls: ["create paused"], owned: false },
  ],
];

describe.each(TABLE)(
  "declared %s, live %s, paused by this stack: %s",
  (declared, status, whose, inside, after) => {
    const held = whose === "none" ? none(declared) : pausedByUs(declared);
    const twin = live({ status, updated_at: whose === "changed" ? CHANGED_AT : PAUSED_AT });

    test.each<[string, boolean, typeof inside]>([
      ["in the quiet", true, inside],
      ["after it", false, after],
    ])("%s", (_, quiet, expected) => {
      const found = planOf(wanted(declared, quiet), twin, held);
      expect([callsOf(found), found.pausedForQuiet === true]).toEqual([expected.calls, expected.owned]);
    });
  },
);

describe("what a run reports", () => {
  const twin = (status: LiveTrigger["status"], updated_at = PAUSED_AT) => live({ status, updated_at });
  const until = "quiet until 2026-12-27T00:00:00+01:00: year-end freeze";
  test.each<[string, TriggerPlan, string[]]>([
    [
      "it pauses",
      planOf(wanted(undefined, true), twin("active"), none(undefined)),
      [
        `status is "active" live, "paused" desired (${until})`,
        `${until}; paused until then; the first \`up\` or \`drift --fix\` after that resumes it`,
      ],
    ],
    [
      "it keeps paused",
      planOf(wanted(undefined, true), twin("paused"), pausedByUs(undefined)),
      [`${until}; paused until then; the first \`up\` or \`drift --fix\` after that resumes it`],
    ],
    [
      "it was paused manually before",
      planOf(wanted(undefined, true), twin("paused"), none(undefined)),
      [
        "paused live and left paused, since no status is declared; declare status active to resume it",
        `${until}; already paused, by somebody or by an interrupted run of this stack, and left paused after the window: resume it then, or declare status active`,
      ],
    ],
    [
      "declared active, and paused before",
      planOf(wanted("active", true), twin("paused"), none("active")),
      [
        `${until}; left paused until then; the first \`up\` after that resumes it, since status active is declared`,
      ],
    ],
    [
      "failed, and declared active",
      planOf(wanted("active", true), twin("failed"), none("active")),
      [
        "failed; not resumed during planned quiet; the first `up` after the planned quiet resumes it, since status active is declared",
      ],
    ],
    [
      "it resumes",
      planOf(wanted(undefined, false), twin("paused"), pausedByUs(undefined)),
      [
        'status is "paused" live, "active" desired (quiet over)',
        "next run in 14 hours, 2026-11-25 02:00 (UTC); runs missed while it was paused are not replayed",
        `no longer in planned quiet; an earlier run paused it (${until})`,
      ],
    ],
    [
      "the trigger has changed since",
      planOf(wanted(undefined, false), twin("paused", CHANGED_AT), pausedByUs(undefined)),
      [
        expect.stringMatching(
          /^quiet_pause is .*"until":"2026-12-27.* in the state, absent desired$/,
        ) as never,
        "left paused: an earlier run paused it for planned quiet, and the trigger has changed since, so the pause may be somebody else's; resume it, or declare status active",
      ],
    ],
    ["the definition pauses it", planOf(wanted("paused", true), twin("paused"), none("paused")), []],
  ])("%s", (_, found, details) => {
    expect(detailsOf(found)).toEqual(details);
  });
});

test("the change feed decides whose a pause is that changed since", () => {
  const twin = live({ status: "paused", updated_at: CHANGED_AT });
  const asked: unknown[] = [];
  const found = [true, false, undefined].map((resumed) => {
    const resumedSince = (...args: unknown[]) => {
      asked.push(args);
      return resumed;
    };
    return plan([wanted(undefined, false)], [twin], [pausedByUs(undefined)], { resumedSince }).triggers[0]!;
  });
  expect(found.map(callsOf)).toEqual([[], ["resume"], []]);
  expect(asked[0]).toEqual(["trg_1", PAUSED_AT]);
});

describe("a recorded pause", () => {
  test("contains the window and the time of the pause, and is removed with the resume", () => {
    expect(pausedByUs(undefined).state["quiet_pause"]).toEqual({ ...QUIET, updated_at: PAUSED_AT });
    expect(stateOf(wanted(undefined, false), live())).not.toHaveProperty("quiet_pause");
    expect(pausedByUs("active").state).not.toHaveProperty("active_quiet");
  });

  test.each<[string, DesiredTrigger, LiveTrigger, unknown[]]>([
    [
      "is extended",
      wanted(undefined, true, { active_quiet: { until: "2027-01-02T00:00:00Z" } }),
      live({ status: "paused", updated_at: PAUSED_AT }),
      [QUIET, { until: "2027-01-02T00:00:00Z" }],
    ],
    [
      "ends if it was resumed manually",
      wanted(undefined, false),
      live({ updated_at: CHANGED_AT }),
      [QUIET, undefined],
    ],
    [
      "ends if the definition pauses it",
      wanted("paused", true),
      live({ status: "paused", updated_at: PAUSED_AT }),
      [QUIET, undefined],
    ],
  ])("%s, without a request", (_, trigger, twin, [recorded, now]) => {
    const held = pausedByUs(trigger.status);
    const found = planOf(trigger, twin, held);
    expect(found).toMatchObject({ op: "update", calls: [], changes: [] });
    expect(found.recorded).toEqual([
      { kind: "value", path: ["quiet_pause"], recorded, desired: now, secret: false },
    ]);
  });

  test("stays over a refresh, which reports no drift, and ends when the trigger is found active", () => {
    const { state } = pausedByUs("active");
    const same = refreshTrigger(state, live({ status: "paused", updated_at: PAUSED_AT }), { names: true });
    expect([same.changes, same.state]).toEqual([[], state]);
    expect([same.inputs.status, same.reports]).toEqual([
      "active",
      [{ kind: "quiet", quiet: QUIET, pause: "own" }],
    ]);
    const resumed = refreshTrigger(state, live({ updated_at: CHANGED_AT }), { names: true });
    expect(resumed.state).not.toHaveProperty("quiet_pause");
  });

  test("stays if the resume failed after another write", () => {
    const { state: before } = pausedByUs(undefined);
    const after = live({ status: "paused", updated_at: CHANGED_AT });
    const state = partialStateOf(wanted(undefined, false), after, { before, undone: [{ op: "resume" }] });
    expect(state["quiet_pause"]).toEqual({ ...QUIET, updated_at: CHANGED_AT });
  });
});

test("quiet that has begun or ended is drift; a fix applies it with the last applied definition", () => {
  const twin = live({ updated_at: PAUSED_AT });
  const began = plan([wanted(undefined, true)], [twin], [none(undefined)]);
  expect(driftOf(began).drifted.map(({ changes }) => changes.map(({ cause }) => cause))).toEqual([["quiet"]]);
  const paused = live({ status: "paused", updated_at: PAUSED_AT });
  const ended = plan([wanted(undefined, false)], [paused], [pausedByUs(undefined)]);
  expect(driftOf(ended).drifted.map(({ changes }) => changes.map(({ cause }) => cause))).toEqual([
    ["quiet over"],
  ]);
  const held = pausedByUs(undefined);
  const options = [{ resource: "nightly", protect: false }];
  expect(appliedTriggers([wanted(undefined, true)], options, [held])).toEqual([desired()]);
});
