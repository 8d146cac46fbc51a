import { expect, test } from "@jest/globals";
import { eventText, maskedEvent, type ProviderEvent } from "../../../provider/core/report/provider-event";

const trigger = "night\u202ely";
const shown = "night\\u{202e}ly";

test.each<[ProviderEvent, string]>([
  [{ kind: "wait", seconds: 2.1, reason: "rate limit" }, "waiting 3 s: rate limit"],
  [
    {
      kind: "change",
      trigger,
      change: {
        path: ["description"],
        live: "a",
        desired: "b",
        cause: "you edited",
        rule: "patch",
        secret: false,
      },
    },
    `${shown}: description is "a" live, "b" desired (you edited)`,
  ],
  [
    { kind: "report", trigger, report: { kind: "gone", disabled: false } },
    `${shown}: deleted outside Pulumi (not found), created again`,
  ],
  [{ kind: "schedule", trigger, meaning: "fires daily" }, `${shown}: fires daily`],
  [{ kind: "deleted outside", trigger }, `${shown}: deleted outside Pulumi, removed from the state`],
  [
    { kind: "deleted outside", trigger, predecessors: ["trg_1", "trg_2"] },
    `${shown}: deleted outside Pulumi, kept in the state until the next \`up\` has deleted trg_1 and trg_2, which it replaced`,
  ],
  [
    { kind: "held by another", trigger, triggerId: "trg_1" },
    `${shown}: trg_1 is kept: another resource of this program manages it now`,
  ],
  [{ kind: "resumed", trigger, triggerId: "trg_1" }, `${shown}: trg_1 is resumed`],
])("an event is one line that is safe to print: %#", (event, line) => {
  expect(eventText(event)).toBe(line);
});

test("a stored event contains no value of a secret field", () => {
  const change = {
    path: ["description"],
    live: "s3cr3t a",
    desired: "s3cr3t b",
    applied: "s3cr3t c",
    cause: "both changed",
    rule: "patch",
    secret: true,
  } as const;
  const masked = maskedEvent({ kind: "change", trigger, change });
  expect(JSON.stringify(masked)).not.toContain("s3cr3t");
  expect(eventText(masked)).toContain("(both changed)");
});
