import { describe, expect, test } from "@jest/globals";
import { markup, scriptJson } from "../../../provider/core/timeline-formats/markup";
import { timelineHtml } from "../../../provider/core/timeline-formats/timeline-html";
import { timelineJson } from "../../../provider/core/timeline-formats/timeline-json";
import { timelineSvg } from "../../../provider/core/timeline-formats/timeline-svg";
import { timelineText } from "../../../provider/core/timeline-formats/timeline-text";
import { alive, cron, declared, every, on, timelineIn, WEEK } from "./timeline-rows";

const NIGHTLY = cron("0 2 * * *");

/** One trigger of each kind. */
const MIXED = timelineIn([
  declared("nightly-clusters", NIGHTLY, { live: alive("nightly-clusters", cron("0 3 * * *")) }),
  declared("crawl-documents", cron("0 2 * * MON-FRI")),
  declared("asleep", cron("0 4 * * *"), {
    status: "paused",
    live: alive("asleep", cron("0 4 * * *"), { status: "paused" }),
  }),
  declared("broken", cron("0 5 * * *"), {
    live: alive("broken", cron("0 5 * * *"), {
      status: "failed",
      health: { last_execution_error: "no capacity" },
    }),
  }),
  declared("on-events", on("event", { event_type: "documents_added", event_threshold: 100 })),
  { environment: "prod", namespace: "prod", name: "by-hand", live: alive("by-hand", every(21_600)) },
]);

/** Harmless text that would end an element, an attribute or a line if it were not escaped. */
const AWKWARD = `</script><b title='x'>&amp;"\u2028\u202e`;

test("text: the whole picture, in 80 columns", () => {
  const text = timelineText(MIXED);
  expect(`\n${text}`).toBe(`
Timeline of prod
2026-10-22 00:00:00 +02:00 to 2026-10-29 00:00:00 +01:00, Europe/Paris
40 runs of 3 active triggers

            00    03    06    09    12    15    18    21     runs
Thu 22 Oct  ····▒▒······░░··········░░··········░░··········    5
Fri 23 Oct  ░░··▒▒······░░··········░░··········░░··········    6
Sat 24 Oct  ░░··░░······░░··········░░··········░░··········    5
Sun 25 Oct* ░░··░░····░░··········░░··········░░··········░░    6
Mon 26 Oct  ····▒▒····░░··········░░··········░░··········░░    6
Tue 27 Oct  ····▒▒····░░··········░░··········░░··········░░    6
Wed 28 Oct  ····▒▒····░░··········░░··········░░··········░░    6
Runs per hour: ·· 0  ░░ 1  ▒▒ 2
* Sun 25 Oct: clocks go back 1 h at 03:00 (Europe/Paris): the day has 25 hours

Busiest minutes
  02:00  2 triggers on 5 days, first Thu 22 Oct
         nightly-clusters, crawl-documents

Next run of each trigger (3 triggers, Europe/Paris)
  Thu 22 Oct 02:00:00 +02:00  nightly-clusters  At 02:00, every day
  Thu 22 Oct 02:00:00 +02:00  crawl-documents   At 02:00, Monday through Friday
  Thu 22 Oct 06:00:00 +02:00  by-hand           Every 6 hours

Declared and live differ
  ~ nightly-clusters
      before 7 runs, first Thu 22 Oct 03:00: At 03:00, every day
      after  7 runs, first Thu 22 Oct 02:00: At 02:00, every day
  + crawl-documents  not live yet
      after  5 runs, first Thu 22 Oct 02:00: At 02:00, Monday through Friday
  ? by-hand  live, not declared
      live   28 runs, first Thu 22 Oct 06:00: Every 6 hours

Paused (1, 7 runs not counted above)
  asleep  At 04:00, every day

Failed: the service has stopped running them (1, 7 runs not counted above)
  broken  At 05:00, every day; last error: no capacity

Not time-based (1)
  on-events  After 100 documents_added

Warnings (1)
  CLOCK_CHANGE nightly-clusters: "0 2 * * *" is affected by clock changes in
    Europe/Paris: 2026-10-25 02:00 occurs twice (it may run twice); 2027-03-28
    02:00 does not exist (the run is lost or up to 1 h late). Choose a time
    outside 02:00-03:00, or timezone: UTC.
`);
});

test.each([1, 1000])("text of %i triggers fits 80 columns and a screen or two", (count) => {
  const entries = Array.from({ length: count }, (_, n) =>
    declared(`a-trigger-with-quite-a-long-name-${n}`, n % 3 ? NIGHTLY : every(60 + n), {
      environment: n % 2 ? "prod" : "eu.staging",
      ...(n % 5 ? {} : { status: "paused" as const }),
    }),
  );
  const lines = timelineText(timelineIn(entries, { environments: ["prod", "eu.staging"] })).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeLessThan(130);
});

test("text for a window without runs says so", () => {
  expect(timelineText(timelineIn([declared("a", cron("0 2 1 1 *"))]))).toContain("No run in this window.");
  expect(timelineText(timelineIn([]))).toContain("0 runs of 0 active triggers");
});

test("text limits the days of a long window", () => {
  const text = timelineText(timelineIn([declared("a", NIGHTLY)], { to: WEEK.from + 100 * 86_400_000 }));
  expect(text).toContain("… and 65 more days");
});

test("names from outside change neither the line nor the terminal's colours", () => {
  const text = timelineText(timelineIn([declared("a\nb\u001b[31m", NIGHTLY)]));
  expect(text).toContain("a␊b␛[31m");
});

test("json: every trigger with its runs as series", () => {
  const data = JSON.parse(timelineJson(MIXED));
  expect(data).toMatchObject({
    version: 1,
    zone: "Europe/Paris",
    from: "2026-10-21T22:00:00.000Z",
    environments: ["prod"],
    offline: false,
    others: [{ name: "on-events", waits_for: "After 100 documents_added" }],
    next: [{ name: "nightly-clusters" }, {}, {}],
  });
  expect(data.triggers[0]).toEqual({
    environment: "prod",
    namespace: "prod",
    name: "nightly-clusters",
    action_type: "cluster",
    resource: "clust_1",
    file: "triggers/a.yaml",
    line: 3,
    state: "active",
    change: "change",
    schedule: {
      rule: "At 02:00, every day (Europe/Paris)",
      expression: "0 2 * * *",
      runs: 7,
      series: [
        { first: "2026-10-22T00:00:00.000Z", every_seconds: 86_400, count: 4 },
        { first: "2026-10-26T01:00:00.000Z", every_seconds: 86_400, count: 3 },
      ],
      suppressed_runs: 0,
      suppressed_series: [],
    },
    live: {
      state: "active",
      schedule: expect.objectContaining({ expression: "0 3 * * *", runs: 7 }),
    },
    last_error: null,
    overdue: false,
    overdue_since: null,
    quiet: [],
    quiet_reason: null,
  });
});

describe("svg", () => {
  test("is one image for light and dark, without a script or an external URL", () => {
    const svg = timelineSvg(MIXED);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg).not.toMatch(/<script|href|url\(|<foreignObject/);
    expect(svg.match(/<rect class="s\d" [^>]*><title>/g)).toHaveLength(7 * 24);
    expect(svg).toContain("<title>Thu 22 Oct 02:00: 2 runs</title>");
  });
  test("escapes names", () => {
    const entries = ["a", "b"].map((name) => declared(`${AWKWARD}${name}`, NIGHTLY));
    const svg = timelineSvg(timelineIn(entries));
    expect(svg).not.toContain("</script>");
    expect(svg).toContain("&lt;/script&gt;&lt;b title=&#39;x&#39;…");
  });
});

describe("html", () => {
  const page = (name: string): string =>
    timelineHtml(timelineIn([declared(name, NIGHTLY), declared("other", NIGHTLY)]), {
      style: "p{}",
      scripts: ["run()"],
    });

  test("loads nothing from the network", () => {
    const html = page("a");
    expect(html).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"`,
    );
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:\/\/|src="(?!data:)|<link|@import/,
    );
  });

  test("names from outside are text wherever they appear", () => {
    const html = page(AWKWARD);
    // The data and the page's script.
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain("<b title");
    const [, data] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)!;
    expect(JSON.parse(data!).rows[0][0]).toBe(AWKWARD);
  });

  test("has every trigger in a table that needs no script", () => {
    const html = timelineHtml(MIXED, { style: "", scripts: [] });
    for (const name of ["nightly-clusters", "crawl-documents", "asleep", "broken", "on-events", "by-hand"])
      expect(html).toContain(`<th scope="row">${name}</th>`);
    expect(html).toContain(
      "At 02:00, every day (Europe/Paris) — live now: At 03:00, every day (Europe/Paris)",
    );
    expect(html).toContain("<td>failed, no capacity</td>");
    expect(html).toContain("<td>triggers/a.yaml:3</td>");
  });
});

test("markup and scriptJson leave nothing that ends the place they are in", () => {
  expect(markup(AWKWARD)).toBe("&lt;/script&gt;&lt;b title=&#39;x&#39;&gt;&amp;amp;&quot;\\u{2028}\\u{202e}");
  expect(scriptJson(AWKWARD)).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(scriptJson([AWKWARD]))).toEqual([AWKWARD]);
});
