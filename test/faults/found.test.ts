import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ACTIONS, type Definition } from "./definitions";
import type { Named } from "./palette";
import { Play } from "./play";
import type { Habits, Round, Sequence } from "./sequence";
import { Oracle } from "./world/oracle";

/** Sequences that the fuzzer found, shrunk. Each broke a promise once. */

let oracle: Oracle;
beforeAll(async () => {
  oracle = await Oracle.start();
});
afterAll(() => oracle.close());

const cron: Definition = {
  action_type: "cluster",
  action_config: ACTIONS["cluster"]![0],
  trigger_type: "cron",
  schedule_config: { cron_expression: "0 2 * * *" },
};
const every: Definition = {
  ...cron,
  trigger_type: "interval",
  schedule_config: { interval_seconds: 86_400 },
};
const habits: Habits = {
  by: "program",
  atOnce: 1,
  api: "2026-10",
  namespaces: 1,
  theirs: 0,
  pageSize: 1000,
  listDisabled: false,
  storeDefaults: false,
  reorderKeys: false,
  seed: 0,
};
const round = (given: Partial<Round>): Round => ({ edits: [], hands: [], faults: [], run: "up", ...given });
const adoption = { edit: "adopt", which: 0, differs: "nothing", status: undefined } as const;

/** As often as the client tries. */
const failingDelete: Named = {
  label: "5xx-before",
  fault: { kind: "status", at: "before", operation: "delete", times: 4 },
};

/** The first trigger is replaced, and the old one stays live. */
const replacedInPart = round({
  edits: [{ edit: "declare", at: 0, definition: every }],
  faults: [failingDelete],
});

const FOUND: [what: string, sequence: Sequence][] = [
  [
    "a replacement resumes a manually paused trigger",
    {
      declared: [cron],
      rounds: [
        round({}),
        round({
          edits: [{ edit: "declare", at: 0, definition: every }],
          hands: [{ hand: "status", at: 0, status: "paused" }],
        }),
      ],
      habits,
    },
  ],
  [
    "a replacement resumes what was declared paused, after the status line is removed",
    {
      declared: [{ ...cron, status: "paused" }],
      rounds: [round({}), round({ edits: [{ edit: "declare", at: 0, definition: every }] })],
      habits,
    },
  ],
  [
    "after a run killed once it recreated a given-up trigger, the next run creates it again",
    {
      declared: [cron],
      rounds: [round({}), round({ hands: [{ hand: "give up", at: 0 }], kill: { at: "after", after: 3 } })],
      habits,
    },
  ],
  [
    "a trigger that a killed run created is created again if the list skips it because of a delete",
    {
      declared: [cron],
      rounds: [
        round({ kill: { at: "after", after: 1 } }),
        round({
          faults: [
            { label: "deleted-while-listing", fault: { kind: "deleted_while_listing", after: 0, times: 1 } },
          ],
        }),
      ],
      habits: { ...habits, theirs: 1, pageSize: 1 },
    },
  ],
  [
    "a replaced trigger whose delete failed blocks the recreation after its successor is deleted manually",
    {
      declared: [cron],
      rounds: [round({}), replacedInPart, round({ hands: [{ hand: "delete", at: 0 }] })],
      habits,
    },
  ],
  [
    "the same after a refresh",
    {
      declared: [cron],
      rounds: [
        round({}),
        replacedInPart,
        round({ hands: [{ hand: "delete", at: 0 }], run: "up after a refresh" }),
      ],
      habits,
    },
  ],
  [
    "the older of two replaced triggers whose deletes failed blocks the recreation",
    {
      declared: [cron],
      rounds: [
        round({}),
        replacedInPart,
        round({ edits: [{ edit: "declare", at: 0, definition: cron }], faults: [failingDelete] }),
        round({
          edits: [{ edit: "action", at: 0, variant: 0 }],
          hands: [{ hand: "delete", at: 0 }],
        }),
      ],
      habits,
    },
  ],
  [
    "a trigger that moved to another namespace, and whose delete failed, blocks one that moves back",
    {
      declared: [cron],
      rounds: [
        round({}),
        round({
          edits: [{ edit: "move", at: 0, namespace: "staging" }],
          faults: [failingDelete],
        }),
        round({
          edits: [
            { edit: "move", at: 0, namespace: "dev" },
            { edit: "action", at: 0, variant: 0 },
          ],
        }),
      ],
      habits: { ...habits, namespaces: 2 },
    },
  ],
  [
    "two resources of one program adopt the same trigger at once, one by id and one by name",
    {
      declared: [],
      rounds: [
        round({
          edits: [
            { ...adoption, at: 0, by: "id" },
            { ...adoption, at: 6, by: "name" },
          ],
        }),
      ],
      habits: { ...habits, atOnce: 4, theirs: 1 },
    },
  ],
  [
    "a run stops because a list lags behind a deletion that its plan has seen, and the next run continues",
    {
      declared: [cron, cron, cron, cron],
      rounds: [
        round({
          faults: [
            {
              label: "deleted-while-listing",
              fault: { kind: "deleted_while_listing", operation: "list", times: 1 },
            },
          ],
        }),
        round({
          faults: [
            { label: "lag", fault: { kind: "lag", seconds: 1, times: 1 } },
            { label: "reset-after", fault: { kind: "reset", at: "after", operation: "create", times: 1 } },
          ],
        }),
      ],
      habits: { ...habits, by: "command", pageSize: 3 },
    },
  ],
  ...(["gone", "replaced"] as const).map((fate): [string, Sequence] => [
    `a definition that names the id it adopted is rejected once that trigger is ${fate}`,
    {
      declared: [],
      rounds: [
        round({ edits: [{ ...adoption, at: 6, by: "id" }] }),
        round(
          fate === "gone"
            ? { hands: [{ hand: "delete", at: 6 }] }
            : { edits: [{ edit: "action", at: 6, variant: 0 }] },
        ),
      ],
      habits: { ...habits, theirs: 1 },
    },
  ]),
];

test("an adopted trigger is deleted, and somebody else has its name: rejected until the name is free", async () => {
  const sequence: Sequence = {
    declared: [cron],
    rounds: [
      round({ edits: [{ ...adoption, at: 0, by: "id" }], run: "refresh" }),
      round({ hands: [{ hand: "rival", at: 0, equal: false, namespace: "dev" }] }),
      // It deletes the first trigger of the list: the adopted one.
      round({
        how: "saved plan",
        faults: [
          {
            label: "deleted-while-listing",
            fault: { kind: "deleted_while_listing", operation: "list", times: 1 },
          },
        ],
      }),
      round({ edits: [{ edit: "schedule", at: 0, variant: 0 }] }),
    ],
    habits: { ...habits, by: "command", theirs: 5, pageSize: 3 },
  };
  const { decided } = await new Play(sequence, oracle).run();
  expect(decided).toEqual({ theirs: 1, ours: 0, adoptions: 0 });
});

test.each(FOUND)("%s: no longer", async (_, sequence) => {
  const { decided } = await new Play(sequence, oracle).run();
  expect(decided).toEqual({ theirs: 0, ours: 0, adoptions: 0 });
});
