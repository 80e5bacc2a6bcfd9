// The tables of the output folder, as the page holds them (pipeline/report/data.py writes them).

const raw = JSON.parse(document.getElementById("data").textContent);

function rows(columns) {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  const made = new Array(length);
  for (let i = 0; i < length; i++) {
    const row = {};
    for (const name of names) row[name] = columns[name][i];
    made[i] = row;
  }
  return made;
}

export const totals = raw.totals;
export const shown = raw.shown;
export const overview = raw.overview;
export const about = raw.about;
export const documents = rows(raw.documents);
export const sentences = rows(raw.sentences);
export const dates = rows(raw.dates);
export const mentions = rows(raw.mentions);
export const actors = rows(raw.actors);
export const events = rows(raw.events);
export const edges = rows(raw.edges);

const byId = (list, key) => new Map(list.map((row) => [row[key], row]));
export const documentById = byId(documents, "doc_id");
export const sentenceById = byId(sentences, "sentence_id");
export const dateById = byId(dates, "date_id");
export const actorById = byId(actors, "actor_id");
export const eventById = byId(events, "event_id");

export function actorName(id) {
  return actorById.get(id)?.name || id;
}

// Offsets count characters; JavaScript counts UTF-16 units, which differ beyond the basic plane.
const points = new Map();
export function slice(doc_id, start, end) {
  const text = documentById.get(doc_id)?.text;
  if (text == null) return "";
  if (!points.has(doc_id)) points.set(doc_id, /[\ud800-\udfff]/.test(text) ? Array.from(text) : null);
  const characters = points.get(doc_id);
  return characters ? characters.slice(start, end).join("") : text.slice(start, end);
}
export function textLength(doc_id) {
  slice(doc_id, 0, 0);
  return points.get(doc_id)?.length ?? documentById.get(doc_id).text.length;
}

export function sentenceText(sentence_id) {
  const s = sentenceById.get(sentence_id);
  if (!s) return "";
  return (s.text ?? slice(s.doc_id, s.start, s.end)).replace(/\s+/g, " ");
}

// ---------------------------------------------------------------- time

export function time(iso) {
  if (!iso) return null;
  const [, year, month, day] = iso.match(/^(-?\d+)-(\d+)-(\d+)/) || [];
  if (!year) return null;
  const date = new Date(0);
  date.setUTCFullYear(+year, +month - 1, +day);
  return date.getTime();
}
export const DAY = 86_400_000;
export const year = (iso) => (iso ? parseInt(iso, 10) : null);
export const showYear = (y) => (y < 0 ? `\u2212${-y}` : String(y));

const MONTHS = "January February March April May June July August September October November December".split(" ");

// Days as a reader writes them: "14 July 1958", "July 1958", "1958", "1960s", "3 May 1958 – 7 June 1959".
export function showDates(start, end) {
  if (!start || !end) return "";
  const [a, b] = [start, end].map((iso) => iso.match(/^(-?\d+)-(\d+)-(\d+)/).slice(1).map(Number));
  const day = ([y, m, d]) => `${d} ${MONTHS[m - 1]} ${showYear(y)}`;
  if (start === end) return day(a);
  const from = a[1] === 1 && a[2] === 1;
  const to = b[1] === 12 && b[2] === 31;
  if (from && to) {
    if (a[0] === b[0]) return showYear(a[0]);
    if (a[0] >= 0 && a[0] % 10 === 0 && b[0] === a[0] + 9) return `${a[0]}s`;
    return `${showYear(a[0])} \u2013 ${showYear(b[0])}`;
  }
  const last = new Date(0);
  last.setUTCFullYear(b[0], b[1], 0);
  if (a[2] === 1 && b[2] === last.getUTCDate()) {
    if (a[0] === b[0] && a[1] === b[1]) return `${MONTHS[a[1] - 1]} ${showYear(a[0])}`;
    return `${MONTHS[a[1] - 1]}${a[0] === b[0] ? "" : ` ${showYear(a[0])}`} \u2013 ${MONTHS[b[1] - 1]} ${showYear(b[0])}`;
  }
  return `${day(a)} \u2013 ${day(b)}`;
}

for (const event of events) {
  event.t0 = time(event.date_start);
  event.t1 = time(event.date_end || event.date_start);
  event.when = showDates(event.date_start, event.date_end || event.date_start);
  event.who = event.source_ids.length ? event.source_ids.map(actorName).join(", ") : event.source_text;
  event.whom = event.target_ids.length ? event.target_ids.map(actorName).join(", ") : event.target_text;
  event.evidence = sentenceText(event.sentence_id);
  event.search = [event.trigger, event.who, event.whom, event.source_text, event.target_text, event.place_text,
    event.event_type, event.mode, event.evidence].join(" ").toLowerCase();
}
export const inOrder = [...events].sort((a, b) => (a.t0 ?? Infinity) - (b.t0 ?? Infinity) || (a.t1 ?? 0) - (b.t1 ?? 0));

export const CLASSES = ["Domestic or other", "Verbal cooperation", "Material cooperation", "Verbal conflict", "Material conflict"];
export const eventTypes = [...new Set(events.map((e) => e.event_type))].sort();
export const factualities = [...new Set(events.map((e) => e.factuality))].sort();

const eventsOf = new Map();
for (const event of inOrder) {
  for (const id of new Set([...event.source_ids, ...event.target_ids, event.claimed_by].filter(Boolean))) {
    if (!eventsOf.has(id)) eventsOf.set(id, []);
    eventsOf.get(id).push(event);
  }
}
export const eventsOfActor = (id) => eventsOf.get(id) || [];

const edgesOf = new Map();
for (const edge of edges) {
  for (const id of [edge.source_id, edge.target_id]) {
    if (!edgesOf.has(id)) edgesOf.set(id, []);
    edgesOf.get(id).push(edge);
  }
}
export const edgesOfActor = (id) => edgesOf.get(id) || [];

export function eventsBetween(a, b) {
  const [fewer, other] = eventsOfActor(a).length <= eventsOfActor(b).length ? [a, b] : [b, a];
  return eventsOfActor(fewer).filter(
    (e) => (e.source_ids.includes(fewer) && e.target_ids.includes(other)) || (e.source_ids.includes(other) && e.target_ids.includes(fewer)),
  );
}

export const count = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
export const tied = (e) => [e.sentences || !e.paragraphs ? count(e.sentences, "sentence") : count(e.paragraphs, "paragraph"), e.events ? count(e.events, "event") : ""].filter(Boolean).join(", ");
export const link = (kind, id) => `#${kind}=${encodeURIComponent(id)}`;
