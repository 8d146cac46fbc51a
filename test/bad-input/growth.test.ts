import { expect, test } from "@jest/globals";
import { renderIssues } from "../../provider/cli/output/issues";
import { type Files, setOf } from "../core/files";
import { BOUNDED, GROWTH } from "./cases/growth-cases";

/** Enough to exceed the noise of other work on the machine. */
const LEAST_MICROSECONDS = 20_000;
/** If one run takes this long, one measurement is enough. */
const ENOUGH_MICROSECONDS = 100_000;
const LARGEST = 12_000;
const LINEAR = 9;

/** Processor time, which is independent of other processes: the minimum of up to three measurements. */
function cost(files: Files): number {
  const times: number[] = [];
  for (let all = 0; times.length < 3 && all < ENOUGH_MICROSECONDS; ) {
    const before = process.cpuUsage();
    renderIssues(setOf(files).issues, "text", { color: false, width: 120 });
    const { user, system } = process.cpuUsage(before);
    times.push(user + system);
    all += user + system;
  }
  return Math.min(...times);
}

/**
 * How many times as much four times the size costs: linear is 4, quadratic 16. The minimum of up to three, because a
 * busy machine distorts single measurements, but a quadratic cost is always there.
 */
function growth(files: (size: number) => Files, start: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least >= LINEAR; tries++)
    least = Math.min(least, growthOnce(files, start));
  return least;
}

function growthOnce(files: (size: number) => Files, start: number): number {
  let size = start;
  let least = cost(files(size));
  while (least < LEAST_MICROSECONDS && size < LARGEST) {
    size *= 2;
    least = cost(files(size));
  }
  // If even that costs next to nothing, the measurement would only be noise.
  return cost(files(size * 4)) / Math.max(least, LEAST_MICROSECONDS / 4);
}

test.each(Object.entries(GROWTH))("the time of a check grows linearly with its files: %s", (_, files) => {
  expect(growth(files, 500)).toBeLessThan(LINEAR);
});

test.each(Object.entries(BOUNDED))("the time of a check is limited when files multiply: %s", (_, files) => {
  expect(setOf(files(100)).issues).toEqual([]);
  expect(setOf(files(LARGEST)).issues.map(({ code }) => code)).toContain("YAML_EXPANSION");
  expect(growth(files, LARGEST)).toBeLessThan(LINEAR);
});
