import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { fingerprint, readPlan, savePlan, staleness } from "../../../provider/cli/run/saved-plan";
import { versioned } from "../../../provider/core/json/output-version";
import type { Remembered, ResourceOptions } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { DesiredTrigger, JsonObject } from "../../../provider/core/schema/model";
import { remember, view } from "../../core/held";
import { desired, live } from "../../core/samples";

const NOW = new Date("2026-11-24T12:00:00Z");
const TARGET = { project: "search", stack: "prod", environment: "environments/prod.yaml" };

interface Situation {
  options?: Partial<ResourceOptions>;
  held?: Partial<Remembered>;
  wanted?: DesiredTrigger[];
  isNew?: boolean;
}

function made({ options, held, wanted = [desired()], isNew = false }: Situation) {
  const namespaces = new Map([["prod", view(isNew ? [] : [live()])]]);
  const all = wanted.map(({ name }) => ({ resource: name, protect: false, retain: false, ...options }));
  const remembered = isNew ? [] : [{ ...remember(desired(), live()), ...held }];
  const plan = planSet(wanted, { namespaces, remembered, options: all, now: NOW });
  return fingerprint(TARGET, { triggers: wanted, options: all, namespaces }, plan);
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-saved-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a saved plan is stale if", () => {
  test.each<[what: string, saved: Situation, now: Situation, lines: string[]]>([
    ["nothing changed (it is not stale)", { options: { protect: true } }, { options: { protect: true } }, []],
    [
      "protect was added",
      {},
      { options: { protect: true } },
      [
        "prod/nightly: planned with protect: false, now protect: true",
        "prod/nightly: planned unchanged, now update",
      ],
    ],
    [
      "retain was removed",
      { options: { retain: true }, held: { retain: true } },
      { held: { retain: true } },
      [
        "prod/nightly: planned with retain: true, now retain: false",
        "prod/nightly: planned unchanged, now update",
      ],
    ],
    [
      "a trigger that it creates is to be protected",
      { isNew: true },
      { isNew: true, options: { protect: true } },
      ["prod/nightly: planned with protect: false, now protect: true"],
    ],
    [
      "another run has recorded it since",
      { options: { protect: true } },
      { options: { protect: true }, held: { protect: true } },
      ["prod/nightly: planned update, now unchanged"],
    ],
    [
      "another record is changed by the same operation",
      { options: { protect: true } },
      { options: { protect: true }, held: { retain: true } },
      ["prod/nightly: planned update, now update with other content"],
    ],
    [
      "a definition was added",
      {},
      { wanted: [desired(), desired({ name: "other" })] },
      ["prod/other: the definition is new", "prod/other: planned unchanged, now create"],
    ],
  ])("%s", (_what, saved, now, lines) => {
    const file = join(folder, "plan.json");
    savePlan(file, versioned({ fingerprint: made(saved) }) as JsonObject);
    expect(staleness(readPlan(file), made(now))).toEqual(lines);
  });
});

test.each(["operations", "target", "options"])(
  "a plan without %s is from an older release, and is rejected",
  (key) => {
    const { [key]: _, ...rest } = made({});
    const file = join(folder, "plan.json");
    writeFileSync(file, JSON.stringify(versioned({ fingerprint: rest as JsonObject })));
    expect(() => readPlan(file)).toThrow(/it is a plan of an older release.*\[PLAN_VERSION\]/);
  },
);
