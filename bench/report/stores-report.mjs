// The tables in docs/performance.md about the cost of a shared backend.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../machine.mjs";
import { OPERATIONS } from "../operations.mjs";
import { machineText, markdown, withMarkers } from "./report.mjs";

const PAGE = join(ROOT, "docs/performance.md");

export function publishStores(results) {
  writeFileSync(PAGE, withMarkers(readFileSync(PAGE, "utf8"), storesText(results), "stores"));
}

function storesText(results) {
  const { rows } = results;
  const counts = [...new Set(rows.map(({ n }) => n))];
  return [
    machineText(results),
    ...counts.map((n) =>
      section(
        rows.filter((row) => row.n === n),
        n,
      ),
    ),
  ].join("\n\n");
}

function section(rows, n) {
  const columns = ["requests", "KB sent", "KB received", "time, 0 ms", "time, 30 ms"];
  const lines = rows
    .filter(({ store, latencyMs }) => store !== "file" && latencyMs === 0)
    .map((row) => {
      const same = (latencyMs) =>
        rows.find(
          (other) =>
            other.store === row.store && other.operation === row.operation && other.latencyMs === latencyMs,
        );
      const files = rows.find((other) => other.store === "file" && other.operation === row.operation);
      const ratio = (other) => `${(other.wallMs / files.wallMs).toFixed(2)}×`;
      const title = OPERATIONS.find(({ name }) => name === row.operation).title;
      const kilobytes = [row.sent, row.received].map((bytes) => String(Math.round(bytes / 1000)));
      return [row.label, title, String(row.requests), ...kilobytes, ratio(same(0)), ratio(same(30))];
    });
  return `### ${n.toLocaleString("en")} triggers, the state on a shared backend\n\n${markdown(["backend", "operation", ...columns], lines)}`;
}
