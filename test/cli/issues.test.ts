import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { renderIssues } from "../../provider/cli/issues";
import type { Issue } from "../../provider/core/issue";
import { readSource } from "../../provider/core/source";

const PLAIN = { color: false, width: 80 };
const TERMINAL = { color: true, width: 80 };

const CRON: Issue = {
  code: "CRON_INVALID",
  path: ["schedule_config", "cron_expression"],
  trigger: "nightly",
  message: '"61 * * * *" has minute 61',
  hint: "Minutes go from 0 to 59.",
  at: {
    file: "triggers/search.yaml",
    line: 7,
    column: 24,
    length: 12,
    text: '      cron_expression: "61 * * * *"',
  },
};
const UNUSED: Issue = {
  code: "VARIABLE_UNUSED",
  severity: "warning",
  path: ["variables", "zone"],
  message: "is used nowhere",
  hint: "Take it out.",
  at: { file: "environments/prod.yaml", line: 12, column: 3, length: 4, text: "  zone: UTC" },
};
const NO_FILE: Issue = {
  code: "FILE_NOT_FOUND",
  path: [],
  message: "no file is met by triggers/*.yaml",
  hint: "Put definitions there.",
};

/** The issue of a place in a line, which the mark `‹…›` shows. */
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

/** What a terminal shows: the lines below the first without colours. */
function excerptOf(issue: Issue, width = 80): string[] {
  const text = renderIssues([issue], "text", { color: true, width });
  return stripVTControlCharacters(text).split("\n").slice(1, -1);
}

describe("text", () => {
  test("is a line for each issue where nobody can see colours", () => {
    expect(renderIssues([CRON, UNUSED, NO_FILE], "text", PLAIN)).toBe(
      [
        'triggers/search.yaml:7:24 CRON_INVALID nightly: schedule_config.cron_expression: "61 * * * *" has minute 61. Minutes go from 0 to 59.',
        "environments/prod.yaml:12:3 warning VARIABLE_UNUSED variables.zone: is used nowhere. Take it out.",
        "FILE_NOT_FOUND no file is met by triggers/*.yaml. Put definitions there.",
        "",
      ].join("\n"),
    );
  });

  test("is nothing when nothing is wrong", () => {
    expect(renderIssues([], "text", TERMINAL)).toBe("");
  });

  test("shows the place on a terminal, in colours", () => {
    expect(excerptOf(CRON)).toEqual([
      '  7 |       cron_expression: "61 * * * *"',
      "    |                        ^^^^^^^^^^^^",
    ]);
    const error = renderIssues([CRON], "text", TERMINAL);
    expect(error).toContain("triggers/search.yaml:7:24 \u001b[31mCRON_INVALID\u001b[0m nightly");
    expect(error).toContain("\u001b[31m^^^^^^^^^^^^\u001b[0m");
    expect(renderIssues([UNUSED], "text", TERMINAL)).toContain("\u001b[33mVARIABLE_UNUSED\u001b[0m");
    expect(renderIssues([NO_FILE], "text", TERMINAL).split("\n")).toHaveLength(2);
  });

  test("stands under what the reader of a real file means", () => {
    const { issues } = readSource("a.yaml", "triggers:\n  a: {}\n  a: {}\n");
    expect(excerptOf(issues[0]!)).toEqual(["  3 |   a: {}", "    |   ^"]);
  });

  test.each<[what: string, line: string, width: number, shown: string[]]>([
    ["tabs", "\ta\t‹bc›: 1", 80, ["  3 |     a   bc: 1", "    |         ^^"]],
    ["wide characters", '名前: "‹日本›語"', 80, ['  3 | 名前: "日本語"', "    |        ^^^^"]],
    ["emoji of several code points", "a: 👩‍👩‍👧 ‹b›", 80, ["  3 | a: 👩‍👩‍👧 b", "    |       ^"]],
    ["combining marks", "e\u0301: ‹b›", 80, ["  3 | e\u0301: b", "    |    ^"]],
    ["the end of the line", "a: [1‹›", 80, ["  3 | a: [1", "    |      ^"]],
    ["a line that just fits", `a: ‹${"x".repeat(11)}›`, 20, ["  3 | a: xxxxxxxxxxx", "    |    ^^^^^^^^^^^"]],
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

  test.each([20, 33, 40, 79, 120])("never gets wider than %i columns", (width) => {
    for (let at = 0; at <= 200; at += 5) {
      const issue = marked(`${"a".repeat(at)}‹${"b".repeat(at)}›${"c".repeat(200 - at)}`);
      const [text = "", carets = ""] = excerptOf(issue, width);
      expect(text.length).toBeLessThanOrEqual(Math.max(width, 26));
      expect(carets.length).toBeLessThanOrEqual(text.length + 1);
      const under = text[carets.indexOf("^")];
      expect(under).toBe(at === 0 ? "c" : "b");
    }
  });

  test("takes no longer for a line without end", () => {
    const text = `{"triggers": {${'"a": 1, '.repeat(500_000)}}}`;
    const issue: Issue = { ...CRON, at: { file: "f", line: 1, column: 3_000_001, length: 3, text } };
    const started = performance.now();
    renderIssues(Array(20).fill(issue), "text", TERMINAL);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test.each<[line: string, path: Issue["path"], shown: string[]]>([
    ["  webhook_url: ‹hunter2›", [], ["  3 |   webhook_url:"]],
    ["  ‹SLACK_TOKEN›: hunter2", [], ["  3 |   SLACK_TOKEN:", "    |   ^^^^^^^^^^^"]],
    ['{"api-key" : ‹"hunter2"›}', [], ['  3 | {"api-key" :']],
    [
      "- { kind: ‹slak›, password: hunter2 }",
      [],
      ["  3 | - { kind: slak, password:", "    |           ^^^^"],
    ],
    ["see: ‹https://hooks.example/hunter2›", [], ["  3 | see: https://", "    |      ^^^^^^^^"]],
    ["a: ‹sk_hunter2›", [], ["  3 | a: "]],
    ["    ‹hunter2›", ["config", "url"], []],
    ["    - ‹hunter2›", ["tokens", 0], []],
    [
      "  channels: [‹hunter2›]",
      ["action_config", "notification_config", "channels", 0],
      ["  3 |   channels:"],
    ],
    ["  tokenize: ‹maybe›", [], ["  3 |   tokenize:"]],
  ])("keeps secrets to itself in %s below %j", (line, path, shown) => {
    const issue = marked(line, { path });
    expect(excerptOf(issue)).toEqual(shown);
    expect(renderIssues([issue], "text", TERMINAL)).not.toContain("hunter2");
  });

  test("prints at most 200, errors before warnings", () => {
    const many = [...Array<Issue>(150).fill(UNUSED), ...Array.from({ length: 199 }, () => ({ ...CRON }))];
    const lines = renderIssues(
      many.map((issue) => ({ ...issue })),
      "text",
      PLAIN,
    ).split("\n");
    expect(lines).toHaveLength(202);
    expect(lines.slice(200)).toEqual(["… and 149 more", ""]);
    expect(lines.filter((line) => line.includes("CRON_INVALID"))).toHaveLength(199);
    expect(lines[0]).toContain("VARIABLE_UNUSED");
    expect(renderIssues(many.slice(0, 200), "text", PLAIN)).not.toContain("more");
  });
});

describe("json", () => {
  test("is one object", () => {
    expect(JSON.parse(renderIssues([CRON, UNUSED, NO_FILE], "json", PLAIN))).toEqual({
      ok: false,
      errors: 2,
      warnings: 1,
      issues: [
        {
          code: "CRON_INVALID",
          severity: "error",
          file: "triggers/search.yaml",
          line: 7,
          column: 24,
          trigger: "nightly",
          path: "schedule_config.cron_expression",
          message: '"61 * * * *" has minute 61',
          hint: "Minutes go from 0 to 59.",
        },
        {
          code: "VARIABLE_UNUSED",
          severity: "warning",
          file: "environments/prod.yaml",
          line: 12,
          column: 3,
          trigger: null,
          path: "variables.zone",
          message: "is used nowhere",
          hint: "Take it out.",
        },
        {
          code: "FILE_NOT_FOUND",
          severity: "error",
          file: null,
          line: null,
          column: null,
          trigger: null,
          path: "",
          message: "no file is met by triggers/*.yaml",
          hint: "Put definitions there.",
        },
      ],
    });
  });

  test.each([
    [[], { ok: true, errors: 0, warnings: 0 }],
    [[UNUSED], { ok: true, errors: 0, warnings: 1 }],
  ])("is ok without errors: %#", (issues, summary) => {
    expect(JSON.parse(renderIssues(issues, "json", PLAIN))).toMatchObject(summary);
  });
});

describe("github", () => {
  test("is an annotation for each issue", () => {
    expect(renderIssues([CRON, UNUSED, NO_FILE], "github", PLAIN)).toBe(
      [
        '::error file=triggers/search.yaml,line=7,col=24,endColumn=36,title=CRON_INVALID::nightly: schedule_config.cron_expression: "61 * * * *" has minute 61. Minutes go from 0 to 59.',
        "::warning file=environments/prod.yaml,line=12,col=3,endColumn=7,title=VARIABLE_UNUSED::variables.zone: is used nowhere. Take it out.",
        "::error title=FILE_NOT_FOUND::no file is met by triggers/*.yaml. Put definitions there.",
        "",
      ].join("\n"),
    );
    expect(renderIssues([], "github", PLAIN)).toBe("");
  });

  test("escapes what ends a property, a command or a line", () => {
    const issue: Issue = {
      ...CRON,
      trigger: "50%, a:b",
      message: "one\r\n::error::two",
      at: { ...CRON.at!, file: "triggers/50%,a:b.yaml" },
    };
    expect(renderIssues([issue], "github", PLAIN)).toBe(
      "::error file=triggers/50%25%2Ca%3Ab.yaml,line=7,col=24,endColumn=36,title=CRON_INVALID::50%25, a:b: schedule_config.cron_expression: one%0D%0A::error::two. Minutes go from 0 to 59.\n",
    );
  });
});

describe("gitlab", () => {
  interface Finding {
    description: string;
    check_name: string;
    fingerprint: string;
    severity: string;
    location: unknown;
  }
  const report = (issues: readonly Issue[]): Finding[] => JSON.parse(renderIssues(issues, "gitlab", PLAIN));

  test("is a Code Quality report", () => {
    const fingerprint = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(report([CRON, UNUSED, NO_FILE])).toEqual([
      {
        description:
          'nightly: schedule_config.cron_expression: "61 * * * *" has minute 61. Minutes go from 0 to 59.',
        check_name: "CRON_INVALID",
        fingerprint,
        severity: "major",
        location: { path: "triggers/search.yaml", lines: { begin: 7 } },
      },
      {
        description: "variables.zone: is used nowhere. Take it out.",
        check_name: "VARIABLE_UNUSED",
        fingerprint,
        severity: "minor",
        location: { path: "environments/prod.yaml", lines: { begin: 12 } },
      },
      {
        description: "no file is met by triggers/*.yaml. Put definitions there.",
        check_name: "FILE_NOT_FOUND",
        fingerprint,
        severity: "major",
        location: { path: ".", lines: { begin: 1 } },
      },
    ]);
    expect(report([])).toEqual([]);
  });

  const first = "is declared twice, first at triggers/a.yaml:3";
  test.each<[what: string, change: Partial<Issue>, same: boolean]>([
    ["the line", { at: { ...CRON.at!, line: 99, text: "" } }, true],
    ["a line that the message names", { message: first.replace(":3", ":44") }, true],
    ["the code", { code: "CRON_FIELDS" }, false],
    ["the file", { at: { ...CRON.at!, file: "triggers/b.yaml" } }, false],
    ["the trigger", { trigger: "hourly" }, false],
    ["the path", { path: ["schedule_config"] }, false],
    ["the message", { message: "is wrong" }, false],
  ])("fingerprints what lasts: after a change of %s", (_what, change, same) => {
    const before = { ...CRON, message: first };
    const [a] = report([before]);
    const [b] = report([{ ...before, ...change }]);
    expect(a!.fingerprint === b!.fingerprint).toBe(same);
  });

  test("tells equal issues apart, or GitLab would show one", () => {
    const [a, b] = report([CRON, CRON]);
    expect(a!.fingerprint).not.toBe(b!.fingerprint);
  });
});

describe("control characters of the user's text", () => {
  const OWN_COLORS = ["\u001b[0m", "\u001b[2m", "\u001b[31m"];
  const nasty = "\u001b[32m\u0007\u009b2J\u202e\u2028\u200b\ud800\r\n";
  const issue: Issue = {
    ...CRON,
    trigger: `t${nasty}`,
    message: `m${nasty}`,
    hint: `h${nasty}`,
    path: [`p${nasty}`],
    at: { file: `f${nasty}`, line: 1, column: 3, length: 1, text: `a\u001b[2Jb${nasty}` },
  };

  test.each(["text", "json", "github", "gitlab"] as const)("do not reach the terminal as %s", (format) => {
    for (const screen of [PLAIN, TERMINAL]) {
      const text = renderIssues([issue], format, screen);
      const theirs = OWN_COLORS.reduce((rest, color) => rest.replaceAll(color, ""), text);
      expect(theirs).not.toMatch(/(?!\n)[\p{Cc}\p{Zl}\p{Zp}]|[\u200b\u202e]/u);
    }
  });

  test("are shown, and columns stay", () => {
    expect(excerptOf(marked("a\u001b[31m: ‹b›"))).toEqual(["  3 | a␛[31m: b", "    |         ^"]);
    expect(renderIssues([{ ...NO_FILE, message: "a\u0000\n\u007f\u0085\u202eb" }], "text", PLAIN)).toBe(
      "FILE_NOT_FOUND a␀␊␡��b. Put definitions there.\n",
    );
  });

  test("keep their value in JSON", () => {
    expect(JSON.parse(renderIssues([issue], "json", PLAIN)).issues[0].message).toBe(`m${nasty}`);
  });
});
