import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const FILE = 100;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-scale-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const definition = (index: number): string => `  nightly-clusters-${index}:
    description: Cluster all products each night
    action_type: cluster
    action_config:
      cluster_id: \${cluster:product-clusters}
      filters: { AND: [{ field: metadata.status, operator: eq, value: active }] }
    trigger_type: cron
    schedule_config:
      cron_expression: "${index % 60} \${var.hour} ${1 + (index % 28)} * *"
      timezone: Europe/Paris
    status: active
`;

function load(count: number): { resolved: number; issues: number; cpuMs: number; megabytes: number } {
  const root = join(folder, String(count));
  mkdirSync(join(root, "triggers"), { recursive: true });
  for (let file = 0; file < count / FILE; file++) {
    const own = Array.from({ length: FILE }, (_, index) => definition(file * FILE + index));
    writeFileSync(join(root, `triggers/${file}.yaml`), `triggers:\n${own.join("")}`);
  }
  writeFileSync(join(root, "prod.yaml"), "namespace: prod\nvariables: { hour: 2 }\n");
  return JSON.parse(
    execFileSync(process.execPath, [join(__dirname, "scale.cjs"), root], { encoding: "utf8" }),
  );
}

// Compares processor times within one run, so that the machine's speed and other work do not matter.
test("10,000 definitions in 100 files take under 500 MB, and the time grows linearly with their number", () => {
  const small = load(1_000);
  const large = load(10_000);
  expect([small, large]).toMatchObject([
    { resolved: 1_000, issues: 0 },
    { resolved: 10_000, issues: 0 },
  ]);
  expect(large.megabytes).toBeLessThan(500);
  expect(large.cpuMs / small.cpuMs).toBeLessThan(12);
});
