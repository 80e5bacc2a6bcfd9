// Events on a line of time that zooms from centuries to days; an uncertain date is drawn as long as it is uncertain.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { quantileSorted } from "d3-array";
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { DAY, count, inOrder, link, showYear } from "./data.js";
import { Filters, matching } from "./filters.jsx";
import { EventList, Legend, colours, useRedrawOnScheme } from "./parts.jsx";

const LANE = 22;
const AXIS = 26;
const MARK = 9;

// The time that holds nearly all events; a stray century stays reachable by zooming out.
function usual(events) {
  const starts = events.map((e) => e.t0).sort((a, b) => a - b);
  const ends = events.map((e) => e.t1).sort((a, b) => a - b);
  const [a, b] = [quantileSorted(starts, 0.02), quantileSorted(ends, 0.98)];
  const pad = Math.max((b - a) * 0.04, 30 * DAY);
  return [a - pad, b + pad];
}

// Words beside a mark: who did what to whom.
const words = (e) => `${e.who ? `${e.who} ` : ""}${e.trigger}${e.whom ? ` ${e.whom}` : ""}`;
// Shorter than this a cut name says nothing.
const LEGIBLE = 80;
const LONGEST = 320;
const widths = new Map();
function widthOf(e, g) {
  if (!widths.has(e)) widths.set(e, Math.min(g.measureText(words(e)).width, LONGEST));
  return widths.get(e);
}

// Lanes depend on the zoom alone, so that nothing jumps while the line is dragged. While most of them are free, an event
// keeps its words' room too.
function pack(events, perMs, lanes, g, longest) {
  const ends = new Array(lanes).fill(-Infinity);
  const rows = Array.from({ length: lanes }, () => []);
  const left = [];
  for (const e of events) {
    const x0 = e.t0 * perMs;
    const x1 = Math.max((e.t1 + DAY) * perMs, x0 + MARK);
    let best = 0;
    let free = 0;
    for (let i = 0; i < lanes; i++) {
      if (ends[i] < ends[best]) best = i;
      if (ends[i] <= x0 - 2) free++;
    }
    if (ends[best] > x0 - 2) left.push(e);
    else {
      rows[best].push(e);
      ends[best] = free * 3 > lanes * 2 ? x1 + 14 + Math.min(widthOf(e, g), longest) : x1;
    }
  }
  return { rows, left };
}

function tick(date) {
  if (date.getUTCDate() !== 1) return `${date.getUTCDate()} ${date.toLocaleString("en", { month: "short", timeZone: "UTC" })}`;
  if (date.getUTCMonth()) return date.toLocaleString("en", { month: "short", timeZone: "UTC" });
  return showYear(date.getUTCFullYear());
}

// The whole time below, as bars, with what is in view framed.
const STRIP = 44;
function drawStrip(canvas, colour, dated, base, [from, to], width) {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(STRIP * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(STRIP * ratio);
  }
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, STRIP);
  const bars = new Array(Math.ceil(width / 3) + 1).fill(0);
  for (const e of dated) bars[Math.floor(Math.min(Math.max(base(e.t0), 0), width) / 3)]++;
  const most = Math.max(1, ...bars);
  g.fillStyle = colour.quiet;
  bars.forEach((n, i) => n && g.fillRect(i * 3, STRIP - 3 - Math.max(2, Math.sqrt(n / most) * (STRIP - 8)), 2.2, Math.max(2, Math.sqrt(n / most) * (STRIP - 8))));
  const [a, b] = [Math.max(base(from), 0), Math.min(base(to), width)];
  g.globalAlpha = 0.14;
  g.fillStyle = colour.accent;
  g.fillRect(a, 0, b - a, STRIP);
  g.globalAlpha = 1;
  g.strokeStyle = colour.accent;
  g.lineWidth = 1.5;
  g.strokeRect(a + 1, 1, Math.max(b - a - 2, 2), STRIP - 2);
}

export function Timeline({ filter, setFilter }) {
  const found = useMemo(() => matching(filter, inOrder), [filter]);
  const dated = useMemo(() => found.filter((e) => e.t0 !== null), [found]);
  const canvas = useRef(null);
  const strip = useRef(null);
  const state = useRef({ packed: null, transform: zoomIdentity });
  const [hover, setHover] = useState(null);
  const [view, setView] = useState(null);
  const [width, setWidth] = useState(900);
  const lanes = Math.min(Math.max(Math.ceil(dated.length / 8), 6), width < 600 ? 18 : 26);
  const height = lanes * LANE + AXIS + 6;

  const extent = useMemo(() => {
    if (!dated.length) return [Date.UTC(1900, 0), Date.UTC(2000, 0)];
    const last = dated.reduce((m, e) => Math.max(m, e.t1), -Infinity);
    const pad = Math.max((last - dated[0].t0) * 0.03, 60 * DAY);
    return [dated[0].t0 - pad, last + pad];
  }, [dated]);
  const base = useMemo(() => scaleUtc(extent, [0, width]), [extent, width]);

  const draw = useCallback(() => {
    const s = state.current;
    const c = canvas.current;
    if (!c) return;
    const g = c.getContext("2d");
    g.font = "12px system-ui, sans-serif";
    const x = s.transform.rescaleX(base);
    const [from, to] = x.domain().map(Number);
    const perMs = width / (to - from);
    if (!s.packed || s.packed.events !== dated || s.packed.lanes !== lanes || Math.abs(s.packed.perMs / perMs - 1) > 1e-9) {
      s.packed = { ...pack(dated, perMs, lanes, g, width < 600 ? 0 : LONGEST), events: dated, lanes, perMs };
    }
    const ratio = window.devicePixelRatio || 1;
    if (c.width !== Math.round(width * ratio) || c.height !== Math.round(height * ratio)) {
      c.width = Math.round(width * ratio);
      c.height = Math.round(height * ratio);
    }
    const colour = colours();
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);
    g.font = "12px system-ui, sans-serif";
    g.textBaseline = "middle";
    g.strokeStyle = colour.line;
    g.fillStyle = colour.quiet;
    g.textAlign = "center";
    for (const t of x.ticks(Math.max(3, Math.floor(width / 90)))) {
      const at = Math.round(x(t)) + 0.5;
      g.beginPath();
      g.moveTo(at, 0);
      g.lineTo(at, height - AXIS);
      g.stroke();
      g.fillText(tick(t), at, height - AXIS / 2);
    }
    g.textAlign = "left";
    s.boxes = [];
    s.packed.rows.forEach((row, lane) => {
      const y = 4 + lane * LANE + LANE / 2;
      for (let i = 0; i < row.length; i++) {
        const e = row[i];
        if (e.t1 + DAY < from || e.t0 > to) continue;
        const a = x(e.t0);
        const b = Math.max(x(e.t1 + DAY), a + MARK);
        const certain = e.factuality === "asserted";
        const point = b - a <= MARK + 1;
        g.beginPath();
        if (point) g.arc(a + MARK / 2, y, MARK / 2, 0, 2 * Math.PI);
        else g.roundRect(Math.max(a, -20), y - MARK / 2, Math.min(b, width + 20) - Math.max(a, -20), MARK, MARK / 2);
        g.fillStyle = g.strokeStyle = colour.quad[e.quad_class];
        g.globalAlpha = point ? 1 : 0.4;
        if (certain) g.fill();
        g.globalAlpha = 1;
        g.lineWidth = certain ? 1 : 1.5;
        g.setLineDash(certain ? [] : [3, 2]);
        g.stroke();
        g.setLineDash([]);
        g.lineWidth = 1;
        const next = i + 1 < row.length ? x(row[i + 1].t0) : width + LONGEST;
        const begin = Math.max(a, 0);
        const inside = !point && b - begin > LEGIBLE;
        const at = inside ? begin + 6 : Math.max(b, 0) + 4;
        const room = (inside ? Math.max(b, Math.min(next, width)) : next) - at - 6;
        const wide = widthOf(e, g);
        let drawn = 0;
        if (room >= Math.min(wide, LEGIBLE)) {
          const whole = words(e);
          drawn = Math.min(wide, room);
          const fits = Math.floor((whole.length * drawn) / Math.max(g.measureText(whole).width, 1));
          g.fillStyle = colour.ink;
          g.fillText(fits < whole.length ? `${whole.slice(0, fits - 1)}\u2026` : whole, at, y);
        }
        s.boxes.push({ a: a - 3, b: Math.max(b, at + drawn) + 3, y, e });
      }
    });
    drawStrip(strip.current, colour, dated, base, [from, to], width);
    return [from, to];
  }, [base, dated, width, height, lanes]);

  const settle = useRef(0);
  const redraw = useCallback(() => {
    const domain = draw();
    clearTimeout(settle.current);
    settle.current = setTimeout(() => domain && setView(domain), 120);
  }, [draw]);

  const behaviour = useMemo(
    () => zoom().on("zoom", (event) => {
      state.current.transform = event.transform;
      setHover(null);
      state.current.redraw?.();
    }),
    [],
  );
  useEffect(() => { state.current.redraw = redraw; }, [redraw]);

  const show = useCallback((from, to) => {
    const k = Math.max((extent[1] - extent[0]) / (to - from), 1);
    select(canvas.current).call(behaviour.transform, zoomIdentity.scale(k).translate(-base(from), 0));
  }, [base, extent, behaviour]);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.max(280, Math.floor(entry.contentRect.width))));
    observer.observe(canvas.current.parentElement);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    behaviour.scaleExtent([1, Math.max((extent[1] - extent[0]) / (7 * DAY), 1)]).translateExtent([[0, 0], [width, height]]).extent([[0, 0], [width, height]]);
    select(canvas.current).call(behaviour).on("dblclick.zoom", null);
    state.current.redraw = redraw;
    if (dated.length) show(...usual(dated));
    else redraw();
  }, [extent, width, behaviour]);
  useEffect(redraw, [redraw]);
  useRedrawOnScheme(useEffect, redraw);

  const moveTo = (event) => {
    const box = canvas.current.getBoundingClientRect();
    select(canvas.current).call(behaviour.translateTo, event.clientX - box.left, 0);
  };
  const at = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const hit = (state.current.boxes || []).filter((b) => px >= b.a && px <= b.b && Math.abs(py - b.y) <= LANE / 2);
    return hit.length ? { e: hit[hit.length - 1].e, px, py } : null;
  };
  const keys = (event) => {
    const target = select(canvas.current);
    const moves = { ArrowLeft: 80, ArrowRight: -80 };
    if (moves[event.key]) target.call(behaviour.translateBy, moves[event.key] / state.current.transform.k, 0);
    else if (event.key === "+" || event.key === "=") target.call(behaviour.scaleBy, 1.5);
    else if (event.key === "-") target.call(behaviour.scaleBy, 1 / 1.5);
    else if (event.key === "Home" || event.key === "0") target.call(behaviour.transform, zoomIdentity);
    else return;
    event.preventDefault();
  };
  const inView = view ? dated.filter((e) => e.t1 >= view[0] && e.t0 <= view[1]) : dated;
  const hidden = view && state.current.packed ? state.current.packed.left.filter((e) => e.t1 >= view[0] && e.t0 <= view[1]).length : 0;
  const scaleBy = (k) => () => select(canvas.current).call(behaviour.scaleBy, k);
  return (
    <>
      <h1>Timeline</h1>
      <Filters filter={filter} setFilter={setFilter} found={found.length} />
      <div class="toolbar">
        <button type="button" onClick={scaleBy(2)}>Zoom in</button>
        <button type="button" onClick={scaleBy(0.5)}>Zoom out</button>
        <button type="button" onClick={() => select(canvas.current).call(behaviour.transform, zoomIdentity)}>Whole time</button>
        <button type="button" onClick={() => dated.length && show(...usual(dated))}>Where most is</button>
        {view && <output aria-live="polite">{showYear(new Date(view[0]).getUTCFullYear())} to {showYear(new Date(view[1]).getUTCFullYear())}: {inView.length} events{hidden ? `, ${hidden} of them not drawn for want of room: zoom in or filter` : ""}</output>}
      </div>
      <div class="canvas">
        <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} tabindex="0" role="img"
          aria-label={`Timeline of ${dated.length} events. Arrow keys move, plus and minus zoom, Home shows the whole time. The events in view are listed below.`}
          onKeyDown={keys}
          onPointerMove={(e) => setHover(e.buttons ? null : at(e))}
          onPointerLeave={() => setHover(null)}
          onClick={(e) => { const hit = at(e); if (hit) location.hash = link("event", hit.e.event_id); }} />
        {hover && (
          <div class="tip" style={{ left: `${Math.min(hover.px, width - 290)}px`, top: `${hover.py + 16}px` }}>
            <b>{hover.e.when}</b> {hover.e.who} <i>{hover.e.trigger}</i> {hover.e.whom}
            <br />{hover.e.event_type.toLowerCase()}, {hover.e.factuality}
          </div>
        )}
      </div>
      <div class="canvas strip" title="The whole time; drag to move what is in view">
        <canvas ref={strip} style={{ width: `${width}px`, height: `${STRIP}px` }} aria-hidden="true"
          onPointerDown={(e) => { e.currentTarget.setPointerCapture(e.pointerId); moveTo(e); }}
          onPointerMove={(e) => e.buttons && moveTo(e)} />
      </div>
      <Legend />
      <p class="quiet">A dot is a day. A bar is as long as the time in which the event can have happened. A broken outline is not asserted (planned, denied, alleged, …). {found.length > dated.length && `${count(found.length - dated.length, "undated event")} only in the Events table.`}</p>
      <h2>Events in view</h2>
      <EventList events={inView} />
    </>
  );
}
