import { memoized } from "../json/memo";

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** A time span with one offset from UTC. Times are in milliseconds since the epoch, offsets in milliseconds. */
export interface Period {
  from: number;
  /** The first moment after the period. */
  until: number;
  /** Local time minus UTC. */
  offset: number;
  /** The offset just before `from`; it differs if the clocks changed there. */
  before: number;
}

interface Change {
  at: number;
  before: number;
  after: number;
}

/** The period that contains a moment, at most to the end of its year. `zone` is an IANA name known to Intl. */
export function periodAt(zone: string, time: number): Period {
  const year = new Date(time).getUTCFullYear();
  const changes = changesOf(`${zone} ${year}`);
  const next = changes.findIndex(({ at }) => at > time);
  const last = changes[next < 0 ? changes.length - 1 : next - 1];
  const start = Date.UTC(year, 0, 1);
  const offset = last?.after ?? changes[0]?.before ?? offsetAt(zone, start);
  return {
    from: last?.at ?? start,
    until: changes[next]?.at ?? Date.UTC(year + 1, 0, 1),
    offset,
    before: last?.before ?? offset,
  };
}

/** Since 1970, no zone has changed its clocks twice within this time. */
const STEP = 7 * DAY;

/** The clock changes of a zone in a year. The key is the zone and the year, separated by a space. */
const changesOf = memoized((zoneAndYear): readonly Change[] => {
  const [, zone, year] = /^(.*) (-?\d+)$/.exec(zoneAndYear)!;
  const end = Date.UTC(Number(year) + 1, 0, 1) - 1;
  const changes: Change[] = [];
  let from = Date.UTC(Number(year), 0, 1) - 1;
  let before = offsetAt(zone!, from);
  while (from < end) {
    const to = Math.min(from + STEP, end);
    const after = offsetAt(zone!, to);
    if (after !== before) changes.push({ at: changeBetween(zone!, from, to, before), before, after });
    before = after;
    from = to;
  }
  return changes;
});

/** The first moment, in whole seconds, whose offset is not `before`. */
function changeBetween(zone: string, from: number, to: number, before: number): number {
  let low = Math.floor(from / SECOND);
  let high = Math.ceil(to / SECOND);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * SECOND) === before) low = middle;
    else high = middle;
  }
  return high * SECOND;
}

const formatOf = memoized(
  (zone) => new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }),
);

function offsetAt(zone: string, time: number): number {
  // The most common zone needs no Intl, whose first call is slow.
  if (zone === "UTC") return 0;
  const text = formatOf(zone).format(time);
  const [, sign, hours, minutes, seconds = "0"] = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  // Intl writes offset 0 as plain GMT.
  if (hours === undefined) return 0;
  const span = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
  return sign === "-" ? -span : span;
}
