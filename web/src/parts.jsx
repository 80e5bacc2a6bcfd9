// Small pieces that several views show.
import { CLASSES, actorName, documentById, link, sentenceById, sentenceText } from "./data.js";

export function ActorLinks({ ids, words }) {
  if (!ids.length) return <span class="unlinked">{words || "\u2014"}</span>;
  return ids.map((id, i) => [i ? ", " : "", <a href={link("actor", id)}>{actorName(id)}</a>]);
}

export function Swatch({ quad }) {
  return <span class={`swatch quad${quad}`} title={CLASSES[quad]} aria-hidden="true" />;
}

export function EventLine({ event }) {
  return (
    <span class="event-line">
      <Swatch quad={event.quad_class} />
      <span class="when">{event.when || "undated"}</span>{" "}
      <a href={link("event", event.event_id)}>
        {event.who || "someone"} <b>{event.trigger}</b> {event.whom}
      </a>{" "}
      <span class="type">{event.event_type.toLowerCase()}</span>
      {event.factuality !== "asserted" && <span class="flag">{event.factuality}</span>}
      {event.duplicate_of && <span class="flag">told again</span>}
    </span>
  );
}

export function EventList({ events, limit = 100 }) {
  if (!events.length) return <p class="quiet">No events.</p>;
  return (
    <>
      <ol class="events">
        {events.slice(0, limit).map((e) => (
          <li key={e.event_id}><EventLine event={e} /></li>
        ))}
      </ol>
      {events.length > limit && <p class="quiet">The first {limit} of {events.length}; the Events table has all.</p>}
    </>
  );
}

export function Quote({ sentence_id }) {
  const s = sentenceById.get(sentence_id);
  if (!s) return null;
  const title = documentById.get(s.doc_id)?.title || s.doc_id;
  const where = s.section ? `${title}, ${s.section}` : title;
  return (
    <figure class="quote">
      <blockquote>{sentenceText(sentence_id)}</blockquote>
      <figcaption>
        {documentById.get(s.doc_id)?.text == null ? where : <a href={link("read", sentence_id)}>{where}</a>}
      </figcaption>
    </figure>
  );
}

export function Legend() {
  return (
    <ul class="legend" aria-label="Colours">
      {[1, 2, 3, 4, 0].map((quad) => (
        <li key={quad}><Swatch quad={quad} />{CLASSES[quad]}</li>
      ))}
    </ul>
  );
}

// Bars with their numbers, readable without the bars.
export function Bars({ rows, caption }) {
  const most = Math.max(1, ...rows.map((r) => r.count));
  return (
    <table class="bars">
      <caption>{caption}</caption>
      <tbody>
        {rows.map((r) => (
          <tr key={r.label}>
            <th scope="row">{r.href ? <a href={r.href}>{r.label}</a> : r.label}</th>
            <td class="bar"><span style={{ width: `${(100 * r.count) / most}%` }} /></td>
            <td class="number">{r.count.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// On a phone the filters are folded away until asked for.
export function Fold({ children }) {
  return (
    <details class="fold" open={!narrow()}>
      <summary>Filters</summary>
      {children}
    </details>
  );
}

export const narrow = () => matchMedia("(max-width: 40rem)").matches;

// The class colours of the style sheet, for canvases.
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    quad: [0, 1, 2, 3, 4].map((q) => value(`--quad${q}`)),
    group: [0, 1, 2, 3, 4, 5, 6, 7].map((q) => value(`--group${q}`)),
    ink: value("--ink"), quiet: value("--quiet"), line: value("--line"), tie: value("--tie"), paper: value("--paper"), accent: value("--accent"),
  };
}

export function useRedrawOnScheme(useEffect, redraw) {
  useEffect(() => {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", redraw);
    return () => scheme.removeEventListener("change", redraw);
  }, [redraw]);
}
