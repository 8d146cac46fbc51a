import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Timeline } from "../../core/timeline/timeline";
import { timelineHtml } from "../../core/timeline-formats/timeline-html";

const ASSETS = join(__dirname, "..", "..", "..", "assets", "timeline");

const asset = (name: string): string => readFileSync(join(ASSETS, name), "utf8");

/** A timeline as one HTML file, with its style and scripts in it. */
export const timelinePage = (timeline: Timeline): string =>
  timelineHtml(timeline, {
    // The rules for narrow screens and for print come last.
    style: ["lanes.css", "page.css"].map(asset).join("\n"),
    scripts: ["data.js", "canvas.js", "page.js"].map(asset),
  });
