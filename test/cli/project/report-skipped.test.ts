import { expect, jest, test } from "@jest/globals";
import type { Project } from "../../../provider/cli/project/project";
import { Report } from "../../../provider/cli/run/report";
import { NOT_RUN, type Outcome } from "../../../provider/cli/stack/engine-run";
import type { SetPlan, TriggerPlan } from "../../../provider/core/plan/plan-model";

const PROJECT: Project = {
  name: "search",
  stack: "prod",
  cwd: "/repository",
  folder: "/repository/.mixpeek",
  selectedBy: "--env environments/prod.yaml",
  backend: { url: "file:///state", from: "PULUMI_BACKEND_URL" },
  env: {},
  notes: [],
};

function trigger(name: string, op: TriggerPlan["op"]): TriggerPlan {
  return { name, resource: name, namespace: "prod", op, calls: [], changes: [], recorded: [], reports: [] };
}

const PLAN: SetPlan = {
  triggers: [trigger("nightly", "create"), trigger("weekly", "delete"), trigger("hourly", "none")],
  unmanaged: [],
  perMinute: undefined,
} as unknown as SetPlan;

/** The exit code and output of a run in which the engine took these steps. */
function done(format: "text" | "json", steps: Record<string, string>, ok = true) {
  const [out, err] = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, "write").mockReturnValue(true),
  );
  const finished = new Map(Object.entries(steps).map(([name, step]) => [name, new Set([step])]));
  const outcome: Outcome = { ...NOT_RUN, ok, finished };
  const code = new Report("up", PROJECT, "prod.yaml", format).done(PLAN, outcome);
  const text = (mock: typeof out): string => mock!.mock.calls.map(([line]) => line).join("");
  const printed = { code, stdout: text(out), stderr: text(err) };
  jest.restoreAllMocks();
  return printed;
}

test("a trigger that a successful engine run skipped is not applied, and the run fails", () => {
  const text = done("text", { nightly: "create" });
  expect(text).toMatchObject({
    code: 1,
    stderr:
      "cannot apply the whole plan: the Pulumi engine ended without an error before it reached weekly. Run the command again; if it happens again, report it [NOT_APPLIED].\n",
  });
  expect(text.stdout).toContain("nightly  created");
  expect(text.stdout).toContain("weekly   delete, not applied");
  expect(text.stdout).toContain("1 created, 1 not applied, 1 unchanged.\n");
  const json = JSON.parse(done("json", {}).stdout);
  expect(json).toMatchObject({
    ok: false,
    applied: false,
    errors: [expect.stringContaining("nightly, weekly. ")],
    progress: [
      { name: "nightly", progress: "not applied" },
      { name: "weekly", progress: "not applied" },
    ],
  });
});

test("a run that skipped none succeeds", () => {
  const all = { nightly: "create", weekly: "delete" };
  expect(done("text", all)).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(done("json", all).stdout)).toMatchObject({ ok: true, applied: true, errors: [] });
});
