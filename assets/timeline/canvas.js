// Draws what is visible: the density of the whole window, and the lanes that the scroll position shows.
(() => {
  const { addCounts, endOf, local, ticks, DAY } = globalThis.timelineData;
  const ROW = 24;
  const AXIS = 34;
  const FONT = "12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

  /** A canvas in device pixels, cleared. */
  function prepared(canvas, width, height) {
    const ratio = globalThis.devicePixelRatio || 1;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = FONT;
    context.textBaseline = "middle";
    return context;
  }

  /** The colors of the page, which follow light and dark. */
  function colors() {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  }

  const hue = (color, { state }, action) => (state === "active" ? color(`hue${action % 6}`) : color(state));

  function fitted(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    let [low, high] = [0, text.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
      else high = middle - 1;
    }
    return `${text.slice(0, low)}…`;
  }

  /** Runs in the window by stretches of it, with the part that the lanes show. */
  function overview(canvas, { data, rows, view }) {
    const width = canvas.parentElement.clientWidth;
    const height = 46;
    const context = prepared(canvas, width, height);
    const color = colors();
    const bins = Math.max(1, Math.floor(width / 3));
    const size = (data.to - data.from) / bins;
    const counts = new Float64Array(bins + 1);
    for (const { state, series } of rows) if (state === "active") addCounts(counts, series, data.from, size);
    const most = Math.max(1, ...counts);
    context.fillStyle = color("panel");
    context.fillRect(0, 0, width, height);
    context.fillStyle = color("hue0");
    for (let bin = 0; bin < bins; bin += 1) {
      const high = counts[bin] === 0 ? 0 : Math.max(2, (counts[bin] / most) * (height - 6));
      context.fillRect((bin * width) / bins, height - high, width / bins - 0.5, high);
    }
    const x = (time) => ((time - data.from) / (data.to - data.from)) * width;
    context.globalAlpha = 0.6;
    context.fillStyle = color("back");
    context.fillRect(0, 0, x(view.from), height);
    context.fillRect(x(view.to), 0, width - x(view.to), height);
    context.globalAlpha = 1;
    context.strokeStyle = color("focus");
    context.strokeRect(x(view.from) + 0.5, 0.5, Math.max(2, x(view.to) - x(view.from) - 1), height - 1);
  }

  /** Width of the names. */
  const namesWidth = (width) => Math.round(Math.min(240, Math.max(112, width * 0.24)));

  function lanes(canvas, { data, rows, view, actions, top, width, height, selected }) {
    const context = prepared(canvas, width, height);
    const color = colors();
    const left = namesWidth(width);
    const scale = (width - left) / (view.to - view.from);
    const x = (time) => left + (time - view.from) * scale;
    context.fillStyle = color("back");
    context.fillRect(0, 0, width, height);
    const first = Math.max(0, Math.floor((top - AXIS) / ROW));
    const last = Math.min(rows.length, Math.ceil((top + height - AXIS) / ROW));
    const yOf = (at) => AXIS + at * ROW - top;
    for (let at = first; at < last; at += 1) {
      if (at % 2 === 1 || rows[at] === selected) {
        context.fillStyle = rows[at] === selected ? color("line") : color("stripe");
        context.fillRect(0, yOf(at), width, ROW);
      }
    }
    grid(context, { data, view, x, left, width, height, color });
    context.save();
    context.beginPath();
    context.rect(left, AXIS, width - left, height - AXIS);
    context.clip();
    for (let at = first; at < last; at += 1) {
      const row = rows[at];
      context.fillStyle = hue(color, row, actions.indexOf(row.action));
      const isDouble = row.live !== undefined;
      runs(context, row.series, view, scale, x, yOf(at) + 5, isDouble ? 8 : ROW - 10);
      // In planned quiet, they do not run.
      context.fillStyle = color("dim");
      runs(context, row.suppressed, view, scale, x, yOf(at) + 5, isDouble ? 8 : ROW - 10);
      if (!isDouble) continue;
      context.fillStyle = color("live");
      runs(context, row.live.series, view, scale, x, yOf(at) + 15, 4);
    }
    context.restore();
    names(context, { rows, first, last, yOf, left, color });
    axis(context, { data, view, x, left, width, color });
    const shown = new Set(rows.map(({ index }) => index));
    for (const { at, indices } of data.marks)
      if (at >= view.from && at <= view.to && indices.some((index) => shown.has(index)))
        triangle(context, x(at), color("warning"));
  }

  /** A warning's moment, at the foot of the axis. */
  function triangle(context, at, color) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(at, AXIS - 9);
    context.lineTo(at + 5, AXIS);
    context.lineTo(at - 5, AXIS);
    context.fill();
  }

  function runs(context, series, view, scale, x, y, height) {
    let drawn = Number.NEGATIVE_INFINITY;
    for (const each of series) {
      const end = endOf(each);
      if (end < view.from - 3 / scale) continue;
      if (each.at > view.to) break;
      const distance = each.step * scale;
      if (each.count > 1 && distance < 4) {
        context.globalAlpha = Math.max(0.35, Math.min(0.85, 1.6 / Math.max(1, distance)));
        const from = Math.max(x(each.at), x(view.from) - 2);
        context.fillRect(from, y, Math.max(2.5, Math.min(x(end), x(view.to) + 2) - from + 2), height);
        context.globalAlpha = 1;
        drawn = x(end);
        continue;
      }
      const wide = Math.max(2.5, Math.min(6, distance / 4 || 3));
      const skipped = each.step === 0 ? 0 : Math.max(0, Math.floor((view.from - each.at) / each.step));
      for (let n = skipped; n < each.count; n += 1) {
        const time = each.at + n * each.step;
        if (time > view.to) break;
        const at = x(time);
        if (at - drawn < 1) continue;
        drawn = at;
        context.fillRect(at - wide / 2, y, wide, height);
      }
    }
  }

  function grid(context, { data, view, x, left, width, height, color }) {
    const least = (80 / (width - left)) * (view.to - view.from);
    context.fillStyle = color("line");
    for (const time of ticks(data, view.from, view.to, least)) {
      context.globalAlpha = local(data, time).isMidnight ? 1 : 0.5;
      if (x(time) > left) context.fillRect(Math.round(x(time)), AXIS - 6, 1, height);
    }
    context.globalAlpha = 1;
    for (const [time] of data.offsets.slice(1)) line(context, x(time), left, height, color("hue2"));
    line(context, x(Date.now()), left, height, color("now"));
  }

  function line(context, at, left, height, color) {
    if (at < left) return;
    context.fillStyle = color;
    context.fillRect(Math.round(at), AXIS, 1.5, height);
  }

  function names(context, { rows, first, last, yOf, left, color }) {
    for (let at = first; at < last; at += 1) {
      const { label, state, change, warnings } = rows[at];
      const alert = warnings.length > 0 ? "! " : "";
      const mark = { create: "+ ", change: "~ ", undeclared: "? " }[change] ?? "";
      const suffix = state === "active" ? "" : ` (${state})`;
      context.fillStyle = state === "active" ? color("text") : color(state === "failed" ? "failed" : "dim");
      context.fillText(fitted(context, `${alert}${mark}${label}${suffix}`, left - 18), 8, yOf(at) + ROW / 2);
    }
    context.fillStyle = color("line");
    context.fillRect(left - 1, AXIS, 1, 1e5);
  }

  function axis(context, { data, view, x, left, width, color }) {
    context.fillStyle = color("panel");
    context.fillRect(0, 0, width, AXIS);
    context.fillStyle = color("line");
    context.fillRect(0, AXIS - 1, width, 1);
    const span = view.to - view.from;
    const marks = ticks(data, view.from, view.to, (80 / (width - left)) * span);
    let day = "";
    let shownUntil = 0;
    for (const time of marks) {
      const at = x(time);
      const text = local(data, time);
      context.fillStyle = text.isWeekend ? color("dim") : color("text");
      if (span <= 3 * DAY || !text.isMidnight) context.fillText(text.minute, at + 3, 24);
      if (text.day === day || at < shownUntil) continue;
      day = text.day;
      context.fillText(text.day, at + 3, 10);
      shownUntil = at + context.measureText(text.day).width + 8;
    }
    context.fillStyle = color("dim");
    context.fillText(fitted(context, data.zone, left - 16), 8, AXIS / 2);
  }

  globalThis.timelineCanvas = { overview, lanes, namesWidth, ROW, AXIS };
})();
