import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { setWarnings } from "../../../provider/core/definitions/set-warnings";
import { issueLine } from "../../../provider/core/issues/issue";
import { type Files, nightly, setOf } from "../files";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const warned = (files: Files, otherwise?: string): string[] =>
  setWarnings(setOf(files), { now: NOW, otherwise }).map(issueLine);

const PARIS = 'schedule_config: { cron_expression: "30 2 * * *", timezone: Europe/Paris }';
const crowd = (count: number, line = "", minute = (_: number): number => 0): string =>
  [
    "triggers:",
    ...Array.from({ length: count }, (_, n) => [
      `  job-${n + 1}:`,
      "    action_type: cluster",
      `    action_config: { cluster_id: clust_${n} }`,
      "    trigger_type: cron",
      `    schedule_config: { cron_expression: "${minute(n)} ${4 + (n % 1)} * * *", timezone: Europe/Paris }`,
      ...(line === "" ? [] : [`    ${line}`]),
    ]).flat(),
    "",
  ].join("\n");

describe("a warning is placed at the schedule that it is about", () => {
  test("CLOCK_CHANGE is at the cron expression, with its days", () => {
    expect(warned({ definitions: nightly(PARIS) })).toEqual([
      'a.yaml:6:41 warning CLOCK_CHANGE nightly: schedule_config.cron_expression: "30 2 * * *" is affected by clock changes in Europe/Paris: 2027-03-28 02:30 does not exist (the run is lost or up to 1 h late); 2027-10-31 02:30 occurs twice (it may run twice). Choose a time outside 02:00-03:00, or timezone: UTC.',
    ]);
  });

  test("CROWDED_MINUTE is at the first of the triggers, with the environment's limit", () => {
    const definitions = crowd(11);
    expect(warned({ definitions, environment: "namespace: prod\n" })).toEqual([
      'a.yaml:6:41 warning CROWDED_MINUTE job-1: schedule_config.cron_expression: 11 triggers in namespace "prod" start in the same minute, 2026-11-29 04:00 (Europe/Paris): job-1, job-2, job-3 and 8 more; too many also start in 30 other minutes within 31 days. Add spread: 30m to them, to distribute their starts over 30 minutes, or increase max_starts_per_minute (now 10) in the environment file.',
    ]);
    expect(warned({ definitions, environment: "namespace: prod\nmax_starts_per_minute: 11\n" })).toEqual([]);
    expect(
      warned({ definitions: crowd(4), environment: "namespace: prod\nmax_starts_per_minute: 3\n" }),
    ).toHaveLength(1);
  });

  test("a spread that is long enough removes it", () => {
    const environment = "namespace: prod\n";
    expect(warned({ definitions: crowd(11, "spread: 30m"), environment })).toEqual([]);
    expect(warned({ definitions: crowd(11, "spread: 30m") }, "dev")).toEqual([]);
    // By how much they move is unknown.
    expect(warned({ definitions: crowd(11, "spread: 30m") })).toEqual([]);
  });

  test("a paused trigger does not run", () => {
    expect(warned({ definitions: nightly(PARIS, "status: paused") })).toEqual([]);
    expect(warned({ definitions: crowd(11), environment: "namespace: dev\nstatus: paused\n" })).toEqual([]);
  });

  test("a secret schedule is not shown", () => {
    const secret = 'schedule_config: { cron_expression: "${env:MIXPEEK_VAR_CRON}", timezone: Europe/Paris }';
    const env = { MIXPEEK_VAR_CRON: "30 2 * * *" };
    expect(warned({ definitions: nightly(secret), environment: "namespace: prod\n", env })).toEqual([]);
  });
});

describe("the environment's max_starts_per_minute", () => {
  test.each([
    ["0", "OUT_OF_BOUNDS"],
    ["1.5", "TYPE_WRONG"],
    ["many", "TYPE_WRONG"],
  ])("%s is %s", (value, code) => {
    const { issues } = setOf({ definitions: nightly(), environment: `max_starts_per_minute: ${value}\n` });
    expect(issues.map((issue) => issue.code)).toEqual([code]);
  });
});

describe("a well-written set has no warnings", () => {
  const ROOT = resolve(__dirname, "../../..");
  const text = (path: string): string => readFileSync(join(ROOT, path), "utf8");
  const sets = ["templates", "examples/gitops", "examples/promotion", "examples/typescript-yaml"].flatMap(
    (folder) => readdirSync(join(ROOT, folder, "environments")).map((file) => [folder, file] as const),
  );

  test.each(sets)("%s in %s", (folder, environment) => {
    const files = readdirSync(join(ROOT, folder, "triggers"));
    const definitions = Object.fromEntries(files.map((file) => [file, text(`${folder}/triggers/${file}`)]));
    const set = { definitions, environment: text(`${folder}/environments/${environment}`) };
    expect(setOf(set).issues).toEqual([]);
    expect(warned(set)).toEqual([]);
  });

  test("40 triggers of a team, some at the same time", () => {
    const schedule = (n: number): string =>
      [
        `cron_expression: "${(n * 7) % 60} 4 * * *", timezone: Europe/Paris`,
        `cron_expression: "0 ${5 + (n % 10)} * * MON-FRI", timezone: America/New_York`,
        `cron_expression: "${n % 15}-59/15 * * * *", timezone: Europe/Paris`,
        `cron_expression: "${n % 8 === 3 ? 0 : 30} 6 1 * *", timezone: Europe/London`,
      ][n % 4]!;
    const definitions = Array.from({ length: 40 }, (_, n) =>
      nightly(`schedule_config: { ${schedule(n)} }`, `action_config: { cluster_id: clust_${n % 12} }`)
        .replace("triggers:\n", "")
        .replace("nightly", `job-${n}`),
    );
    const set = { definitions: `triggers:\n${definitions.join("")}`, environment: "namespace: prod\n" };
    expect(setOf(set).declarations).toHaveLength(40);
    expect(setOf(set).issues).toEqual([]);
    expect(warned(set)).toEqual([]);
  });
});
