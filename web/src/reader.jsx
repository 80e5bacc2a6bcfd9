// A text with its dates, mentions and events; each explains itself on a click.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { actorById, actorName, dateById, dates, documents, documentById, eventById, events, link, mentions, sentenceById, sentences, showDates, slice, textLength } from "./data.js";
import { ActorLinks, EventLine } from "./parts.jsx";

const bare = (line) => line.replace(/^[=#\s]+|[=#\s]+$/g, "");

// Paragraphs with their stretches of text, each stretch with all that is said about it.
function layout(doc_id) {
  const marks = [];
  const add = (list, kind, id) => {
    for (const row of list) if (row.doc_id === doc_id) marks.push({ kind, id: row[id], start: row.start, end: row.end, row });
  };
  add(dates, "date", "date_id");
  add(mentions, "mention", "mention_id");
  add(events, "event", "event_id");
  marks.sort((a, b) => a.start - b.start || b.end - a.end);
  const cuts = [...new Set(marks.flatMap((m) => [m.start, m.end]))].sort((a, b) => a - b);
  const length = textLength(doc_id);
  const text = slice(doc_id, 0, length);
  const own = sentences.filter((s) => s.doc_id === doc_id);
  const headings = new Set(own.flatMap((s) => s.section.split(" > ")).filter(Boolean));
  headings.add(documentById.get(doc_id).title);
  const paragraphs = [];
  const characters = text.length === length ? null : Array.from(text);
  const all = characters ? null : text;
  const breaks = /\n[ \t\r]*\n\s*/g;
  // In a text with characters beyond the basic plane every one counts once: look for breaks in a text of that length.
  const plain = all ?? characters.map((c) => (c.length > 1 ? "x" : c)).join("");
  let from = 0;
  let cut = 0;
  let mark = 0;
  let open = [];
  const bounds = [];
  const isHeading = (a, b) => b - a < 250 && headings.has(bare(slice(doc_id, a, b)));
  // A heading may stand on the line before its first paragraph.
  const bound = (a, b) => {
    const end = plain.slice(a, b).indexOf("\n");
    if (end >= 0 && isHeading(a, a + end)) {
      bounds.push([a, a + end]);
      bound(a + end + 1, b);
    } else if (a < b) bounds.push([a, b]);
  };
  for (const found of plain.matchAll(breaks)) {
    bound(from, found.index);
    from = found.index + found[0].length;
  }
  bound(from, length);
  for (const [a, b] of bounds) {
    const pieces = [];
    let at = a;
    while (cut < cuts.length && cuts[cut] <= a) cut++;
    let next = cut;
    while (at < b) {
      while (next < cuts.length && cuts[next] <= at) next++;
      const end = Math.min(b, next < cuts.length ? cuts[next] : b);
      const first = mark;
      while (mark < marks.length && marks[mark].start <= at) mark++;
      open = [...open, ...marks.slice(first, mark)].filter((m) => m.end > at);
      pieces.push({ start: at, text: slice(doc_id, at, end), marks: open });
      at = end;
    }
    const heading = isHeading(a, b);
    if (heading) {
      pieces[0].text = pieces[0].text.replace(/^[=#\s]+/, "");
      pieces.at(-1).text = pieces.at(-1).text.replace(/[=#\s]+$/, "");
    }
    paragraphs.push({ start: a, pieces, heading });
  }
  return paragraphs;
}

const NAMES = { date: "date", mention: "actor", event: "event" };

function Explain({ mark }) {
  const { kind, row } = mark;
  if (kind === "event") {
    return (
      <div class="note event">
        <h3>Event: {row.trigger}</h3>
        <p><EventLine event={row} /></p>
        <dl class="facts">
          <dt>Type</dt><dd>{row.event_type}{row.mode && `, ${row.mode}`}{row.cameo && `, CAMEO ${row.cameo}`}</dd>
          <dt>Factuality</dt><dd>{row.factuality}{row.claimed_by && <>, said by <ActorLinks ids={[row.claimed_by]} /></>}</dd>
          <dt>Date</dt><dd>{row.when || "none"} ({row.date_basis || "none"}){dateById.has(row.date_id) && <> from <a href={link("read", row.date_id)}>“{dateById.get(row.date_id).text}”</a></>}</dd>
          <dt>Confidence</dt><dd>{row.confidence.toFixed(2)}</dd>
        </dl>
      </div>
    );
  }
  if (kind === "date") {
    const anchor = dateById.get(row.anchor);
    return (
      <div class="note date">
        <h3>Date: {row.text}</h3>
        <dl class="facts">
          <dt>Value</dt><dd><code>{row.value}</code> {row.type}{row.mod && `, ${row.mod}`}</dd>
          {row.edtf && <><dt>EDTF</dt><dd><code>{row.edtf}</code></dd></>}
          {row.earliest && <><dt>Days</dt><dd>{showDates(row.earliest, row.latest)}</dd></>}
          <dt>Resolved by</dt><dd>{row.anchor_kind || "itself"}{anchor ? <>: <a href={link("read", row.anchor)}>“{anchor.text}”</a></> : row.anchor ? `: ${row.anchor}` : ""}</dd>
        </dl>
      </div>
    );
  }
  return (
    <div class="note mention">
      <h3>{row.kind}: {row.text}</h3>
      <dl class="facts">
        <dt>Actor</dt><dd>{row.actor_id.length ? <ActorLinks ids={row.actor_id} /> : "none found"}{row.actor_id.map((id) => actorById.get(id)).filter(Boolean).map((a) => <span class="quiet"> {a.type.toLowerCase()}{a.country && `, ${a.country}`}</span>)}</dd>
        {row.sector && <><dt>Sector</dt><dd>{row.sector}</dd></>}
        <dt>Why</dt><dd>{row.method || "not said"}, probability {row.score.toFixed(2)}</dd>
      </dl>
    </div>
  );
}

export function Reader({ target }) {
  const focus = useMemo(() => {
    if (documentById.has(target)) return { doc: target };
    for (const [kind, list, id] of [["event", events, "event_id"], ["date", dates, "date_id"], ["mention", mentions, "mention_id"], ["sentence", sentences, "sentence_id"]]) {
      const row = kind === "event" ? eventById.get(target) : kind === "date" ? dateById.get(target) : kind === "sentence" ? sentenceById.get(target) : list.find((r) => r[id] === target);
      if (row) return { doc: row.doc_id, start: row.start, end: row.end, mark: kind === "sentence" ? null : { kind, id: target, row } };
    }
    return { doc: documents.find((d) => d.text != null)?.doc_id };
  }, [target]);
  const doc = documentById.get(focus.doc);
  const [kinds, setKinds] = useState({ date: true, mention: true, event: true });
  const [notes, setNotes] = useState([]);
  const article = useRef(null);
  const paragraphs = useMemo(() => (doc?.text == null ? [] : layout(doc.doc_id)), [doc]);

  useEffect(() => {
    setNotes(focus.mark ? [focus.mark] : []);
    if (focus.start == null) return;
    const at = [...(article.current?.querySelectorAll("[data-at]") || [])].filter((n) => +n.dataset.at <= focus.start).pop();
    if (at) {
      // Paragraphs out of view are measured only when they come near, so go twice.
      at.scrollIntoView({ block: "center" });
      requestAnimationFrame(() => at.scrollIntoView({ block: "center" }));
      if (at.tabIndex >= 0) at.focus({ preventScroll: true });
    }
  }, [focus]);

  if (!doc || doc.text == null) return <><h1>Texts</h1><p class="notice">{doc ? "This text is not part of the page; its sentences behind events and ties are." : "The page holds no texts."}</p></>;
  const explain = (marks) => (event) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    setNotes(marks);
  };
  const piece = (p) => {
    const marks = p.marks.filter((m) => kinds[m.kind]);
    const focused = focus.start != null && p.start >= focus.start && p.start < focus.end;
    if (!marks.length) return focused || p.start === focus.start ? <span key={p.start} data-at={p.start} class="focused">{p.text}</span> : <span key={p.start} data-at={p.start}>{p.text}</span>;
    const main = marks.find((m) => m.kind === "event") || marks.find((m) => m.kind === "date") || marks[marks.length - 1];
    const names = [...new Set(marks.map((m) => m.kind))];
    const unlinked = main.kind === "mention" && !main.row.actor_id.length;
    return (
      <a key={p.start} data-at={p.start} href={link("read", main.id)} class={`mark ${names.join(" ")}${main.kind === "event" ? ` quad${main.row.quad_class}` : ""}${focused ? " focused" : ""}${unlinked ? " none" : ""}`}
        title={main.kind === "mention" ? main.row.actor_id.map(actorName).join(", ") || "no actor" : main.kind === "date" ? main.row.value : `${main.row.event_type}, ${main.row.factuality}`}
        onClick={explain(marks)}>{p.text}</a>
    );
  };
  const readable = documents.filter((d) => d.text != null);
  return (
    <>
      <h1>{doc.title || doc.doc_id}</h1>
      <div class="toolbar">
        {readable.length > 1 && (
          <label>Text <select value={doc.doc_id} onChange={(e) => { location.hash = link("read", e.target.value); }}>{readable.map((d) => <option key={d.doc_id} value={d.doc_id}>{d.title || d.doc_id}</option>)}</select></label>
        )}
        {Object.keys(NAMES).map((kind) => (
          <label class={`check key ${kind}`} key={kind}><input type="checkbox" checked={kinds[kind]} onChange={(e) => setKinds({ ...kinds, [kind]: e.target.checked })} /> {NAMES[kind]}s</label>
        ))}
        <span class="quiet">{doc.path}{doc.published && `, ${doc.published}`}, {doc.words.toLocaleString("en")} words</span>
      </div>
      <div class="split reading">
        <article ref={article} class="reader">
          {paragraphs.map((p) => (p.heading ? <h2 key={p.start}>{p.pieces.map(piece)}</h2> : <p key={p.start}>{p.pieces.map(piece)}</p>))}
        </article>
        <aside class="panel" aria-live="polite" tabindex="0" aria-label="What was recognised">
          {notes.length ? notes.map((m) => <Explain key={m.id} mark={m} />) : <p class="quiet">Click a marked word to see what it was taken for, and why.</p>}
        </aside>
      </div>
    </>
  );
}
