import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ok, type Reply, serving, vendorError } from "../../api/server";
import { Repo } from "../repo";

const DEV = ["--env", "environments/dev.yaml", "--yes"];

let repo: Repo;
beforeEach(async () => {
  repo = await Repo.open({ stacks: ["dev"] });
  repo.write(
    "triggers/search.yaml",
    `triggers:
  nightly:
    action_type: collection_trigger
    action_config:
      collection_id: col_1
      include_buckets: [bkt_1, bkt_2]
    trigger_type: cron
    schedule_config: { cron_expression: "0 2 * * *" }
`,
  );
  repo.write(
    "environments/dev.yaml",
    "namespace: dev\noverrides:\n  nightly:\n    schedule_config: { timezone: Asia/Tokyo }\n",
  );
});
afterEach(() => repo.close());

const ITEMS = [
  { type: "value_error", location: "body.schedule_config.cron_expression", message: "Runs too often" },
  { type: "value_error", location: "body.schedule_config.timezone", message: "Not supported" },
  { type: "value_error", location: "body.action_config.include_buckets[1]", message: "No such bucket" },
  { type: "missing", location: ["body", "action_config", "source_filters"], message: "Field required" },
  { type: "value_error", location: "", message: "One more" },
];

const SHOWN = [
  'cannot create trigger "nightly" in namespace "dev": the API rejected the request (422 ValidationError: Validation error). Correct the definition; nothing was changed by this call [VALIDATION].',
  "triggers/search.yaml:8:41 VALIDATION nightly: schedule_config.cron_expression: Runs too often",
  "environments/dev.yaml:4:34 VALIDATION nightly: schedule_config.timezone: Not supported",
  "triggers/search.yaml:6:32 VALIDATION nightly: action_config.include_buckets.1: No such bucket",
  "triggers/search.yaml:5:7 VALIDATION nightly: action_config.source_filters: Field required",
  "triggers/search.yaml:2:3 VALIDATION nightly: One more",
].join("\n");

test("each field that the API rejects is shown at its place in the files", async () => {
  const refusal = vendorError(422, "ValidationError", "Validation error", {
    details: { validation_errors: ITEMS },
  });
  const page: Reply = ok({ results: [], total: 0, offset: 0, limit: 1000 });
  const server = await serving(({ url, method }) => {
    if (method === "POST" && url === "/v1/triggers") return refusal;
    return url.startsWith("/v1/triggers") ? page : { status: 404, json: { detail: "Not Found" } };
  });
  repo.env = { MIXPEEK_BASE_URL: server.url };
  const up = await repo.run("up", ...DEV);
  expect(up.code).toBe(1);
  expect(up.stderr).toContain(SHOWN);
  const json = JSON.parse((await repo.run("up", ...DEV, "--json")).stdout);
  expect(json.errors.join("\n")).toContain(SHOWN);
});
