// Wires the page: filters, zoom, pointer and keys. Without it the tables still say everything.
(() => {
  const { read, filtered, runAfter, runBefore, nearest, local, MINUTE } = globalThis.timelineData;
  const { overview, lanes, namesWidth, ROW, AXIS } = globalThis.timelineCanvas;
  const byId = (id) => document.getElementById(id);
  const data = read(JSON.parse(byId("data").textContent));
  const actions = [...new Set(data.rows.map(({ action }) => action))].sort();
  const view = { from: data.from, to: data.to };
  const state = { rows: data.rows, selected: undefined, run: undefined };
  const box = byId("lanes");
  const tip = byId("tip");

  let isPlanned = false;
  let isWindowChanged = true;
  /** One drawing a frame, however many events ask for it. */
  function draw(all = true) {
    isWindowChanged ||= all;
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      if (isWindowChanged) overview(byId("overview"), { data, rows: state.rows, view });
      isWindowChanged = false;
      const [width, height] = [box.clientWidth, box.clientHeight];
      lanes(byId("canvas"), {
        data,
        rows: state.rows,
        view,
        actions,
        top: box.scrollTop,
        width,
        height,
        selected: state.selected,
      });
      const [from, to] = [local(data, view.from), local(data, view.to)];
      byId("shown").textContent = `${from.day} ${from.minute} to ${to.day} ${to.minute}`;
      for (const button of document.querySelectorAll("[data-zoom]")) {
        const span = button.dataset.zoom === "all" ? data.to - data.from : Number(button.dataset.zoom);
        button.setAttribute("aria-pressed", String(Math.abs(view.to - view.from - span) < 1000));
        button.hidden = button.dataset.zoom !== "all" && span > 0.9 * (data.to - data.from);
      }
    });
  }

  const SHORTEST = 2 * MINUTE;
  function show(from, span) {
    const length = Math.min(Math.max(span, SHORTEST), data.to - data.from);
    view.from = Math.min(Math.max(from, data.from), data.to - length);
    view.to = view.from + length;
    draw();
  }
  const zoom = (factor, center = (view.from + view.to) / 2) => {
    const span = Math.min(Math.max((view.to - view.from) * factor, SHORTEST), data.to - data.from);
    show(center - ((center - view.from) / (view.to - view.from)) * span, span);
  };
  const pan = (share) => show(view.from + (view.to - view.from) * share, view.to - view.from);
  const center = (time, span = view.to - view.from) => show(time - span / 2, span);

  function resize() {
    byId("spacer").style.height = `${AXIS + state.rows.length * ROW + 2}px`;
    box.style.height = `${AXIS + Math.max(1, state.rows.length) * ROW + 4}px`;
    draw();
  }

  const FILTERS = ["environment", "namespace", "action", "state"];
  function options(select, values, all) {
    for (const [value, text] of [["", all], ...values]) select.append(new Option(text, value));
    // One value is no choice.
    select.parentElement.hidden = values.length < 2;
  }
  for (const key of ["environment", "namespace", "action"]) {
    const values = [...new Set(data.rows.map((row) => row[key]))].sort();
    options(
      byId(key),
      values.map((value) => [value, value || "none"]),
      "All",
    );
  }
  const states = [...new Set(data.rows.map((row) => row.state))].map((value) => [value, value]);
  const differs = data.rows.some(({ change }) => change !== "none") ? [["differs", "differs from live"]] : [];
  const warned = data.warnings.length > 0 ? [["warnings", "with warnings"]] : [];
  options(byId("state"), [...states, ...differs, ...warned], "All");

  function filter() {
    const wanted = Object.fromEntries(FILTERS.map((key) => [key, byId(key).value]));
    state.rows = filtered(data.rows, { search: byId("search").value, ...wanted });
    const kept = new Set(state.rows.map(({ index }) => String(index)));
    for (const line of document.querySelectorAll("#triggers tbody tr"))
      line.hidden = !kept.has(line.dataset.row);
    byId("matches").textContent = `${state.rows.length} of ${data.rows.length}`;
    if (!state.rows.includes(state.selected)) state.selected = undefined;
    box.scrollTop = 0;
    resize();
  }
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());

  byId("earlier").addEventListener("click", () => pan(-0.5));
  byId("later").addEventListener("click", () => pan(0.5));
  byId("zoom-in").addEventListener("click", () => zoom(0.5));
  byId("zoom-out").addEventListener("click", () => zoom(2));
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => {
      if (button.dataset.zoom === "all") show(data.from, data.to - data.from);
      else center(state.run ?? (view.from + view.to) / 2, Number(button.dataset.zoom));
    });
  for (const button of document.querySelectorAll("[data-at]"))
    button.addEventListener("click", () => {
      center(Number(button.dataset.at), 10 * MINUTE);
      box.scrollIntoView({ block: "nearest" });
      box.focus();
    });

  const whole = byId("overview");
  whole.addEventListener("pointerdown", (event) => {
    whole.setPointerCapture(event.pointerId);
    moveOver(event);
  });
  whole.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) moveOver(event);
  });
  function moveOver(event) {
    const { left, width } = whole.getBoundingClientRect();
    center(data.from + ((event.clientX - left) / width) * (data.to - data.from));
  }

  /** The row and the moment under the pointer. */
  function under(event) {
    const { left, top, width } = box.getBoundingClientRect();
    const names = namesWidth(box.clientWidth);
    const x = event.clientX - left - names;
    const row = state.rows[Math.floor((event.clientY - top + box.scrollTop - AXIS) / ROW)];
    const time = view.from + (x / (width - names)) * (view.to - view.from);
    return { row: event.clientY - top < AXIS ? undefined : row, time, isName: x < 0 };
  }

  let grabbed;
  box.addEventListener("pointerdown", (event) => {
    const found = under(event);
    if (found.row) state.selected = found.row;
    if (event.pointerType === "mouse") box.focus({ preventScroll: true });
    grabbed = { x: event.clientX, from: view.from, id: event.pointerId };
    draw(false);
  });
  box.addEventListener("pointermove", (event) => {
    if (grabbed && event.buttons === 1) {
      if (Math.abs(event.clientX - grabbed.x) > 4 && !box.classList.contains("moving")) {
        box.setPointerCapture(grabbed.id);
        box.classList.add("moving");
      }
      const lane = box.clientWidth - namesWidth(box.clientWidth);
      if (box.classList.contains("moving"))
        show(
          grabbed.from - ((event.clientX - grabbed.x) / lane) * (view.to - view.from),
          view.to - view.from,
        );
      return;
    }
    hover(event);
  });
  for (const name of ["pointerup", "pointercancel"])
    box.addEventListener(name, (event) => {
      grabbed = undefined;
      box.classList.remove("moving");
      hover(event);
    });
  box.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  box.addEventListener("scroll", () => {
    tip.hidden = true;
    draw(false);
  });
  box.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) zoom(event.deltaY < 0 ? 0.8 : 1.25, under(event).time);
      else pan(event.deltaX / 1000);
    },
    { passive: false },
  );

  function hover(event) {
    const { row, time, isName } = under(event);
    if (!row) {
      tip.hidden = true;
      return;
    }
    const lane = box.clientWidth - namesWidth(box.clientWidth);
    const run = isName ? undefined : nearest(row.series, time);
    const isNear = run !== undefined && Math.abs(run - time) * (lane / (view.to - view.from)) < 8;
    say(row, isNear ? run : undefined, event.clientX, event.clientY);
  }

  /** Lines about a row and one of its runs. Names are only ever text. */
  function lines(row, run) {
    const found = [row.label];
    if (run !== undefined) {
      const { day, time, offset } = local(data, run);
      found.push(`Runs ${day} ${time} ${offset} (${new Date(run).toISOString().slice(0, 19)}Z)`);
    }
    found.push(`${row.rule}${row.expression ? ` [${row.expression}]` : ""}`);
    if (row.live) found.push(`Live now: ${row.live.state}, ${row.live.rule} [${row.live.expression}]`);
    if (row.change === "create") found.push("Not live yet");
    if (row.change === "undeclared") found.push("Live, and not declared");
    if (row.state !== "active") found.push(`${row.state}: these runs do not happen`);
    found.push([row.action, row.resource, row.namespace || row.environment].filter(Boolean).join(", "));
    if (row.place) found.push(row.place);
    found.push(...row.warnings);
    return found;
  }

  function say(row, run, x, y) {
    tip.replaceChildren(
      ...lines(row, run).map((text, at) => {
        const line = document.createElement(at === 0 ? "b" : "span");
        line.textContent = text;
        return line;
      }),
    );
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${y + 18 + height > innerHeight ? Math.max(8, y - height - 12) : y + 18}px`;
  }

  function select(row, run) {
    state.selected = row;
    state.run = run;
    const top = state.rows.indexOf(row) * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    if (top + ROW + AXIS > box.scrollTop + box.clientHeight)
      box.scrollTop = top + ROW + AXIS - box.clientHeight;
    if (run !== undefined && (run < view.from || run > view.to)) center(run);
    draw(false);
    byId("live").textContent = lines(row, run).join(". ");
    const { left, top: upper } = box.getBoundingClientRect();
    const names = namesWidth(box.clientWidth);
    const share = run === undefined ? 0 : (run - view.from) / (view.to - view.from);
    say(
      row,
      run,
      left + names + share * (box.clientWidth - names),
      upper + AXIS + top - box.scrollTop + ROW / 2,
    );
  }

  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => step(Number.NEGATIVE_INFINITY),
    End: () => step(Number.POSITIVE_INFINITY),
    PageDown: () => step(10),
    PageUp: () => step(-10),
    ArrowRight: () => along((series, time) => runAfter(series, time + 1)),
    ArrowLeft: () => along(runBefore),
    "+": () => zoom(0.5, state.run),
    "=": () => zoom(0.5, state.run),
    "-": () => zoom(2, state.run),
    Escape: () => {
      tip.hidden = true;
    },
  };
  function step(by) {
    if (state.rows.length === 0) return;
    const at = state.rows.indexOf(state.selected);
    const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), state.rows.length - 1);
    select(state.rows[next], nearest(state.rows[next].series, state.run ?? view.from));
  }
  function along(find) {
    const { selected } = state;
    if (!selected) return step(0);
    const run = find(selected.series, state.run ?? view.from);
    if (run !== undefined) select(selected, run);
  }
  box.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  box.addEventListener("blur", () => {
    tip.hidden = true;
  });

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
  new ResizeObserver(() => draw()).observe(document.body);
  document.querySelector(".lanes-section").hidden = data.rows.length === 0;
  filter();
})();
