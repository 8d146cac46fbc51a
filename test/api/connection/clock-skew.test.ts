import { expect, test } from "@jest/globals";
import { skewOf } from "../../../provider/api/connection/clock-skew";
import { clockSkewText } from "../../../provider/core/report/clock-skew";

const SENT = Date.parse("2026-11-24T12:00:00.500Z");
const ANSWERED = Date.parse("2026-11-24T12:00:02.500Z");

test.each<[date: string | undefined, skew: number | undefined]>([
  ["Tue, 24 Nov 2026 12:00:00 GMT", 0],
  ["Tue, 24 Nov 2026 12:00:02 GMT", 0],
  ["Tue, 24 Nov 2026 12:05:02 GMT", 299_500],
  ["Tue, 24 Nov 2026 11:55:00 GMT", -299_500],
  ["2026-11-24", undefined],
  [undefined, undefined],
])("Date: %s", (date, skew) => {
  const headers = date === undefined ? {} : { date };
  expect(skewOf(headers, { sentAt: SENT, answeredAt: ANSWERED })).toBe(skew);
});

test.each([
  [60_000, undefined],
  [-60_000, undefined],
  [61_000, "61 s behind"],
  [-61_400, "61 s ahead of"],
])("a clock difference of %s ms", (skew, what) => {
  if (what === undefined) expect(clockSkewText(skew)).toBeUndefined();
  else expect(clockSkewText(skew)).toContain(`clock is ${what} the API's`);
});
