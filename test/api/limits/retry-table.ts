import {
  isAmbiguous,
  isRepeatable,
  RETRY_RULES,
  type RetryRule,
} from "../../../provider/api/limits/retry-rules";

/** The client's calls, by what repeating one would do. */
export const CALL_KINDS = {
  list: { idempotent: true },
  read: { idempotent: true },
  lookup: { idempotent: true },
  create: { idempotent: false },
  patch: { idempotent: true },
  "pause, resume": { idempotent: true },
  delete: { idempotent: true },
  execute: { idempotent: false },
} as const;

export type CallKind = keyof typeof CALL_KINDS;

/** The table of docs/reliability.md, as Markdown. */
export function retryTable(): string[] {
  const kinds = Object.keys(CALL_KINDS) as CallKind[];
  const rows = Object.values<RetryRule>(RETRY_RULES).map((rule) => [
    rule.failure,
    ...kinds.map((kind) => cell(rule, kind)),
    rule.why,
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const head = ["response", ...kinds, "why this is safe"];
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function cell(rule: RetryRule, kind: CallKind): string {
  const call = CALL_KINDS[kind];
  const looks = kind === "create" && isAmbiguous(rule, call);
  if (!looks) return isRepeatable(rule, call) ? rule.waits : "no";
  if (rule === RETRY_RULES.failedForGood) return "look up only";
  return rule.waits === "outage" ? "look up, outage" : "look up, once";
}
