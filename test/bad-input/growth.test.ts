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

interface Check {
  /** Processor time, which is independent of other processes: the minimum of up to three measurements. */
  cost: number;
  codes: string[];
}

function check(files: Files): Check {
  const times: number[] = [];
  let codes: string[] = [];
  for (let all = 0; times.length < 3 && all < ENOUGH_MICROSECONDS; ) {
    const before = process.cpuUsage();
    const { issues } = setOf(files);
    renderIssues(issues, "text", { color: false, width: 120 });
    const { user, system } = process.cpuUsage(before);
    times.push(user + system);
    all += user + system;
    codes = issues.map(({ code }) => code);
  }
  return { cost: Math.min(...times), codes };
}

interface Growth {
  /** How many times as much four times the size costs: linear is 4, quadratic 16. */
  growth: number;
  /** Of the smaller of the two. */
  codes: string[];
}

/** The minimum of up to three, because a busy machine distorts single measurements, but a quadratic cost is always there. */
function growthOf(files: (size: number) => Files, start: number): Growth {
  let least = growthOnce(files, start);
  for (let tries = 1; tries < 3 && least.growth >= LINEAR; tries++) {
    const next = growthOnce(files, start);
    if (next.growth < least.growth) least = next;
  }
  return least;
}

function growthOnce(files: (size: number) => Files, start: number): Growth {
  let size = start;
  let least = check(files(size));
  while (least.cost < LEAST_MICROSECONDS && size < LARGEST) {
    size *= 2;
    least = check(files(size));
  }
  // If even that costs next to nothing, the measurement would only be noise.
  const growth = check(files(size * 4)).cost / Math.max(least.cost, LEAST_MICROSECONDS / 4);
  return { growth, codes: least.codes };
}

test.each(Object.entries(GROWTH))("the time of a check grows linearly with its files: %s", (_, files) => {
  expect(growthOf(files, 500).growth).toBeLessThan(LINEAR);
});

test.each(Object.entries(BOUNDED))("the time of a check is limited when files multiply: %s", (_, files) => {
  expect(setOf(files(100)).issues).toEqual([]);
  const { growth, codes } = growthOf(files, LARGEST);
  expect(codes).toContain("YAML_EXPANSION");
  expect(growth).toBeLessThan(LINEAR);
});
