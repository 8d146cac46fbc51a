import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { timelinePage } from "../../provider/cli/output/timeline-page";
import type { TimelineEntry } from "../../provider/core/timeline/timeline-row";
import { timelineSvg } from "../../provider/core/timeline-formats/timeline-svg";
import { alive, cron, declared, every, on, timelineIn, WEEK } from "../core/timeline/timeline-rows";
import { Browser } from "./chromium";

const PICTURES = resolve(__dirname, "../../docs/images");
const DAY = 86_400_000;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pulumi-mixpeek-page-"));
  browser = await Browser.start();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function page(entries: readonly TimelineEntry[], options: Partial<typeof WEEK> = {}): string {
  const file = join(folder, "timeline.html");
  writeFileSync(file, timelinePage(timelineIn(entries, options)));
  return file;
}

const ACTIONS = ["cluster", "taxonomy_enrichment", "collection_trigger", "retriever_execution"];
const WORK = ["catalog", "search", "reviews", "images", "orders"];
const some = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

/** A typical team's triggers: nightly jobs close together, syncs in working hours, canaries. */
function team(count: number): TimelineEntry[] {
  return Array.from({ length: count }, (_, n) => {
    const kind = some(["nightly", "hourly", "canary", "sync", "weekly"], n);
    const schedule = {
      nightly: cron(`${some([0, 0, 0, 30, 15], Math.floor(n / 5))} ${1 + (n % 4)} * * *`),
      hourly: cron(`${(n * 7) % 60} * * * *`),
      canary: every(300 * (1 + (n % 6))),
      sync: cron(`${n % 15}-59/15 8-18 * * MON-FRI`),
      weekly: cron(`0 ${5 + (n % 3)} * * ${some(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], n)}`),
    }[kind]!;
    const name = `${kind}-${some(WORK, Math.floor(n / 5))}${count > 25 ? `-${n}` : ""}`;
    const state = n % 13 === 7 ? "paused" : n % 17 === 11 ? "failed" : "active";
    const live = alive(name, n === 0 ? cron("0 4 * * *") : schedule, {
      status: state,
      created_at: "2026-10-21T22:00:00.000Z",
    });
    return declared(name, schedule, {
      action: some(ACTIONS, n),
      resource: `res_${some(WORK, n)}`,
      ...(n === 5 ? {} : { live }),
    });
  });
}

const TEAM = [
  ...team(25),
  declared("on-new-documents", on("event", { event_type: "documents_added", event_threshold: 100 })),
];

describe("the page", () => {
  test.each([
    ["timeline-light", DESKTOP, false],
    ["timeline-dark", DESKTOP, true],
    ["timeline-phone", PHONE, false],
  ] as const)("draws %s without a request or an error", async (name, size, dark) => {
    const file = page(TEAM);
    await browser.open(file, { ...size, dark });
    expect(browser.errors).toEqual([]);
    expect(browser.requests.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
    const sizes = await browser.evaluate<number[]>("[document.documentElement.scrollWidth, innerWidth]");
    // Nothing overflows horizontally.
    expect(sizes[0]).toBeLessThanOrEqual(sizes[1]!);
    const picture = await browser.screenshot();
    if (process.env["UPDATE"]) {
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(join(PICTURES, `${name}.png`), picture);
    }
    expect(picture.length).toBeGreaterThan(10_000);
  });

  test("the SVG in the docs equals the one drawn from the same triggers", () => {
    const file = join(PICTURES, "timeline.svg");
    const svg = timelineSvg(timelineIn(TEAM));
    if (process.env["UPDATE"]) writeFileSync(file, svg);
    expect(svg).toBe(readFileSync(file, "utf8"));
  });

  test("filters lanes and table by words, action and state", async () => {
    await browser.open(page(TEAM), DESKTOP);
    const set = (id: string, value: string): Promise<number> =>
      browser.evaluate(`(() => {
        document.getElementById("${id}").value = "${value}";
        document.getElementById("${id}").dispatchEvent(new Event("input", { bubbles: true }));
        return document.querySelectorAll("#triggers tbody tr:not([hidden])").length;
      })()`);
    expect(await set("search", "")).toBe(25);
    expect(await set("search", "canary every")).toBe(5);
    expect(await browser.evaluate("document.getElementById('matches').textContent")).toBe("5 of 25");
    expect(await set("action", "cluster")).toBeLessThan(5);
    await set("search", "");
    await set("action", "");
    expect(await set("state", "failed")).toBe(1);
    expect(await set("state", "differs")).toBe(2);
    expect(await set("state", "warnings")).toBe(1);
    expect(browser.errors).toEqual([]);
  });

  test("keys move between triggers and between runs, which are announced to screen readers", async () => {
    await browser.open(
      page([declared("first", cron("0 2 * * *")), declared("second", cron("0 3 * * *"))]),
      DESKTOP,
    );
    await browser.evaluate("document.getElementById('lanes').focus()");
    const said = (): Promise<string> => browser.evaluate("document.getElementById('live').textContent");
    await browser.key("ArrowDown");
    expect(await said()).toMatch(/^first\. Runs Thu 22 Oct 02:00:00 \+02:00 .*At 02:00, every day/);
    await browser.key("ArrowDown");
    expect(await said()).toMatch(/^second\. Runs Thu 22 Oct 03:00:00 \+02:00/);
    for (let day = 0; day < 4; day += 1) await browser.key("ArrowRight");
    expect(await said()).toMatch(/^second\. Runs Mon 26 Oct 03:00:00 \+01:00/);
    await browser.key("ArrowLeft");
    expect(await said()).toMatch(/^second\. Runs Sun 25 Oct 03:00:00 \+01:00/);
    for (let step = 0; step < 20; step += 1) await browser.key("+");
    expect(await browser.evaluate("document.getElementById('shown').textContent")).toBe(
      "Sun 25 Oct 02:59 to Sun 25 Oct 03:01",
    );
  });

  test("a warning is in a list, on the axis and in the trigger's announcement, and is one button away", async () => {
    await browser.open(
      page([declared("calm", cron("0 4 * * *")), declared("odd", cron("30 2 * * *"))]),
      DESKTOP,
    );
    const text = (selector: string): Promise<string> =>
      browser.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
    expect(await text("#warnings-title")).toBe("Warnings (1)");
    expect(await text(".warnings li")).toMatch(/^CLOCK_CHANGE odd: .*2026-10-25 02:30 occurs twice/);
    const twice = Date.parse("2026-10-25T00:30:00Z");
    const colors = await browser.evaluate<string[]>(`(() => {
      const canvas = document.getElementById("canvas");
      const ratio = canvas.width / canvas.clientWidth;
      const { data } = canvas.getContext("2d").getImageData(0, Math.round(31 * ratio), canvas.width, 1);
      return ${JSON.stringify([twice, twice - DAY])}.map((time) => {
        const share = (time - ${WEEK.from}) / ${WEEK.to - WEEK.from};
        const x = Math.round((240 + (canvas.clientWidth - 240) * share) * ratio);
        return [...data.slice(4 * x, 4 * x + 3)].join();
      });
    })()`);
    expect(colors).toEqual(["188,76,0", expect.not.stringMatching(/^188,76,0$/)]);
    await browser.evaluate("document.querySelector('.warnings button').focus()");
    await browser.evaluate("document.activeElement.click()");
    await browser.move(0, 0);
    expect(await text("#shown")).toBe("Sun 25 Oct 02:25 to Sun 25 Oct 02:35");
    await browser.key("ArrowDown");
    expect(await text("#live")).not.toContain("CLOCK_CHANGE");
    await browser.key("ArrowDown");
    expect(await text("#live")).toMatch(
      /^odd\. .*CLOCK_CHANGE: "30 2 \* \* \*" is affected by clock changes/,
    );
    expect(browser.errors).toEqual([]);
  });

  test("pointing at a run shows its trigger and its rule in words, whatever the name contains", async () => {
    const name = "</script><b title='x'>bold</b>";
    await browser.open(page([declared(name, cron("0 12 * * *"))]), DESKTOP);
    const at = await browser.evaluate<{ x: number; y: number }>(`(() => {
      const { left, top, width } = document.getElementById("lanes").getBoundingClientRect();
      // Noon of the first of seven days, one of which has 25 hours.
      return { x: left + 240 + ((width - 240) * 12) / 169, y: top + 46 };
    })()`);
    await browser.move(at.x, at.y);
    const lines = await browser.evaluate<string[]>(
      "[...document.getElementById('tip').children].map(({ textContent }) => textContent)",
    );
    expect(lines.slice(0, 3)).toEqual([
      name,
      "Runs Thu 22 Oct 12:00:00 +02:00 (2026-10-22T10:00:00Z)",
      "At 12:00, every day (Europe/Paris) [0 12 * * *]",
    ]);
    expect(await browser.evaluate("document.querySelectorAll('main b[title]').length")).toBe(0);
    expect(browser.errors).toEqual([]);
  });

  test("1,000 triggers over 30 days open in under a second", async () => {
    const file = page(team(1000), { to: WEEK.from + 30 * DAY });
    const opened: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await browser.open(file, DESKTOP);
      opened.push(await browser.firstPaint());
    }
    expect(Math.min(...opened)).toBeLessThan(1000);
    expect(browser.errors).toEqual([]);
  });

  test("scrolling costs as much per step with 1,000 triggers as with 250", async () => {
    const steps = 16;
    const scrolled = async (triggers: number): Promise<number> => {
      await browser.open(page(team(triggers), { to: WEEK.from + 30 * DAY }), DESKTOP);
      return browser.busy(() =>
        browser.evaluate(`(async () => {
          const box = document.getElementById("lanes");
          for (let step = 0; step < ${steps}; step += 1) {
            box.scrollTop = step * 300;
            if (step % 10 === 5) document.getElementById("zoom-in").click();
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          }
        })()`),
      );
    };
    const [few, many]: [number[], number[]] = [[], []];
    for (let round = 0; round < 3; round += 1) {
      few.push(await scrolled(250));
      many.push(await scrolled(1000));
    }
    // The least of several rounds: another process may slow one of them down. All lanes in each step would cost four times
    // as much, but a zoom draws more with more triggers.
    const [least, most] = [Math.min(...few) / steps, Math.min(...many) / steps];
    expect(most / least).toBeLessThan(3);
    // Milliseconds: 20 frames a second on a slow machine.
    expect(most).toBeLessThan(50);
  });
});
