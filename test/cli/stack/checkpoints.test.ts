import { expect, test } from "@jest/globals";
import type { Project } from "../../../provider/cli/project/project";
import { checkpointsOf } from "../../../provider/cli/stack/checkpoints";
import type { TriggerPlan } from "../../../provider/core/plan/plan-model";

const ONCE = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const on = (url: string) => ({ backend: { url } }) as Project;
const planned = (writes: number): TriggerPlan[] =>
  Array.from({ length: 200 }, (_, at) => ({ op: at < writes ? "create" : "none" }) as TriggerPlan);

test.each<[string, url: string, writes: number, names: boolean, expected: object]>([
  ["many writes on a file backend", "file:///repo/state", 100, true, ONCE],
  ["many writes on an object store", "s3://bucket", 200, true, ONCE],
  ["few writes", "file:///repo/state", 99, true, {}],
  ["the hosted backend, which keeps a journal", "https://api.pulumi.com", 200, true, {}],
  ["an API without names, by which triggers could be found again", "file:///repo/state", 200, false, {}],
])("%s", async (_, url, writes, names, expected) => {
  expect(await checkpointsOf(on(url), planned(writes), async () => names)).toEqual(expected);
});

test("names are not requested if they do not matter", async () => {
  const asked = () => Promise.reject(new Error("asked"));
  expect(await checkpointsOf(on("file:///repo/state"), planned(5), asked)).toEqual({});
});
