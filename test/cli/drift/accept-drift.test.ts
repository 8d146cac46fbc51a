import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { acceptDrift } from "../../../provider/cli/drift/accept-drift";
import { driftOf } from "../../../provider/core/comparison/drift";
import type { DesiredTrigger, LiveTrigger } from "../../../provider/core/schema/model";
import { loadSet } from "../../../provider/files/load";
import { rootOf } from "../../../provider/files/read";
import { plan, remember } from "../../core/held";
import { live } from "../../core/samples";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-accept-"));
  for (const each of ["triggers", "environments"]) mkdirSync(join(folder, each));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PROD = "environments/prod.yaml";
const FILE = "triggers/a.yaml";

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
const read = (): string => readFileSync(join(folder, FILE), "utf8");

const nightly = (more = "", defaults = ""): string => `${defaults}triggers:
  nightly:
    action_type: cluster
    action_config: { cluster_id: clust_1 }
    trigger_type: cron
    schedule_config: { cron_expression: "0 2 * * *", timezone: UTC }
${more}`;

/** Applies the files, lets somebody change the live trigger, edits the file, and accepts. */
function accept(
  change: Partial<LiveTrigger>,
  { edited = read(), overwrite = false }: { edited?: string; overwrite?: boolean } = {},
): { lines: string[]; text: string } {
  const root = rootOf(folder);
  const declared = () => loadSet({ root, env: {}, environment: PROD });
  const triggers = () => declared().declarations.map(({ trigger }) => trigger as DesiredTrigger);
  const [applied] = triggers();
  const { name, action_type, action_config, trigger_type, schedule_config, description, status } = applied!;
  const fields = { name, action_type, action_config, trigger_type, schedule_config };
  const twin = live({
    ...fields,
    description: undefined,
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
  } as Partial<LiveTrigger>);
  const held = [remember(applied!, twin)];
  write(FILE, edited);
  const { drifted } = driftOf(plan(triggers(), [{ ...twin, ...change }], held));
  const lines = acceptDrift(drifted, declared().declarations, PROD, root, { overwrite });
  // Rejected values leave the definitions valid.
  expect(declared().issues).toEqual([]);
  return { lines, text: read() };
}

test("a status that the service sets is not written, wherever active is declared", () => {
  const said =
    'nightly: status is "failed" live, which the service sets and no definition can declare. Run up or drift --fix to restore "active" [ACCEPT_INVALID].';
  write(PROD, "namespace: prod\n");
  for (const text of [nightly("    status: active\n"), nightly("", "defaults: { status: active }\n")]) {
    write(FILE, text);
    expect(accept({ status: "failed" })).toEqual({ lines: [said], text });
  }
  write(PROD, "namespace: prod\nstatus: active\n");
  write(FILE, nightly());
  expect(accept({ status: "failed" })).toEqual({ lines: [said], text: nightly() });
});

test("a type is not written without its config", () => {
  write(PROD, "namespace: prod\n");
  write(FILE, nightly());
  const changed = {
    action_type: "batch_rerun",
    action_config: { batch_id: "btch_1" },
    trigger_type: "interval",
    schedule_config: { interval_seconds: 600 },
  } as Partial<LiveTrigger>;
  const { lines, text } = accept(changed);
  expect(text).toBe(nightly());
  expect(lines).toEqual([
    "nightly: action_type cannot be accepted without its action_config. Change both in triggers/a.yaml:3, or run drift --fix to restore the applied values [ACCEPT_INVALID].",
    "nightly: trigger_type cannot be accepted without its schedule_config. Change both in triggers/a.yaml:5, or run drift --fix to restore the applied values [ACCEPT_INVALID].",
  ]);
});

test("a value that would make the definitions invalid is not written, nor anything else of that trigger", () => {
  write(PROD, "namespace: prod\n");
  write(FILE, nightly());
  const { lines, text } = accept({
    schedule_config: { cron_expression: "0 2 * *", timezone: "UTC" },
    description: "By hand",
  });
  expect(text).toBe(nightly());
  expect(lines).toEqual([
    expect.stringMatching(
      /^nightly: description, schedule_config\.cron_expression cannot be accepted, because the definitions of environments\/prod\.yaml would then be invalid \[ACCEPT_INVALID\]: schedule_config\.cron_expression: .+ \[CRON_\w+\]\. .+ Change the definition yourself, or run drift --fix to restore the applied values\.$/,
    ),
  ]);
});

test("a value that would make another environment invalid is not written", () => {
  write(PROD, "namespace: prod\n");
  const action = "retriever_id: ret_1, inputs: { query: shoes }";
  const canary = (acceptance: string): string => `triggers:
  nightly:
    action_type: retriever_execution
    action_config: { ${action}, acceptance: ${acceptance} }
    trigger_type: interval
    schedule_config: { interval_seconds: 600 }
`;
  write(FILE, canary("{ judge_field: a, min_pass_ratio: 1 }"));
  write(
    "environments/eu.yaml",
    "namespace: eu\noverrides: { nightly: { action_config: { acceptance: { min_pass_ratio: 0.5 } } } }\n",
  );
  const { lines, text } = accept({
    action_config: { retriever_id: "ret_1", inputs: { query: "shoes" }, acceptance: {} },
  });
  expect(text).toBe(canary("{ judge_field: a, min_pass_ratio: 1 }"));
  expect(lines).toEqual([expect.stringContaining("the definitions of environments/eu.yaml would then be")]);
});

test("a description without the prefix of the file is not written; with it, the rest is", () => {
  write(PROD, "namespace: prod\nvariables: { team: a }\n");
  const prefixed = 'defaults: { description_prefix: "[${var.team}] " }\n';
  write(FILE, nightly("    description: each night\n", prefixed));
  const said =
    'nightly: description is "no prefix" live, without the prefix "[a] " that defaults.description_prefix adds in triggers/a.yaml. Add the prefix to the live description, or run drift --fix to restore the applied one [ACCEPT_INVALID].';
  for (const overwrite of [false, true])
    expect(accept({ description: "no prefix" }, { overwrite })).toEqual({
      lines: [said],
      text: nightly("    description: each night\n", prefixed),
    });
  expect(accept({ description: "[a] at night" })).toEqual({
    lines: [`wrote ${FILE}: 1 live value`],
    text: nightly("    description: at night\n", prefixed),
  });
  write(FILE, nightly("", prefixed));
  expect(accept({ description: "no prefix" })).toEqual({ lines: [said], text: nightly("", prefixed) });
});

test("a status of the whole environment: an override accepts it for one trigger", () => {
  write(PROD, "namespace: prod\nstatus: active\n");
  write(FILE, nightly());
  expect(accept({ status: "paused" })).toEqual({
    lines: [
      'nightly: status is set for all triggers in environments/prod.yaml:2. To accept it for this trigger, add status: paused under overrides, nightly in that file; or run drift --fix to restore "active".',
    ],
    text: nightly(),
  });
  write(PROD, "namespace: prod\noverrides: { nightly: { status: active } }\n");
  expect(accept({ status: "paused" }).lines).toEqual([
    "nightly: status is set in environments/prod.yaml:2: change it there, because it belongs to one environment.",
  ]);
});

test("a secret that is not declared, is not live, or is written out", () => {
  write(PROD, "namespace: prod\n");
  const action = "retriever_id: ret_1, inputs: { query: shoes }";
  const hook = (url: string) => ({ channels: [{ channel_type: "webhook", config: { url } }] });
  const config = { retriever_id: "ret_1", inputs: { query: "shoes" } };
  const canary = (more = ""): string => `triggers:
  nightly:
    action_type: retriever_execution
    action_config: { ${action}${more} }
    trigger_type: interval
    schedule_config: { interval_seconds: 600 }
`;
  write(FILE, canary());
  expect(accept({ action_config: { ...config, notification_config: hook("https://a.example") } })).toEqual({
    lines: [
      "nightly: action_config.notification_config is a secret that is not declared: add it in triggers/a.yaml:4, with a value such as ${env:NAME}, or run drift --fix to restore the applied value.",
    ],
    text: canary(),
  });
  const written = canary(
    ', notification_config: { channels: [{ channel_type: webhook, config: { url: "https://a.example" } }] }',
  );
  write(FILE, written);
  const changed = accept({ action_config: { ...config, notification_config: hook("https://b.example") } });
  expect(changed).toEqual({
    lines: [
      expect.stringMatching(
        /^nightly: action_config\.notification_config\S* is a secret: change it in triggers\/a\.yaml:4, or run drift --fix to restore the applied value\.$/,
      ),
    ],
    text: written,
  });
  expect(accept({ action_config: config }).lines).toEqual([
    expect.stringContaining(
      "is a secret that the live trigger does not have: remove it in triggers/a.yaml:4",
    ),
  ]);
});
