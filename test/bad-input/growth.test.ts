import { expect, test } from "@jest/globals";
import { renderIssues } from "../../provider/cli/output/issues";
import { type Files, setOf } from "../core/files";
import { BOUNDED, GROWTH } from "./cases/growth-cases";

/** Enough to rise above what a machine does beside it. */
const LEAST_MICROSECONDS = 20_000;
/** Of what takes as long in all, one measurement says enough. */
const ENOUGH_MICROSECONDS = 100_000;
const LARGEST = 12_000;
const LINEAR = 9;

/** Processor time, which other processes do not add to: the least of up to three. */
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
 * How many times as much four times the size costs; linear is 4, quadratic 16. The least of up to three, since a busy
 * machine adds to what is measured now and then, and a square is there each time.
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
  // Of what costs next to nothing even then, noise would be measured.
  return cost(files(size * 4)) / Math.max(least, LEAST_MICROSECONDS / 4);
}

test.each(Object.entries(GROWTH))("a check grows with its files, not with their square: %s", (_, files) => {
  expect(growth(files, 500)).toBeLessThan(LINEAR);
});

test.each(Object.entries(BOUNDED))("a check is bounded where files multiply: %s", (_, files) => {
  expect(setOf(files(100)).issues).toEqual([]);
  expect(setOf(files(LARGEST)).issues.map(({ code }) => code)).toContain("YAML_EXPANSION");
  expect(growth(files, LARGEST)).toBeLessThan(LINEAR);
});
