import { describe, expect, test } from "@jest/globals";
import { canonicalZone, outdatedZone, zoneProblem } from "../../../provider/core/schedule/zones";

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
  ])("%s is valid", (zone) => expect(zoneProblem(zone)).toBeUndefined());

  test.each([
    "",
    "Mars/Olympus",
    "+05:30",
    "-08:00",
    "UTC+2",
    " Europe/Paris",
    "SystemV/PST8PDT",
    "SystemV/AST4",
    "XYZ",
  ])("%j is unknown", (zone) => {
    expect(zoneProblem(zone)).toEqual({
      code: "ZONE_UNKNOWN",
      message: `"${zone}" is not an IANA time zone`,
      hint: 'Write a name such as "UTC", "Europe/Paris" or "America/New_York".',
    });
  });

  test.each([
    ["utc", "UTC"],
    ["europe/paris", "Europe/Paris"],
    ["EUROPE/PARIS", "Europe/Paris"],
    ["America/new_york", "America/New_York"],
    // An alias: Intl knows the zone that it refers to, but not the case of the alias.
    ["us/eastern", "America/New_York"],
    ["asia/kolkata", canonicalZone("Asia/Kolkata")],
  ])("%s is misspelled: %s", (zone, right) => {
    expect(zoneProblem(zone)).toEqual({
      code: "ZONE_SPELLING",
      message: `"${zone}" is not the IANA spelling`,
      hint: `Write "${right}".`,
    });
  });

  test.each([
    ["BST", 'Write "Europe/London", or "Asia/Dhaka" if that is meant.'],
    ["IST", 'Write "Asia/Kolkata", or "Europe/Dublin" or "Asia/Jerusalem" if that is meant.'],
    ["PST", 'Write "America/Los_Angeles", or "Asia/Manila" if that is meant.'],
    ["JST", 'Write "Asia/Tokyo".'],
    ["bst", 'Write "Europe/London", or "Asia/Dhaka" if that is meant.'],
    ["CEST", 'Write "Europe/Paris".'],
    ["EDT", 'Write "America/New_York".'],
  ])("%s is an abbreviation", (zone, hint) => {
    expect(zoneProblem(zone)).toEqual({
      code: "ZONE_UNKNOWN",
      message: `"${zone}" is an abbreviation, not an IANA time zone`,
      hint,
    });
  });

  test.each([
    ["US/Pacific-New", "America/Los_Angeles"],
    ["Canada/East-Saskatchewan", "America/Regina"],
  ])("%s, which IANA has removed, is %s", (zone, now) => {
    expect(zoneProblem(zone)).toMatchObject({ code: "ZONE_UNKNOWN", hint: `Write "${now}".` });
  });

  test("a text of three letters is a zone only if IANA has it", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const sound = letters.flatMap((a) =>
      letters.flatMap((b) =>
        letters.flatMap((c) => (zoneProblem(`${a}${b}${c}`)?.code === undefined ? [`${a}${b}${c}`] : [])),
      ),
    );
    // The complete list of such names in the IANA database.
    expect(sound).toEqual("CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET".split(" "));
  });

  test("every zone that a hint suggests is valid", () => {
    const named = ["ACT", "ART", "AST", "BST", "CST", "ECT", "IST", "NST", "PST", "SST", "VST", "IET", "PLT"]
      .flatMap((zone) => [...zoneProblem(zone)!.hint.matchAll(/"([^"]+)"/g)])
      .map(([, zone]) => zone!);
    expect(named.length).toBeGreaterThan(13);
    expect(named.filter((zone) => zoneProblem(zone) !== undefined)).toEqual([]);
  });
});

describe("outdatedZone", () => {
  test.each([
    ["America/Vancouver", "2025c", "IANA 2026b"],
    ["America/Vancouver", "2026a", "IANA 2026b"],
    ["Africa/Casablanca", "2026b", "IANA 2026c"],
    ["America/Havana", "2026e", "IANA 2026f"],
    ["Europe/Chisinau", "2025c", "IANA 2026a"],
  ])("%s in the database of %s is not %s", (zone, tables, release) => {
    expect(outdatedZone(zone, tables)?.message).toContain(release);
  });

  test.each([
    ["America/Vancouver", "2026b"],
    ["America/Vancouver", "2027a"],
    ["America/Vancouver", undefined],
    ["Europe/Paris", "2025c"],
    ["UTC", "2020a"],
  ])("%s in the database of %s is up to date", (zone, tables) => {
    expect(outdatedZone(zone, tables)).toBeUndefined();
  });
});
