import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { jsonText, visible, withoutInvisible } from "../../../provider/core/json/safe-text";
import { changeLine, reportLine, triggerText } from "../../../provider/core/plan/explain";
import { planSet } from "../../../provider/core/plan/set-plan";
import { markdownText } from "../../../provider/core/report/markdown-text";
import { detailsOf, unmanagedText } from "../../../provider/core/report/plan-report";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { expectEqual } from "../equal";

/** What a terminal may interpret, or what reverses the text next to it. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060\ufeff\u00ad\u3164]/u;
const EVIL = 'red\u001b[31m "up"\u009b2J\u202e\u200b\r\nnext | row';

describe("text from outside is safe to print", () => {
  test("JSON keeps every value, and contains nothing that a terminal interprets", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const given = { value, text };
        const printed = jsonText(given);
        expectEqual(JSON.parse(printed), JSON.parse(JSON.stringify(given)));
        expect(printed).not.toMatch(UNSAFE);
      }),
    );
  });

  test("a line stays one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visible(text)).not.toMatch(UNSAFE);
        expect(visible(text)).not.toContain("\n");
        expectEqual(visible(visible(text)), visible(text));
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

  const named = { ...live, namespace: "prod", name: EVIL } as unknown as DesiredTrigger;
  const inConflict = planSet([{ ...named, adopt: EVIL }], {
    namespaces: new Map([["prod", { names: true, all: () => [], byId: () => undefined, byName: () => [] }]]),
    remembered: [],
    now: new Date(0),
  });

  test.each([
    ["a trigger's name before its differences", changeLine(EVIL, { ...change, live: "a" } as never)],
    ["a key that only the live trigger has", changeLine("nightly", { ...change, path: [EVIL] } as never)],
    ["a report", reportLine(EVIL, { kind: "left paused" })],
    ["a summary of a trigger", triggerText({ ...named, trigger_type: EVIL })],
    ["a conflict", detailsOf(inConflict.triggers[0]!).join("\n")],
    ["an undeclared live trigger", unmanagedText(live)],
    ["a drifted value", changeLine("nightly", change as unknown as Parameters<typeof changeLine>[1])],
    ["a cell of a table", markdownText(EVIL)],
  ])("%s", (_, printed) => {
    expect(printed).not.toMatch(UNSAFE);
    expect(printed).not.toContain("\n");
    expect(printed).toContain("next");
  });

  test.each([
    ["a\u202eb", "a\\u{202e}b"],
    ["a\u200bb\u2060c\ufeffd\u00ade", "a\\u{200b}b\\u{2060}c\\u{feff}d\\u{ad}e"],
    ["blank letters \u3164\u115f\u2800", "blank letters \\u{3164}\\u{115f}\\u{2800}"],
    ["nightly\u200d", "nightly\\u{200d}"],
    ["nightly\u200c2\ufe0f", "nightly\\u{200c}2\ufe0f"],
    ["a\ufe0f\u{e0100}", "a\\u{fe0f}\\u{e0100}"],
    ["\ud800", "\\u{d800}"],
    // Kept if they are needed.
    ["👩‍💻 ❤️ 👩🏽‍🚀 می‌خواهم क्‍ष 1️⃣", "👩‍💻 ❤️ 👩🏽‍🚀 می‌خواهم क्‍ष 1️⃣"],
  ])("invisible characters are escaped: %j", (text, printed) => {
    expect(visible(text)).toBe(printed);
    if (text !== "\ud800") expect(withoutInvisible(text)).toBe(printed);
  });

  test("the command's own line breaks and colours stay", () => {
    const own = "\u001b[31m! a\u001b[0m\r\u001b[2K\n\tb\n";
    expect(withoutInvisible(own)).toBe(own);
  });
});
