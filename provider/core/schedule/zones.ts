import { memoized } from "../json/memo";

export interface ZoneProblem {
  code: "ZONE_UNKNOWN" | "ZONE_SPELLING";
  message: string;
  hint: string;
}

/** What is wrong with a time zone; undefined if it is valid. The service accepts IANA names and is case-sensitive. */
export function zoneProblem(zone: string): ZoneProblem | undefined {
  const meant = own(ABBREVIATIONS, zone.toUpperCase());
  if (meant !== undefined) return abbreviation(zone, meant);
  const canonical = isIana(zone) ? canonicalOrNone(zone) : undefined;
  if (canonical === undefined) {
    const near = own(REMOVED, zone);
    return {
      code: "ZONE_UNKNOWN",
      message: `"${zone}" is not an IANA time zone`,
      hint: near ? `Write "${near}".` : 'Write a name such as "UTC", "Europe/Paris" or "America/New_York".',
    };
  }
  // An alias has a different canonical name, so its case can only be guessed: no part of a name starts with a
  // lowercase letter.
  const misspelled = canonical.toLowerCase() === zone.toLowerCase() || /(^|\/)[a-z]/.test(zone);
  if (canonical !== zone && misspelled) {
    return {
      code: "ZONE_SPELLING",
      message: `"${zone}" is not the IANA spelling`,
      hint: `Write "${canonical}".`,
    };
  }
  return undefined;
}

/** The canonical name for all aliases of a zone; an unknown name stays as it is. */
export const canonicalZone = (zone: string): string =>
  isIana(zone) ? (canonicalOrNone(zone) ?? zone) : zone;

function abbreviation(zone: string, meant: string): ZoneProblem {
  const [first, ...others] = meant.split(" ");
  const more =
    others.length > 0 ? `, or ${others.map((name) => `"${name}"`).join(" or ")} if that is meant` : "";
  return {
    code: "ZONE_UNKNOWN",
    message: `"${zone}" is an abbreviation, not an IANA time zone`,
    hint: `Write "${first}"${more}.`,
  };
}

/**
 * Abbreviations. JavaScript accepts most of them, but not always as the zone that people mean: its BST is in Dhaka.
 * The service's Python knows none. EST, MST, HST, CET, MET, EET and WET are absent here, since IANA has those names.
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ACT: "Australia/Darwin America/Rio_Branco",
  ACST: "Australia/Adelaide",
  AEDT: "Australia/Sydney",
  AEST: "Australia/Sydney",
  AET: "Australia/Sydney",
  AGT: "America/Argentina/Buenos_Aires",
  AKST: "America/Anchorage",
  ART: "America/Argentina/Buenos_Aires Africa/Cairo",
  AST: "America/Halifax America/Anchorage Asia/Riyadh",
  AWST: "Australia/Perth",
  BET: "America/Sao_Paulo",
  BRT: "America/Sao_Paulo",
  BST: "Europe/London Asia/Dhaka",
  CAT: "Africa/Maputo",
  CDT: "America/Chicago",
  CEST: "Europe/Paris",
  CNT: "America/St_Johns",
  CST: "America/Chicago Asia/Shanghai America/Havana",
  CTT: "Asia/Shanghai",
  EAT: "Africa/Nairobi",
  ECT: "America/Guayaquil Europe/Paris",
  EDT: "America/New_York",
  EEST: "Europe/Athens",
  GST: "Asia/Dubai",
  HKT: "Asia/Hong_Kong",
  IET: "America/Indiana/Indianapolis",
  IST: "Asia/Kolkata Europe/Dublin Asia/Jerusalem",
  JST: "Asia/Tokyo",
  KST: "Asia/Seoul",
  MDT: "America/Denver",
  MIT: "Pacific/Apia",
  MSK: "Europe/Moscow",
  NET: "Asia/Yerevan",
  NST: "America/St_Johns Pacific/Auckland",
  NZST: "Pacific/Auckland",
  PDT: "America/Los_Angeles",
  PKT: "Asia/Karachi",
  PLT: "Asia/Karachi",
  PNT: "America/Phoenix",
  PRT: "America/Puerto_Rico",
  PST: "America/Los_Angeles Asia/Manila",
  SGT: "Asia/Singapore",
  SST: "Pacific/Pago_Pago Pacific/Guadalcanal",
  VST: "Asia/Ho_Chi_Minh",
  WEST: "Europe/Lisbon",
};

/** Names that IANA has removed and JavaScript still accepts. */
const REMOVED: Readonly<Record<string, string>> = {
  "US/Pacific-New": "America/Los_Angeles",
  "Canada/East-Saskatchewan": "America/Regina",
};

/** Reads own keys only: every object inherits names such as `__proto__`. */
const own = (table: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

const isIana = (zone: string): boolean =>
  /^[A-Za-z]/.test(zone) &&
  !zone.startsWith("SystemV/") &&
  own(REMOVED, zone) === undefined &&
  own(ABBREVIATIONS, zone.toUpperCase()) === undefined;

const canonicalOrNone = memoized((zone) => {
  // The most common zone needs no Intl, whose first call is slow.
  if (zone === "UTC") return zone;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
});

/** Changes of zone rules since 2026, by the first IANA release that contains them. Source: the NEWS file of tzdata. */
const CHANGED: readonly { release: string; zones: readonly string[]; from: string }[] = [
  { release: "2026a", zones: ["Europe/Chisinau", "Europe/Tiraspol"], from: "2026-03-29" },
  { release: "2026b", zones: ["America/Vancouver", "Canada/Pacific"], from: "2026-11-01" },
  { release: "2026c", zones: ["Africa/Casablanca", "Africa/El_Aaiun"], from: "2026-09-20" },
  {
    release: "2026c",
    zones: ["America/Edmonton", "America/Yellowknife", "Canada/Mountain"],
    from: "2026-11-01",
  },
  { release: "2026d", zones: ["America/Inuvik"], from: "2026-11-01" },
  {
    release: "2026e",
    zones: ["America/Winnipeg", "America/Rainy_River", "Canada/Central"],
    from: "2026-11-01",
  },
  { release: "2026f", zones: ["America/Havana", "Cuba"], from: "2026-11-01" },
];

/**
 * Why the times shown for a zone may be wrong here: its rules changed after this process's tables were released.
 * `tables`: that release, such as 2025c (`process.versions.tz`).
 */
export function outdatedZone(
  zone: string,
  tables: string | undefined,
): { message: string; hint: string } | undefined {
  // Release names sort in the order of release.
  const change = CHANGED.find(
    ({ release, zones }) => zones.includes(zone) && tables !== undefined && tables < release,
  );
  return (
    change && {
      message: `the rules of ${zone} change from ${change.from} (IANA ${change.release}), which the time zone tables of this Node (${tables}) do not have: next runs shown here can be an hour off`,
      hint: "Update Node; the service uses its own tables.",
    }
  );
}
