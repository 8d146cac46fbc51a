import { expect, test } from "@jest/globals";
import type { Drifted } from "../../../provider/core/comparison/drift";
import { type ChangeEvent, changedBy } from "../../../provider/core/comparison/last-change";

const drifted = (more: Partial<Drifted> = {}): Drifted =>
  ({
    plan: { name: "nightly", triggerId: "trg_1" },
    changes: [],
    gone: false,
    ...more,
  }) as unknown as Drifted;
const event = (type: string, actor?: string, triggerId = "trg_1"): ChangeEvent => ({
  triggerId,
  type: `trigger.${type}`,
  at: "2026-11-24T12:00:00.000Z",
  ...(actor === undefined ? {} : { actor }),
});

test.each<[string, ChangeEvent[], Partial<Drifted>, Partial<Drifted>]>([
  [
    "the last change counts",
    [event("updated", "Ada"), event("paused", "Grace")],
    {},
    { by: "Grace", since: "2026-11-24T12:00:00.000Z" },
  ],
  [
    "a run is not a change",
    [event("updated", "Ada"), event("fired", "system"), event("execution.failed", "system")],
    {},
    { by: "Ada", since: "2026-11-24T12:00:00.000Z" },
  ],
  [
    "a deletion is a change",
    [event("deleted", "Ada")],
    { gone: true },
    { by: "Ada", since: "2026-11-24T12:00:00.000Z" },
  ],
  [
    "the trigger's own time counts first",
    [event("updated", "Ada")],
    { since: "2026-11-24T12:00:01.000Z" },
    { by: "Ada", since: "2026-11-24T12:00:01.000Z" },
  ],
  ["another trigger's events do not", [event("updated", "Ada", "trg_2")], {}, {}],
  ["an event without an actor", [event("updated")], {}, { since: "2026-11-24T12:00:00.000Z" }],
  ["no events", [], { since: "2026-11-24T12:00:01.000Z" }, { since: "2026-11-24T12:00:01.000Z" }],
])("%s", (_what, events, given, expected) => {
  const [found] = changedBy([drifted(given)], events);
  expect({ by: found!.by, since: found!.since }).toEqual({ by: undefined, since: undefined, ...expected });
});
