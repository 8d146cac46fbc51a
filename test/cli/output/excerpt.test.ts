import { stripVTControlCharacters } from "node:util";
import { expect, test } from "@jest/globals";
import { renderIssues } from "../../../provider/cli/output/issues";
import type { Issue } from "../../../provider/core/issues/issue";
import { readSource } from "../../../provider/core/yaml/yaml-source";

/** An issue whose place in a line is marked `‹…›`. */
function marked(line: string, more: Partial<Issue> = {}): Issue {
  const start = line.indexOf("‹");
  const length = line.indexOf("›") - start - 1;
  const text = line.replace("‹", "").replace("›", "");
  return {
    code: "TYPE_WRONG",
    path: [],
    message: "m",
    hint: "h",
    ...more,
    at: { file: "f", line: 3, column: start + 1, length, text },
  };
}

/** What a terminal shows: the lines below the first, without colours. */
function excerptOf(issue: Issue, width = 80): string[] {
  const text = renderIssues([issue], "text", { color: true, width });
  return stripVTControlCharacters(text).split("\n").slice(1, -1);
}

test("marks what the place in a real file refers to", () => {
  const { issues } = readSource("a.yaml", "triggers:\n  a: {}\n  a: {}\n");
  expect(excerptOf(issues[0]!)).toEqual(["  3 |   a: {}", "    |   ^"]);
});

test.each<[what: string, line: string, width: number, shown: string[]]>([
  ["tabs", "\ta\t‹bc›: 1", 80, ["  3 |     a   bc: 1", "    |         ^^"]],
  ["wide characters", '名前: "‹日本›語"', 80, ['  3 | 名前: "日本語"', "    |        ^^^^"]],
  ["emoji of several code points", "a: 👩‍👩‍👧 ‹b›", 80, ["  3 | a: 👩‍👩‍👧 b", "    |       ^"]],
  ["control characters", "a\u001b[31m: ‹b›", 80, ["  3 | a␛[31m: b", "    |         ^"]],
  ["combining marks", "e\u0301: ‹b›", 80, ["  3 | e\u0301: b", "    |    ^"]],
  ["the end of the line", "a: [1‹›", 80, ["  3 | a: [1", "    |      ^"]],
  [
    "a line that fits exactly",
    `a: ‹${"x".repeat(11)}›`,
    20,
    ["  3 | a: xxxxxxxxxxx", "    |    ^^^^^^^^^^^"],
  ],
  [
    "a long value from its start",
    `a: ‹${"0123456789".repeat(9)}›`,
    40,
    ["  3 | a: 012345678901234567890123456789…", "    |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"],
  ],
  [
    "a place in the middle of a long line",
    `${"0123456789".repeat(9)}‹HERE›${"0123456789".repeat(9)}`,
    40,
    ["  3 | …90123456789HERE01234567890123456…", "    |             ^^^^"],
  ],
  [
    "the end of a long line",
    `${"0123456789".repeat(9)}‹HERE›`,
    40,
    ["  3 | …12345678901234567890123456789HERE", "    |                               ^^^^"],
  ],
  [
    "the end of a wide line",
    `${"日本".repeat(40)}‹HERE›`,
    40,
    ["  3 | …日本日本日本日本日本日本日本HERE", "    |                              ^^^^"],
  ],
])("cuts and aligns %s", (_what, line, width, shown) => {
  expect(excerptOf(marked(line), width)).toEqual(shown);
});

test.each([20, 33, 40, 79, 120])("is never wider than %i columns", (width) => {
  for (let at = 0; at <= 200; at += 5) {
    const issue = marked(`${"a".repeat(at)}‹${"b".repeat(at)}›${"c".repeat(200 - at)}`);
    const [text = "", carets = ""] = excerptOf(issue, width);
    expect(text.length).toBeLessThanOrEqual(Math.max(width, 26));
    expect(carets.length).toBeLessThanOrEqual(text.length + 1);
    const under = text[carets.indexOf("^")];
    expect(under).toBe(at === 0 ? "c" : "b");
  }
});

test("takes no longer for a very long line", () => {
  const text = `{"triggers": {${'"a": 1, '.repeat(500_000)}}}`;
  const issue: Issue = { ...marked("‹a›"), at: { file: "f", line: 1, column: 3_000_001, length: 3, text } };
  const started = process.cpuUsage();
  renderIssues(Array(20).fill(issue), "text", { color: true, width: 80 });
  expect(process.cpuUsage(started).user).toBeLessThan(10_000_000);
});

test.each<[line: string, path: Issue["path"], shown: string[]]>([
  ["  webhook_url: ‹hunter2›", [], ["  3 |   webhook_url:"]],
  ["  ‹SLACK_TOKEN›: hunter2", [], ["  3 |   SLACK_TOKEN:", "    |   ^^^^^^^^^^^"]],
  ['{"api-key" : ‹"hunter2"›}', [], ['  3 | {"api-key" :']],
  ["- { kind: ‹slak›, password: hunter2 }", [], ["  3 | - { kind: slak, password:", "    |           ^^^^"]],
  ["see: ‹https://hooks.example/hunter2›", [], ["  3 | see: https://", "    |      ^^^^^^^^"]],
  ["a: ‹sk_hunter2›", [], ["  3 | a: "]],
  ["    ‹hunter2›", ["config", "url"], []],
  ["    - ‹hunter2›", ["tokens", 0], []],
  ["  channels: [‹hunter2›]", ["action_config", "notification_config", "channels", 0], ["  3 |   channels:"]],
  ["  tokenize: ‹maybe›", [], ["  3 |   tokenize:"]],
])("hides secrets in %s below %j", (line, path, shown) => {
  const issue = marked(line, { path });
  expect(excerptOf(issue)).toEqual(shown);
  expect(renderIssues([issue], "text", { color: true, width: 80 })).not.toContain("hunter2");
});
