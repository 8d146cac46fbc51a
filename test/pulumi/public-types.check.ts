// Compiled by `tsc -p tsconfig.check.json`, never run: each line below an expect-error must not compile.
import type { Output } from "@pulumi/pulumi";
import * as mixpeek from "../../provider";

declare const trigger: mixpeek.Trigger;
declare const error: mixpeek.LookupError | mixpeek.ApiError | mixpeek.ConfigError;

export const status: Output<"active" | "paused" | "failed"> = trigger.status;
export const code: mixpeek.LookupCode | mixpeek.ApiCode | mixpeek.ConfigCode = error.code;

export const sound: Output<mixpeek.TriggerInfo>[] = [
  mixpeek.getTriggerOutput({ triggerId: trigger.triggerId }),
  mixpeek.getTriggerOutput({ name: "nightly", namespace: trigger.namespaceId }),
];

export async function paused(): Promise<boolean> {
  const { status: live } = await mixpeek.getTrigger({ name: "nightly" });
  // @ts-expect-error a deleted trigger is not found
  if (live === "disabled") return false;
  return live === "paused";
}

// @ts-expect-error neither id nor name
void mixpeek.getTrigger({ namespace: "dev" });
// @ts-expect-error both
void mixpeek.getTrigger({ triggerId: "trg_1", name: "nightly" });
// @ts-expect-error an Input where a value is needed
void mixpeek.getTrigger({ triggerId: trigger.triggerId });
// @ts-expect-error both
mixpeek.getTriggerOutput({ triggerId: trigger.triggerId, name: "nightly" });
// @ts-expect-error no status of a trigger
void mixpeek.getTriggers({ status: "disabled" });
