// The corpus at a glance, and what could not be dated or linked.
import { CLASSES, actors, count, documents, eventsOfActor, link, overview, showYear, shown, totals } from "./data.js";
import { Bars, Legend, narrow } from "./parts.jsx";

function Histogram() {
  const years = overview.years;
  if (!years.length) return <p class="quiet">No dated events.</p>;
  const sorted = years.map((y) => y[0]);
  // A few far years must not squeeze the rest into a line: the axis holds the middle 98 %.
  const cumulative = [];
  let sum = 0;
  for (const [, ...counts] of years) cumulative.push((sum += counts.reduce((a, b) => a + b)));
  let first = sorted[cumulative.findIndex((c) => c >= sum * 0.01)];
  let last = sorted[cumulative.findIndex((c) => c >= sum * 0.99)];
  if (sorted.at(-1) - sorted[0] <= 1.5 * (last - first + 10)) [first, last] = [sorted[0], sorted.at(-1)];
  const span = Math.max(last - first + 1, 10);
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].find((s) => span / s <= 90) || 1000;
  const bins = new Map();
  for (const [year, ...counts] of years) {
    if (year < first || year > last) continue;
    const bin = Math.floor(year / step) * step;
    const old = bins.get(bin) || [0, 0, 0, 0, 0];
    bins.set(bin, old.map((n, i) => n + counts[i]));
  }
  const from = Math.floor(first / step) * step;
  const n = Math.floor((first + span - 1 - from) / step) + 1;
  const most = Math.max(...[...bins.values()].map((c) => c.reduce((a, b) => a + b)));
  const small = narrow();
  const [w, h] = small ? [380, 200] : [900, 180];
  const bar = w / n;
  const outside = years.filter(([y]) => y < first || y > last);
  const labelled = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500].find((s) => s >= step && span / s <= (small ? 5 : 11)) || 1000;
  return (
    <figure>
      <div class="scroll" tabindex="0" role="group" aria-label="Chart of events over time">
      <svg viewBox={`0 0 ${w} ${h + 24}`} role="img" aria-label={`Events by ${step === 1 ? "year" : `${step} years`}, ${showYear(first)} to ${showYear(last)}; at most ${most} at a time`} class="histogram">
        {[...bins].map(([bin, counts]) => {
          let y = h;
          return (
            <g key={bin} transform={`translate(${((bin - from) / step) * bar},0)`}>
              <title>{`${showYear(bin)}${step > 1 ? `\u2013${showYear(bin + step - 1)}` : ""}: ${counts.map((c, i) => (c ? `${c} ${CLASSES[i].toLowerCase()}` : "")).filter(Boolean).join(", ")}`}</title>
              {counts.map((c, quad) => {
                const height = (c / most) * (h - 6);
                y -= height;
                return c ? <rect class={`quad${quad}`} x="0.5" width={Math.max(bar - 1, 1)} y={y} height={height} /> : null;
              })}
            </g>
          );
        })}
        <line x1="0" x2={w} y1={h} y2={h} class="axis" />
        {Array.from({ length: n }, (_, i) => i).filter((i) => (from + i * step) % labelled === 0).map((i) => (
          <text key={i} x={(i + 0.5) * bar} y={h + 17} text-anchor={i ? "middle" : "start"}>{showYear(from + i * step)}</text>
        ))}
      </svg>
      </div>
      <Legend />
      {outside.length > 0 && <p class="quiet">Not drawn: {count(outside.reduce((a, [, ...c]) => a + c.reduce((x, y) => x + y), 0), "event")} in far years ({outside.slice(0, 8).map(([y]) => showYear(y)).join(", ")}{outside.length > 8 ? ", \u2026" : ""}).</p>}
    </figure>
  );
}

function Cut() {
  const cuts = [];
  if (shown.events < totals.events) cuts.push(`the ${shown.events.toLocaleString("en")} most certain of ${totals.events.toLocaleString("en")} events`);
  if (shown.actors < totals.actors) cuts.push(`${shown.actors.toLocaleString("en")} of ${totals.actors.toLocaleString("en")} actors`);
  if (shown.edges < totals.edges) cuts.push(`the ${shown.edges.toLocaleString("en")} heaviest of ${totals.edges.toLocaleString("en")} ties`);
  if (shown.texts < totals.documents) cuts.push(`${shown.texts.toLocaleString("en")} of ${totals.documents.toLocaleString("en")} texts to read`);
  if (!cuts.length) return null;
  return <p class="notice">This corpus is bigger than a page can carry. Shown are {cuts.join("; ")}. The counts on this overview are of the whole corpus; the tables beside this file hold everything.</p>;
}

export function Overview({ show }) {
  const gaps = [
    ["date", overview.undated_events, "without a date"],
    ["source", overview.sourceless_events, "without a known source"],
    ["target", overview.targetless_events, "without a known target"],
  ];
  const active = [...actors].sort((a, b) => eventsOfActor(b.actor_id).length - eventsOfActor(a.actor_id).length || b.mentions - a.mentions);
  return (
    <>
      <h1>{documents.length === 1 ? documents[0].title || documents[0].doc_id : `${totals.documents.toLocaleString("en")} texts`}</h1>
      <Cut />
      <ul class="cards">
        {[["text", totals.documents, "#read"], ["event", totals.events, "#events"], ["actor", totals.actors, "#actors"], ["date", totals.dates, "#timeline"], ["mention", totals.mentions, "#read"], ["tie", totals.edges, "#network"]].map(([name, n, href]) => (
          <li key={name}><a href={href}><b>{n.toLocaleString("en")}</b> {name}{n === 1 ? "" : "s"}</a></li>
        ))}
      </ul>
      <section>
        <h2>Events over time</h2>
        <p class="quiet">Asserted events by the first day they can have happened; retold ones once.</p>
        <Histogram />
      </section>
      <div class="columns">
        <section>
          <h2>Most active actors</h2>
          <Bars caption="Events they take part in" rows={active.slice(0, 15).map((a) => ({ label: a.name, count: eventsOfActor(a.actor_id).length, href: link("actor", a.actor_id) }))} />
        </section>
        <section>
          <h2>Kinds of events</h2>
          <Bars caption="Each event once" rows={overview.types.map(([label, n]) => ({ label: label.toLowerCase(), count: n }))} />
        </section>
        <section>
          <h2>How certain, and what is missing</h2>
          <Bars caption="Factuality" rows={overview.factuality.map(([label, n]) => ({ label, count: n }))} />
          <ul class="plain">
            {gaps.map(([missing, n, words]) => (
              <li key={missing}><button type="button" class="link" onClick={() => show({ missing })}>{count(n, "event")} {words}</button></li>
            ))}
            <li>{count(overview.retold, "event")} told again elsewhere, counted once</li>
            <li>{overview.unresolved_dates.toLocaleString("en")} of {overview.calendar_dates.toLocaleString("en")} calendar expressions without a day</li>
            <li>{overview.unlinked_mentions.toLocaleString("en")} of {totals.mentions.toLocaleString("en")} mentions without an actor</li>
            <li>{overview.local_actors.toLocaleString("en")} of {totals.actors.toLocaleString("en")} actors not in the knowledge base</li>
          </ul>
        </section>
      </div>
      <section>
        <h2>Texts</h2>
        <ul class="plain">
          {documents.slice(0, 200).map((d) => (
            <li key={d.doc_id}>{d.text == null ? d.title || d.doc_id : <a href={link("read", d.doc_id)}>{d.title || d.doc_id}</a>} <span class="quiet">{d.words.toLocaleString("en")} words{d.published ? `, ${d.published}` : ""}</span></li>
          ))}
        </ul>
        {documents.length > 200 && <p class="quiet">The first 200 of {documents.length}.</p>}
      </section>
    </>
  );
}
