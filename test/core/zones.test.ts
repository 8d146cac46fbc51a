import { describe, expect, test } from "@jest/globals";
import { canonicalZone, zoneProblem } from "../../provider/core/cron";

describe("canonicalZone", () => {
  test.each([
    ["Etc/UTC", "UTC"],
    ["Zulu", "UTC"],
    ["utc", "UTC"],
    ["US/Eastern", "America/New_York"],
    ["Asia/Kolkata", "Asia/Calcutta"],
    ["Europe/Kyiv", "Europe/Kiev"],
    ["europe/paris", "Europe/Paris"],
  ])("%s is %s", (a, b) => expect(canonicalZone(a)).toBe(canonicalZone(b)));

  test.each([
    ["Europe/Paris", "Europe/Berlin"],
    ["UTC", "Europe/London"],
    ["Etc/GMT+5", "Etc/GMT-5"],
  ])("%s is not %s", (a, b) => expect(canonicalZone(a)).not.toBe(canonicalZone(b)));

  test("an unknown zone stays as it is", () => expect(canonicalZone("Mars/Olympus")).toBe("Mars/Olympus"));
});

describe("zoneProblem", () => {
  test.each([
    "UTC",
    "Etc/UTC",
    "Europe/Paris",
    "America/Port-au-Prince",
    "Africa/Dar_es_Salaam",
    "US/Eastern",
    "Asia/Kolkata",
    "Etc/GMT+5",
    "EST5EDT",
    "NZ-CHAT",
  ])("%s is sound", (zone) => expect(zoneProblem(zone)).toBeUndefined());

  test.each(["", "Mars/Olympus", "+05:30", "-08:00", "UTC+2", " Europe/Paris", "CEST"])(
    "%j is unknown",
    (zone) => {
      expect(zoneProblem(zone)).toEqual({
        code: "ZONE_UNKNOWN",
        message: `"${zone}" is not an IANA time zone`,
        hint: 'Write a name such as "UTC", "Europe/Paris" or "America/New_York".',
      });
    },
  );

  test.each([
    ["utc", "UTC"],
    ["europe/paris", "Europe/Paris"],
    ["EUROPE/PARIS", "Europe/Paris"],
    ["America/new_york", "America/New_York"],
    // An alias: Intl knows the zone it stands for, not how the alias is spelled.
    ["us/eastern", "America/New_York"],
    ["asia/kolkata", canonicalZone("Asia/Kolkata")],
  ])("%s is misspelled: %s", (zone, right) => {
    expect(zoneProblem(zone)).toEqual({
      code: "ZONE_SPELLING",
      message: `"${zone}" is not spelled as IANA does`,
      hint: `Write "${right}".`,
    });
  });
});
