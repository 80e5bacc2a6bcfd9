// Events over time as bars, cooperation in cool and conflict in warm colours.
import { CLASSES, count, showYear, year } from "./data.js";
import { Legend, narrow } from "./parts.jsx";

const ROUND = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500];

// Rows of a year and the number of events of each class, for the events given: asserted and dated, each once.
export function byYear(events) {
  const years = new Map();
  for (const e of events) {
    if (e.factuality !== "asserted" || e.duplicate_of || !e.date_start) continue;
    const at = year(e.date_start);
    if (!years.has(at)) years.set(at, [at, 0, 0, 0, 0, 0]);
    years.get(at)[e.quad_class + 1]++;
  }
  return [...years.values()].sort((a, b) => a[0] - b[0]);
}

const sum = (counts) => counts.reduce((a, b) => a + b, 0);

export function Histogram({ years, tall = 200 }) {
  if (!years.length) return <p class="quiet">No dated events.</p>;
  const sorted = years.map((y) => y[0]);
  // A few far years must not squeeze the rest into a line: the axis holds the middle 96 % and what is near it.
  const cumulative = [];
  let total = 0;
  for (const [, ...counts] of years) cumulative.push((total += sum(counts)));
  let first = sorted[cumulative.findIndex((c) => c >= total * 0.02)];
  let last = sorted[cumulative.findIndex((c) => c >= total * 0.98)];
  const near = 5 + 0.2 * (last - first);
  [first, last] = [sorted.find((y) => y >= first - near), sorted.findLast((y) => y <= last + near)];
  const span = Math.max(last - first + 1, 10);
  const small = narrow();
  const step = ROUND.find((s) => span / s <= (small ? 45 : 90)) || 1000;
  const bins = new Map();
  for (const [at, ...counts] of years) {
    if (at < first || at > last) continue;
    const bin = Math.floor(at / step) * step;
    const old = bins.get(bin) || [0, 0, 0, 0, 0];
    bins.set(bin, old.map((n, i) => n + counts[i]));
  }
  const from = Math.floor(first / step) * step;
  const n = Math.floor((first + span - 1 - from) / step) + 1;
  const most = Math.max(...[...bins.values()].map(sum));
  const [w, h] = small ? [380, Math.min(tall, 200)] : [900, tall];
  const left = 8 + 7.5 * String(most).length;
  const bar = (w - left) / n;
  const high = (c) => (c / most) * (h - 8);
  const grid = ROUND.find((s) => most / s <= 4) || 1000;
  const lines = Array.from({ length: Math.floor(most / grid) + 1 }, (_, i) => i * grid);
  const outside = years.filter(([y]) => y < first || y > last);
  const labelled = ROUND.find((s) => s >= step && span / s <= (small ? 5 : 11)) || 1000;
  return (
    <figure>
      <div class="scroll" tabindex="0" role="group" aria-label="Chart of events over time">
        <svg viewBox={`0 0 ${w} ${h + 24}`} role="img" aria-label={`Events by ${step === 1 ? "year" : `${step} years`}, ${showYear(first)} to ${showYear(last)}; at most ${most} at a time`} class="histogram">
          {lines.map((c) => (
            <g key={c}>
              <line x1={left} x2={w} y1={h - high(c)} y2={h - high(c)} class="axis" />
              <text x={left - 6} y={h - high(c) + 4} text-anchor="end">{c}</text>
            </g>
          ))}
          {[...bins].map(([bin, counts]) => {
            let y = h;
            return (
              <g key={bin} transform={`translate(${left + ((bin - from) / step) * bar},0)`}>
                <title>{`${showYear(bin)}${step > 1 ? `\u2013${showYear(bin + step - 1)}` : ""}: ${counts.map((c, i) => (c ? `${c} ${CLASSES[i].toLowerCase()}` : "")).filter(Boolean).join(", ")}`}</title>
                {counts.map((c, quad) => {
                  y -= high(c);
                  return c ? <rect class={`quad${quad}`} x="0.5" width={Math.max(bar - 1, 1)} y={y} height={high(c)} /> : null;
                })}
              </g>
            );
          })}
          {Array.from({ length: n }, (_, i) => i).filter((i) => (from + i * step) % labelled === 0).map((i) => (
            <text key={i} x={left + (i + 0.5) * bar} y={h + 17} text-anchor={i > n - 3 ? "end" : "middle"}>{showYear(from + i * step)}</text>
          ))}
        </svg>
      </div>
      <Legend />
      {outside.length > 0 && <p class="quiet">Not drawn: {count(sum(outside.map(([, ...c]) => sum(c))), "event")} in far years ({outside.slice(0, 8).map(([y]) => showYear(y)).join(", ")}{outside.length > 8 ? ", \u2026" : ""}).</p>}
    </figure>
  );
}
