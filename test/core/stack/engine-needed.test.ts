import { describe, expect, test } from "@jest/globals";
import type { Remembered, ResourceOptions } from "../../../provider/core/plan/plan-model";
import { planSet } from "../../../provider/core/plan/set-plan";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { type Recorded, workOf } from "../../../provider/core/stack/engine-needed";
import { remember, view } from "../held";
import { desired, live } from "../samples";

const OWNER = { repository: "github.com/acme/search", environment: "environments/dev.yaml" };
const NOW = new Date("2026-11-24T12:00:00Z");

const OTHER = { trigger: desired({ name: "other" }), twin: live({ name: "other", trigger_id: "trg_2" }) };

interface Case {
  wanted?: Partial<DesiredTrigger>;
  remembered?: Partial<Remembered>;
  options?: Partial<ResourceOptions>;
  recorded?: Partial<Recorded>;
  twin?: Partial<LiveTrigger>;
}

/** Two triggers. The case describes the first one. */
function work({ wanted, remembered, options, recorded, twin }: Case) {
  const there = [live(twin), OTHER.twin];
  const triggers = [
    { ...remember(desired(), live()), ...remembered },
    remember(OTHER.trigger, OTHER.twin),
  ].filter(({ triggerId }) => triggerId !== "");
  const all = [desired(wanted), OTHER.trigger];
  const declared = all.map(({ name }, index) => ({
    resource: name,
    protect: false,
    retain: false,
    ...(index === 0 ? options : {}),
  }));
  const namespaces = new Map([["prod", view(there)]]);
  const plan = planSet(all, { namespaces, now: NOW, remembered: triggers, options: declared });
  const found = workOf(plan, { triggers, owner: OWNER, ...recorded }, { owner: OWNER, options: declared });
  return found === "all" ? found : { ...found, triggers: found.triggers.map(({ resource }) => resource) };
}

const NAME = desired().name;

describe("what the engine has to run over", () => {
  test.each<[what: string, Case, triggers: string[]]>([
    ["nothing, if live and state are as declared", {}, []],
    ["nothing, if a live pause is only reported", { twin: { status: "paused" } }, []],
    ["an edit", { wanted: { description: "new" } }, [NAME]],
    ["a change outside", { twin: { description: "by hand" } }, [NAME]],
    ["a status line that changes nothing live", { wanted: { status: "active" } }, [NAME]],
    ["protect", { options: { protect: true } }, [NAME]],
    ["protect that is removed", { remembered: { protect: true } }, [NAME]],
    ["retain", { options: { retain: true } }, [NAME]],
    ["retain that is removed", { remembered: { retain: true } }, [NAME]],
    [
      "inputs that a refresh recorded from the live trigger",
      { remembered: { inputs: { name: NAME } } },
      [NAME],
    ],
    ["a partial write", { remembered: { partial: true } }, [NAME]],
    ["a value that is now secret", { wanted: { secret_paths: ["description"] } }, [NAME]],
    [
      "the same schedule in another notation",
      { wanted: { schedule_config: { cron_expression: "00 2 * * *" } } },
      [NAME],
    ],
    ["a trigger that is no longer in the definitions", { remembered: { resource: "gone" } }, [NAME, "gone"]],
  ])("%s", (_what, given, triggers) => {
    expect(work(given)).toEqual({ triggers, owner: false });
  });

  test("a trigger whose recorded inputs are unknown", () => {
    const { inputs: _, ...rest } = remember(desired(), live());
    expect(work({ recorded: { triggers: [rest, remember(OTHER.trigger, OTHER.twin)] } })).toEqual({
      triggers: [NAME],
      owner: false,
    });
  });

  test.each<[what: string, Partial<Recorded>]>([
    ["another owner", { owner: { ...OWNER, namespace: "prod" } }],
    ["a different recorded owner", { owner: { ...OWNER, repository: "github.com/acme/ads" } }],
  ])("the owner: %s", (_what, recorded) => {
    expect(work({ recorded })).toEqual({ triggers: [], owner: true });
  });

  test.each<[what: string, Case]>([
    [
      "a delete that failed in an earlier run",
      { recorded: { triggers: [{ ...remember(desired(), live()), replaced: true }] } },
    ],
    ["another key", { options: { replaces: "before" }, remembered: { resource: "before" } }],
    ["pending operations", { recorded: { pending: true } }],
  ])("the whole stack: %s", (_what, given) => {
    expect(work(given)).toBe("all");
  });
});
