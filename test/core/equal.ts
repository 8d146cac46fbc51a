import { isDeepStrictEqual } from "node:util";
import { expect } from "@jest/globals";

/**
 * `expect(actual).toEqual(expected)` for property tests, which check it a hundred thousand times: jest creates an error
 * and all of its matchers each time. What is deeply and strictly equal is equal for jest, too.
 */
export function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
