import { memoized } from "../json/memo";

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** A stretch of time with one offset from UTC; times in milliseconds since the epoch, offsets in milliseconds. */
export interface Period {
  from: number;
  /** The first moment after it. */
  until: number;
  /** Local time minus UTC. */
  offset: number;
  /** The offset until `from`: another one where the clocks changed there. */
  before: number;
}

interface Change {
  at: number;
  before: number;
  after: number;
}

/** The period that a moment is in, no longer than its year. `zone` is an IANA name that Intl has. */
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

/** No zone has changed its clocks twice within this time since 1970. */
const STEP = 7 * DAY;

/** The changes of a zone's clocks in a year. In: both, with a blank between them. */
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

/** The first moment in whole seconds that has another offset than `before`. */
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
  // The most common zone, without the time that Intl takes for its first answer.
  if (zone === "UTC") return 0;
  const text = formatOf(zone).format(time);
  const [, sign, hours, minutes, seconds = "0"] = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  // Plain GMT.
  if (hours === undefined) return 0;
  const span = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
  return sign === "-" ? -span : span;
}
