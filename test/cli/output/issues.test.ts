import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { renderIssues } from "../../../provider/cli/output/issues";
import type { Issue } from "../../../provider/core/issues/issue";

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
  message: "is not used",
  hint: "Remove it.",
  at: { file: "environments/prod.yaml", line: 12, column: 3, length: 4, text: "  zone: UTC" },
};
const NO_FILE: Issue = {
  code: "FILE_NOT_FOUND",
  path: [],
  message: "no files match triggers/*.yaml",
  hint: "Put definitions there.",
};

describe("text", () => {
  test("is one line per issue without colours", () => {
    expect(renderIssues([CRON, UNUSED, NO_FILE], "text", PLAIN)).toBe(
      [
        'triggers/search.yaml:7:24 CRON_INVALID nightly: schedule_config.cron_expression: "61 * * * *" has minute 61. Minutes go from 0 to 59.',
        "environments/prod.yaml:12:3 warning VARIABLE_UNUSED variables.zone: is not used. Remove it.",
        "FILE_NOT_FOUND no files match triggers/*.yaml. Put definitions there.",
        "",
      ].join("\n"),
    );
  });

  test("is empty if there are no issues", () => {
    expect(renderIssues([], "text", TERMINAL)).toBe("");
  });

  test("shows the place on a terminal, in colours", () => {
    expect(
      stripVTControlCharacters(renderIssues([CRON], "text", TERMINAL))
        .split("\n")
        .slice(1),
    ).toEqual(['  7 |       cron_expression: "61 * * * *"', "    |                        ^^^^^^^^^^^^", ""]);
    const error = renderIssues([CRON], "text", TERMINAL);
    expect(error).toContain("triggers/search.yaml:7:24 \u001b[31mCRON_INVALID\u001b[0m nightly");
    expect(error).toContain("\u001b[31m^^^^^^^^^^^^\u001b[0m");
    expect(renderIssues([UNUSED], "text", TERMINAL)).toContain("\u001b[33mVARIABLE_UNUSED\u001b[0m");
    expect(renderIssues([NO_FILE], "text", TERMINAL).split("\n")).toHaveLength(2);
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
    const text = renderIssues([CRON, UNUSED, NO_FILE], "json", PLAIN);
    expect(text).toMatch(/^\{\n {2}"version": 1,\n/);
    expect(JSON.parse(text)).toEqual({
      version: 1,
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
          message: "is not used",
          hint: "Remove it.",
        },
        {
          code: "FILE_NOT_FOUND",
          severity: "error",
          file: null,
          line: null,
          column: null,
          trigger: null,
          path: "",
          message: "no files match triggers/*.yaml",
          hint: "Put definitions there.",
        },
      ],
    });
  });

  test.each([
    [[], { ok: true, errors: 0, warnings: 0 }],
    [[UNUSED], { ok: true, errors: 0, warnings: 1 }],
  ])("is ok if there are no errors: %#", (issues, summary) => {
    expect(JSON.parse(renderIssues(issues, "json", PLAIN))).toMatchObject(summary);
  });
});

describe("github", () => {
  test("is one annotation per issue", () => {
    expect(renderIssues([CRON, UNUSED, NO_FILE], "github", PLAIN)).toBe(
      [
        '::error file=triggers/search.yaml,line=7,col=24,endColumn=36,title=CRON_INVALID::nightly: schedule_config.cron_expression: "61 * * * *" has minute 61. Minutes go from 0 to 59.',
        "::warning file=environments/prod.yaml,line=12,col=3,endColumn=7,title=VARIABLE_UNUSED::variables.zone: is not used. Remove it.",
        "::error title=FILE_NOT_FOUND::no files match triggers/*.yaml. Put definitions there.",
        "",
      ].join("\n"),
    );
    expect(renderIssues([], "github", PLAIN)).toBe("");
  });

  test("escapes what would end a property, a command or a line", () => {
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
        description: "variables.zone: is not used. Remove it.",
        check_name: "VARIABLE_UNUSED",
        fingerprint,
        severity: "minor",
        location: { path: "environments/prod.yaml", lines: { begin: 12 } },
      },
      {
        description: "no files match triggers/*.yaml. Put definitions there.",
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
  ])("has stable fingerprints: after a change of %s", (_what, change, same) => {
    const before = { ...CRON, message: first };
    const [a] = report([before]);
    const [b] = report([{ ...before, ...change }]);
    expect(a!.fingerprint === b!.fingerprint).toBe(same);
  });

  test("distinguishes equal issues, as GitLab would show only one", () => {
    const [a, b] = report([CRON, CRON]);
    expect(a!.fingerprint).not.toBe(b!.fingerprint);
  });
});

describe("control characters in the user's text", () => {
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

  test("are shown", () => {
    expect(renderIssues([{ ...NO_FILE, message: "a\u0000\n\u007f\u0085\u202eb" }], "text", PLAIN)).toBe(
      "FILE_NOT_FOUND a␀␊␡\\u{85}\\u{202e}b. Put definitions there.\n",
    );
  });

  test("keep their value in JSON", () => {
    expect(JSON.parse(renderIssues([issue], "json", PLAIN)).issues[0].message).toBe(`m${nasty}`);
  });
});
