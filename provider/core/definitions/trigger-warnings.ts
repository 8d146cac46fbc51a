import { isOpen } from "../expressions/expressions";
import type { Issue } from "../issues/issue";
import { VARIANTS } from "../schema/field-rules";
import { lookUp } from "../schema/key-lookup";
import type { DesiredTrigger } from "../schema/model";
import { scheduleWarnings } from "./portability-warnings";

/**
 * Warnings about a valid trigger that may not do what was intended. Values of variables may not be known yet.
 * `zoneTables`: the release of the IANA tables in this process, such as 2025c.
 */
export const triggerWarnings = (
  trigger: Omit<DesiredTrigger, "namespace">,
  zoneTables: string | undefined,
): Issue[] => [...ruleWarnings(trigger), ...scheduleWarnings(trigger, zoneTables)];

function ruleWarnings(trigger: Omit<DesiredTrigger, "namespace">): Issue[] {
  return VARIANTS.flatMap(({ type, config, table }) =>
    (lookUp(table, trigger[type])?.rules ?? []).flatMap(({ warning, check }): Issue[] => {
      const broken = warning === undefined ? undefined : check(trigger[config]);
      if (warning === undefined || broken === undefined || isOpen(trigger[config][broken.key])) return [];
      const { key, message, hint } = broken;
      return [{ code: warning, severity: "warning", path: [config, ...key.split(".")], message, hint }];
    }),
  );
}
