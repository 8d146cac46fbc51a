import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changeLine } from "../../provider/core/explain";
import type { LiveTrigger } from "../../provider/core/model";
import { markdownText, unmanagedText } from "../../provider/core/plan-report";
import { jsonText, visible } from "../../provider/core/printed";

/** What a terminal may obey, or what turns the text beside it round. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const EVIL = 'red\u001b[31m "up"\u009b2J\u202e\r\nnext | row';

describe("what others wrote is printed as it is read", () => {
  test("JSON keeps every value, and holds nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const given = { value, text };
        const printed = jsonText(given);
        expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(given)));
        expect(printed).not.toMatch(UNSAFE);
      }),
    );
  });

  test("a line stays one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visible(text)).not.toMatch(UNSAFE);
        expect(visible(text)).not.toContain("\n");
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });

  const live = {
    trigger_id: "trg_1",
    name: EVIL,
    action_type: "cluster",
    action_config: { cluster_id: EVIL },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *" },
    status: "active",
  } as unknown as LiveTrigger;
  const change = { path: ["description"], live: EVIL, desired: "x", rule: "patch", cause: "drift" } as const;

  test.each([
    ["a live trigger that nobody declares", unmanagedText(live)],
    ["a drifted value", changeLine("nightly", change as unknown as Parameters<typeof changeLine>[1])],
    ["a cell of a table", markdownText(EVIL)],
  ])("%s", (_, printed) => {
    expect(printed).not.toMatch(UNSAFE);
    expect(printed).not.toContain("\n");
    expect(printed).toContain("next");
  });
});
