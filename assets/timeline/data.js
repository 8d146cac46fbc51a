// What the page knows, without a look at the document: rows, times by the zone's clocks, runs in a stretch of time.
(() => {
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;

  function seriesOf(flat, from) {
    const series = [];
    for (let at = 0; at < flat.length; at += 3)
      series.push({ at: from + flat[at], step: flat[at + 1], count: flat[at + 2] });
    return series;
  }

  const schedule = ([state, rule, expression, runs, suppressed], from) => ({
    state,
    rule,
    expression,
    series: seriesOf(runs, from),
    suppressed: seriesOf(suppressed, from),
  });

  /** The rows of the embedded data, in groups: active, paused, failed. */
  function read(data) {
    const warned = data.rows.map(() => []);
    for (const [, text, indices] of data.warnings) for (const index of indices) warned[index].push(text);
    const several = new Set(data.rows.map(([, environment]) => environment)).size > 1;
    const rows = data.rows.map(
      ([name, environment, namespace, action, resource, change, place, declared, live], index) => ({
        index,
        name,
        label: several ? `${environment}/${name}` : name,
        environment,
        namespace,
        action,
        resource,
        change,
        place,
        ...schedule(declared, data.from),
        live: live ? schedule(live, data.from) : undefined,
        warnings: warned[index],
        text: [name, resource, action, namespace, declared[1], declared[2]].join("\n").toLowerCase(),
      }),
    );
    const order = ["active", "failed", "paused"];
    rows.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.index - b.index);
    const marks = data.warnings.flatMap(([, , indices, moments]) =>
      moments.map((at) => ({ indices, at: data.from + at })),
    );
    return { ...data, rows, marks };
  }

  /** Rows that a filter leaves; "" leaves all. */
  const filtered = (rows, { search, environment, namespace, action, state }) => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    return rows.filter(
      (row) =>
        (environment === "" || row.environment === environment) &&
        (namespace === "" || row.namespace === namespace) &&
        (action === "" || row.action === action) &&
        (state === "" ||
          row.state === state ||
          (state === "differs" && row.change !== "none") ||
          (state === "warnings" && row.warnings.length > 0)) &&
        words.every((word) => row.text.includes(word)),
    );
  };

  const endOf = ({ at, step, count }) => at + step * (count - 1);

  /** The first run at or after a moment. */
  function runAfter(series, time) {
    for (const each of series) {
      if (endOf(each) < time) continue;
      if (each.at >= time || each.step === 0) return each.at;
      return each.at + Math.ceil((time - each.at) / each.step) * each.step;
    }
    return undefined;
  }

  /** The last run before a moment. */
  function runBefore(series, time) {
    for (let at = series.length - 1; at >= 0; at -= 1) {
      const each = series[at];
      if (each.at >= time) continue;
      if (each.step === 0) return each.at;
      return each.at + Math.min(each.count - 1, Math.ceil((time - each.at) / each.step) - 1) * each.step;
    }
    return undefined;
  }

  function nearest(series, time) {
    const [before, after] = [runBefore(series, time), runAfter(series, time)];
    if (before === undefined || after === undefined) return before ?? after;
    return time - before < after - time ? before : after;
  }

  /** Adds the runs of a row to counts of equal stretches of the window. */
  function addCounts(counts, series, from, size) {
    for (const { at, step, count } of series) {
      if (step >= size || count === 1) {
        for (let n = 0; n < count; n += 1) counts[Math.floor((at + n * step - from) / size)] += 1;
        continue;
      }
      const last = at + step * (count - 1);
      for (let bin = Math.floor((at - from) / size); bin <= Math.floor((last - from) / size); bin += 1) {
        const begin = Math.max(at, from + bin * size);
        const end = Math.min(last, from + (bin + 1) * size);
        counts[bin] += Math.max(1, Math.round((end - begin) / step));
      }
    }
  }

  const offsetAt = ({ offsets }, time) => {
    let offset = offsets[0][1];
    for (const [at, after] of offsets) if (time >= at) offset = after;
    return offset;
  };

  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const two = (value) => String(value).padStart(2, "0");

  function local(data, time) {
    const offset = offsetAt(data, time);
    const date = new Date(time + offset);
    const minutes = Math.abs(offset) / MINUTE;
    return {
      day: `${WEEKDAYS[date.getUTCDay()]} ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]}`,
      minute: date.toISOString().slice(11, 16),
      time: date.toISOString().slice(11, 19),
      offset: `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
      isWeekend: date.getUTCDay() % 6 === 0,
      isMidnight: (time + offset) % DAY === 0,
    };
  }

  const STEPS = [1, 5, 10, 15, 30, 60, 180, 360, 720, 1440, 2880, 3 * 1440, 7 * 1440, 30 * 1440].map(
    (each) => each * MINUTE,
  );

  /** Round local times in a stretch, no nearer to each other than `least` milliseconds. */
  function ticks(data, from, to, least) {
    const step = STEPS.find((each) => each >= least) ?? STEPS.at(-1);
    const found = [];
    let at = Math.ceil((from + offsetAt(data, from)) / step) * step;
    for (; found.length < 500; at += step) {
      const guess = at - offsetAt(data, at - offsetAt(data, from));
      const time = at - offsetAt(data, guess);
      if (time > to) break;
      if (time >= from && time !== found.at(-1)) found.push(time);
    }
    return found;
  }

  globalThis.timelineData = {
    read,
    filtered,
    runAfter,
    runBefore,
    nearest,
    addCounts,
    endOf,
    local,
    ticks,
    DAY,
    HOUR,
    MINUTE,
  };
})();
