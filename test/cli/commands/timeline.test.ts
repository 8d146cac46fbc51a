import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { spreadOffset } from "../../../provider/core/schedule/spread";
import { KEY, type Rig } from "../../emulator/harness";
import { TimelineRig } from "./timeline-rig";

const FROM = "2026-10-22";
const DEFINITIONS = `triggers:
  nightly:
    action_type: cluster
    action_config: { cluster_id: "\${cluster:product-clusters}" }
    trigger_type: cron
    schedule_config: { cron_expression: "0 2 * * *", timezone: Europe/Paris }
  counted:
    action_type: cluster
    action_config: { cluster_id: "\${cluster:product-clusters}" }
    trigger_type: event
    schedule_config: { event_type: documents_added, event_threshold: 10 }
`;

let repository: TimelineRig;
let folder: string;
let rig: Rig;

beforeEach(async () => {
  repository = await TimelineRig.start({
    "triggers/a.yaml": DEFINITIONS,
    "environments/dev.yaml": "namespace: dev\n",
    "environments/prod.yaml": "namespace: prod\n",
  });
  ({ folder, service: rig } = repository);
});
afterEach(() => repository.stop());

const put = (path: string, text: string) => repository.put(path, text);
const run = (...args: string[]) => repository.run(...args);

const WINDOW = ["--from", FROM, "--zone", "Europe/Paris"];

test("--offline needs no key and makes no request", async () => {
  delete process.env["MIXPEEK_API_KEY"];
  const { code, out, err, requests } = await run("--env", "dev", ...WINDOW, "--offline");
  expect({ code, err, requests }).toEqual({ code: 0, err: "", requests: [] });
  expect(out).toContain(
    "Timeline of dev, as declared\n2026-10-22 00:00:00 +02:00 to 2026-10-29 00:00:00 +01:00, Europe/Paris\n7 runs of 1 active trigger\n",
  );
  expect(out).toContain("Thu 22 Oct 02:00:00 +02:00  nightly  At 02:00, every day");
  expect(out).toContain("counted  After 10 documents_added");
  expect(out).not.toContain("not live yet");
});

test("one list adds what is live, and there is no other request", async () => {
  const live = { cron_expression: "0 3 * * *", timezone: "Europe/Paris" };
  await rig.call("POST", "/v1/triggers", {
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: live,
  });
  const { code, out, err, requests } = await run("--env", "dev", ...WINDOW);
  expect({ code, requests }).toEqual({ code: 0, requests: ["POST /v1/triggers/list"] });
  expect(err).toBe(`environments/dev.yaml: API ${rig.emulator.url}\n`);
  expect(out).toContain(
    "~ nightly\n      before 7 runs, first Thu 22 Oct 03:00: At 03:00, every day\n      after  7 runs, first Thu 22 Oct 02:00: At 02:00, every day\n",
  );
});

test("several environments need one list each, and share one axis", async () => {
  const { out, requests } = await run("--env", "dev", "--env", "prod", ...WINDOW, "--format", "json");
  expect(requests).toEqual(["POST /v1/triggers/list", "POST /v1/triggers/list"]);
  const { environments, triggers, others } = JSON.parse(out);
  expect(environments).toEqual(["dev", "prod"]);
  expect(triggers).toMatchObject([
    {
      environment: "dev",
      namespace: "dev",
      name: "nightly",
      resource: "${cluster:product-clusters}",
      change: "create",
      file: "triggers/a.yaml",
      line: 2,
    },
    { environment: "prod", namespace: "prod", name: "nightly", change: "create" },
  ]);
  expect(others).toHaveLength(2);
  expect((await run("--all-envs", ...WINDOW, "--offline", "--format", "json")).out).toContain('"prod"');
});

test("a live trigger that is not declared fires, too", async () => {
  await rig.call("POST", "/v1/triggers", {
    name: "by-hand",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "interval",
    schedule_config: { interval_seconds: 3600 },
  });
  expect((await run("--env", "dev", ...WINDOW)).out).toContain("? by-hand  live, not declared");
});

test("a secret schedule is not shown", async () => {
  process.env["MIXPEEK_VAR_WHEN"] = "7 3 * * *";
  put("triggers/a.yaml", DEFINITIONS.replace("0 2 * * *", "${env:MIXPEEK_VAR_WHEN}"));
  for (const format of ["text", "json", "html", "svg"]) {
    const { out } = await run("--env", "dev", ...WINDOW, "--offline", "--format", format);
    expect(out).not.toMatch(/7 3 \* \* \*|03:07/);
  }
});

test.each(["html", "svg", "json"])("--out writes %s as one file", async (format) => {
  const { code, out } = await run(
    "--env",
    "dev",
    ...WINDOW,
    "--offline",
    "--format",
    format,
    "--out",
    `t.${format}`,
  );
  expect({ code, out }).toEqual({ code: 0, out: `wrote t.${format}\n` });
  expect(readFileSync(join(folder, `t.${format}`), "utf8")).toContain("dev");
});

test("--out writes no key, wherever the service returns it", async () => {
  await rig.call("POST", "/v1/triggers", {
    name: "nightly",
    action_type: "cluster",
    action_config: { cluster_id: "clust_dev_product_clusters" },
    trigger_type: "cron",
    schedule_config: { cron_expression: "0 2 * * *", timezone: "Europe/Paris" },
  });
  rig.emulator.edit("dev", "nightly", { status: "failed", last_execution_error: `refused ${KEY}` });
  await run("--env", "dev", ...WINDOW, "--format", "html", "--out", "t.html");
  const html = readFileSync(join(folder, "t.html"), "utf8");
  expect(html).toContain("failed, refused");
  expect(html).not.toContain(KEY);
});

test("--out does not write through a link", async () => {
  put("elsewhere.svg", "kept");
  symlinkSync("elsewhere.svg", join(folder, "t.svg"));
  await expect(
    run("--env", "dev", ...WINDOW, "--offline", "--format", "svg", "--out", "t.svg"),
  ).rejects.toMatchObject({ code: "LINK_REFUSED" });
  expect(readFileSync(join(folder, "elsewhere.svg"), "utf8")).toBe("kept");
});

test("errors in the definitions stop it before any request", async () => {
  put("triggers/a.yaml", DEFINITIONS.replace("0 2 * * *", "0 25 * * *"));
  const { code, out, err, requests } = await run("--env", "dev", ...WINDOW);
  expect({ code, out, requests }).toEqual({ code: 1, out: "", requests: [] });
  expect(err).toContain("CRON_INVALID nightly");
});

test.each([
  [[], "no environment is given. Name its file: --env environments/prod.yaml."],
  [
    ["--env", "dev", "--zone", "Paris"],
    '--zone Paris: "Paris" is not an IANA time zone. Write a name such as "UTC", "Europe/Paris" or "America/New_York".',
  ],
  [
    ["--env", "dev", "--from", "tomorrow"],
    "--from tomorrow is not a time. Write 2026-12-01, 2026-12-01T08:00 or 2026-12-01T08:00Z.",
  ],
  [
    ["--env", "dev", "--for", "400d"],
    "--for 400d is not a span of at most 366 days. Write hours, days or weeks, such as 36h, 7d or 2w.",
  ],
  ...[
    ["--from", "9999-12-31"],
    ["--from", "9999-12-31T23:00-14:00", "--for", "1h"],
    ["--from", "9999-01-01", "--for", "366d"],
  ].map((window): [string[], string] => [
    ["--env", "dev", ...window],
    "the timeline would end after 9999-12-31, the last day that it shows. Write an earlier --from, or a shorter --for.",
  ]),
  [["--env", "dev", "--format", "pdf"], "--format pdf is not one of text, json, html, svg."],
])("%j is rejected", async (args, message) => {
  await expect(run(...args)).rejects.toMatchObject({
    code: "USAGE",
    message: `mixpeek-triggers timeline: ${message}`,
  });
});

test.each(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])(
  "the last days of year 9999 are shown in the local time of %s",
  async (zone) => {
    put("triggers/a.yaml", DEFINITIONS);
    const { code, out } = await run(
      "--env",
      "dev",
      "--from",
      "9999-12-23",
      "--for",
      "7d",
      "--zone",
      zone,
      "--offline",
    );
    expect([code, out]).toEqual([0, expect.not.stringMatching(/\+0?10000|NaN|Invalid/)]);
  },
);

test("a spread schedule is shown with the times that are sent", async () => {
  put("triggers/a.yaml", DEFINITIONS.replace("  counted:", "    spread: 30m\n  counted:"));
  const minute = String(spreadOffset("dev", "nightly", 30)).padStart(2, "0");
  expect(minute).not.toBe("00");
  const { out } = await run("--env", "dev", "--from", FROM, "--zone", "Europe/Paris", "--offline");
  expect(out).toContain(` 02:${minute}:00 +02:00  nightly`);
  put("environments/none.yaml", "{}\n");
  const unplaced = await run("--env", "none", "--from", FROM, "--zone", "Europe/Paris", "--offline");
  expect(unplaced.out).toContain(" 02:00:00 +02:00  nightly");
  expect(unplaced.out).toContain("Schedules with spread are shown without their offset");
});

test("--open opens the page, and names the file if there is no program to open it", async () => {
  process.env["DISPLAY"] = "";
  process.env["WAYLAND_DISPLAY"] = "";
  const { code, err, out } = await run("--env", "dev", "--offline", "--open", "--out", "page.html");
  expect({ code, out }).toEqual({ code: 0, out: "wrote page.html\n" });
  expect(err).toBe(
    `cannot open the page, because there is no display. Open this file in a browser: ${join(process.cwd(), "page.html")}\n`,
  );
  expect(readFileSync("page.html", "utf8")).toMatch(/^<!doctype html>/);
});

test.each([
  [["--format", "svg"], /--open shows the page, not svg/],
  [["--out", "page.sh"], /--open needs a file that ends in \.html/],
])("--open with %j is rejected before anything is written", async (args, message) => {
  await expect(run("--env", "dev", "--offline", "--open", ...args)).rejects.toThrow(message);
});

test("warnings are shown with the picture, using the environment's max_starts_per_minute", async () => {
  const more = DEFINITIONS.split("\n").slice(1, 6).join("\n").replace("nightly", "other");
  put("triggers/a.yaml", `${DEFINITIONS}${more}\n`);
  put("environments/dev.yaml", "namespace: dev\nmax_starts_per_minute: 1\n");
  const { out } = await run("--env", "dev", "--offline", "--from", FROM, "--format", "json");
  expect(JSON.parse(out).warnings).toMatchObject([
    {
      code: "CLOCK_CHANGE",
      environment: "dev",
      names: ["nightly"],
      at: ["2026-10-25T00:00:00.000Z", expect.any(String)],
    },
    { code: "CROWDED_MINUTE", names: ["nightly", "other"], at: ["2026-10-22T00:00:00.000Z"] },
    { code: "CLOCK_CHANGE", names: ["other"] },
  ]);
});
