// The actors and their ties; a click on a tie shows the sentences and events behind it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import cytoscape from "cytoscape";
import { count, actorById, actorName, actors, edges, edgesOfActor, eventsBetween, eventsOfActor, link, sentenceById, showYear, tied, shown, totals, year } from "./data.js";
import { EventList, Fold, Quote, colours, useRedrawOnScheme } from "./parts.jsx";

const TYPES = ["STATE", "PERSON", "ORGANIZATION", "GOVERNMENT", "PEOPLE", "ARMED_GROUP", "PARTY"];
const counted = (e) => e.factuality === "asserted" && !e.duplicate_of;

for (const [i, edge] of edges.entries()) {
  edge.id = `e${i}`;
  edge.events_shown = eventsBetween(edge.source_id, edge.target_id);
  edge.years = {
    sentences: edge.at.map((s) => sentenceById.get(s)).map((s) => [s?.first_year, s?.last_year]),
    events: edge.events_shown.filter(counted).map((e) => [year(e.date_start), year(e.date_end || e.date_start)]),
  };
}
const allYears = edges.flatMap((e) => [...e.years.sentences, ...e.years.events]).flat().filter((y) => y != null).sort((a, b) => a - b);
const [FIRST, LAST] = allYears.length ? [allYears[Math.floor(allYears.length * 0.01)], allYears[Math.ceil(allYears.length * 0.99) - 1]] : [0, 0];

// How many sentences and events tie the two within the years; the whole of them when no year is asked for.
function ties(edge, kind, from, to) {
  const whole = from <= FIRST && to >= LAST;
  const within = (spans) => spans.filter(([a, b]) => a != null && b >= from && a <= to).length;
  const sentences = kind === "events" ? 0 : whole ? edge.sentences : within(edge.years.sentences);
  const events = kind === "sentences" ? 0 : whole ? edge.events : within(edge.years.events);
  return { sentences, events, n: sentences + events };
}

// Enough ties asked of a pair that the first picture is not a ball of wool.
const MANY = 900;
// The heaviest ties in view that are drawn; the rest is a filter away.
const DRAWN = 1200;
function usualLeast() {
  const counts = edges.map((e) => e.sentences + e.events).sort((a, b) => b - a);
  if (counts.length <= 300) return 1;
  const least = Math.max(2, (counts[MANY] ?? 0) + 1);
  return counts[50] >= least ? least : 2;
}

// Data, not style functions: a function of every element would be asked at every change.
function nodeColour(actor, by, c) {
  const group = by === "type" ? TYPES.indexOf(actor.type) : actor.community;
  return group >= 0 && group < 7 ? c.group[group] : c.group[7];
}
const edgeColour = (edge, c) => (edge.cooperation > edge.conflict ? c.quad[2] : edge.cooperation < edge.conflict ? c.quad[4] : c.tie);

function styles(c) {
  return [
    { selector: "node", style: { width: "data(size)", height: "data(size)", "background-color": "data(colour)", "border-width": 1, "border-color": c.paper } },
    { selector: "edge", style: { "curve-style": "haystack", width: "data(width)", opacity: 0.6, "line-color": "data(colour)" } },
    { selector: "edge:selected", style: { opacity: 1, "line-color": c.accent } },
    { selector: "node:selected", style: { "border-width": 4, "border-color": c.accent } },
    { selector: ".faded", style: { opacity: 0.16 } },
  ];
}

function paint(cy, by) {
  const c = colours();
  cy.batch(() => {
    cy.nodes().forEach((n) => { n.data("colour", nodeColour(actorById.get(n.id()), by, c)); });
    cy.edges().forEach((e) => { e.data("colour", edgeColour(edges[+e.id().slice(1)], c)); });
  });
  cy.style(styles(c));
}

const placed = actors.filter((a) => a.x != null).sort((a, b) => b.mentions - a.mentions);
const rank = new Map(placed.map((a, i) => [a.actor_id, i]));
const LEAST = usualLeast();
// As wide as the first picture needs, so that its actors can be told apart.
const first = new Set(edges.filter((e) => e.sentences + e.events >= LEAST).flatMap((e) => [e.source_id, e.target_id]));
const spread = 560 * Math.sqrt(Math.max(1, first.size / 60));
const heaviest = Math.max(1, ...edges.map((e) => e.weight));

const share = (actor) => Math.sqrt(actor.mentions / Math.max(1, placed[0].mentions));

function node(actor, by, c, wide) {
  const data = { id: actor.actor_id, share: share(actor), size: 16 + 64 * share(actor), colour: nodeColour(actor, by, c) };
  return { group: "nodes", data, position: { x: actor.x * spread * wide, y: actor.y * spread } };
}

// Names over the drawing, as big at every zoom; one that would cover another is left out until there is room.
const ROOM = 8500;
function writeNames(cy, canvas, picked) {
  const [w, h, ratio] = [cy.width(), cy.height(), window.devicePixelRatio || 1];
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
  }
  const g = canvas.getContext("2d");
  const c = colours();
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, w, h);
  g.textAlign = "center";
  g.textBaseline = "top";
  g.lineJoin = "round";
  g.strokeStyle = c.paper;
  g.fillStyle = c.ink;
  g.lineWidth = 3.5;
  const near = picked ? cy.nodes().not(".faded") : cy.nodes();
  const order = near.map((n) => ({ n, at: n.renderedPosition(), place: rank.get(n.id()) })).sort((a, b) => a.place - b.place);
  // No name over one of the big nodes either.
  const taken = order.filter(({ n }) => n.data("share") > 0.25).map(({ n, at }) => {
    const r = n.renderedWidth() / 2;
    return [at.x - r, at.x + r, at.y - r, at.y + r];
  });
  let named = 0;
  for (const { n, at } of order) {
    if (named * ROOM > w * h + 12 * ROOM) break;
    if (at.x < 0 || at.y < 0 || at.x > w || at.y > h) continue;
    const size = 10.5 + 5 * n.data("share");
    g.font = `${n.selected() ? "bold " : ""}${size}px system-ui, sans-serif`;
    const name = actorName(n.id());
    const half = g.measureText(name).width / 2 + 2;
    const x = Math.min(Math.max(at.x, half), w - half);
    const r = n.renderedWidth() / 2 + 2;
    // Below the node, else above it.
    const top = [at.y + r, at.y - r - size - 2].find((y) => y >= 0 && y + size <= h && !taken.some((t) => x - half < t[1] && x + half > t[0] && y < t[3] && y + size + 1 > t[2]));
    if (top == null) continue;
    named++;
    taken.push([x - half, x + half, top, top + size + 1]);
    g.strokeText(name, x, top);
    g.fillText(name, x, top);
  }
}

// What the colours of the nodes mean: communities by those in them who are mentioned most.
function Groups({ by, visible }) {
  const c = [0, 1, 2, 3, 4, 5, 6];
  const inView = new Set(visible.flatMap((t) => [t.edge.source_id, t.edge.target_id]));
  const shownActors = placed.filter((a) => inView.has(a.actor_id));
  const groups = c.map((i) => {
    const own = shownActors.filter((a) => (by === "type" ? a.type === TYPES[i] : a.community === i));
    const words = by === "type" ? TYPES[i].toLowerCase().replaceAll("_", " ") : own.slice(0, 3).map((a) => a.name).join(", ") + (own.length > 3 ? " \u2026" : "");
    return { i, n: own.length, words };
  }).filter((g) => g.n);
  const rest = shownActors.length - groups.reduce((n, g) => n + g.n, 0);
  return (
    <ul class="legend" aria-label={by === "type" ? "Colours of the types" : "Colours of the communities"}>
      {groups.map((g) => <li key={g.i}><span class="swatch" style={{ background: `var(--group${g.i})` }} aria-hidden="true" />{g.words} <span class="quiet">{g.n}</span></li>)}
      {rest > 0 && <li><span class="swatch" style={{ background: "var(--group7)" }} aria-hidden="true" />others <span class="quiet">{rest}</span></li>}
    </ul>
  );
}

function line(edge, c) {
  const width = 1 + 9 * Math.sqrt(edge.weight / heaviest);
  return { group: "edges", data: { id: edge.id, source: edge.source_id, target: edge.target_id, width, balance: edge.cooperation - edge.conflict, colour: edgeColour(edge, c) } };
}

// Fits the visible nodes by their middles; cytoscape's own fit measures every label first.
function fit(cy) {
  const at = cy.nodes().map((n) => n.position());
  if (!at.length) return;
  const [x1, x2, y1, y2] = [Math.min(...at.map((p) => p.x)), Math.max(...at.map((p) => p.x)), Math.min(...at.map((p) => p.y)), Math.max(...at.map((p) => p.y))];
  const zoom = Math.min((cy.width() - 90) / (x2 - x1 || 1), (cy.height() - 70) / (y2 - y1 || 1), 1.6);
  cy.viewport({ zoom, pan: { x: cy.width() / 2 - (zoom * (x1 + x2)) / 2, y: cy.height() / 2 - (zoom * (y1 + y2)) / 2 } });
}

function EdgePanel({ edge }) {
  const events = edge.events_shown;
  return (
    <>
      <h2><a href={link("actor", edge.source_id)}>{actorName(edge.source_id)}</a> and <a href={link("actor", edge.target_id)}>{actorName(edge.target_id)}</a></h2>
      <p>{count(edge.sentences, "sentence")}, {count(edge.paragraphs, "paragraph")}, {count(edge.documents, "text")}, {count(edge.events, "event")}: {edge.cooperation} cooperative, {edge.conflict} conflictual{edge.first_date ? `; ${edge.first_date} to ${edge.last_date}` : ""}.</p>
      {events.length > 0 && <><h3>Events between them</h3><EventList events={events} /></>}
      {edge.at.length > 0 && <h3>Sentences with both</h3>}
      {edge.at.map((s) => <Quote key={s} sentence_id={s} />)}
      {edge.sentences > edge.at.length && <p class="quiet">The first {edge.at.length} of {edge.sentences}.</p>}
    </>
  );
}

function NodePanel({ id }) {
  const actor = actorById.get(id);
  return (
    <>
      <h2><a href={link("actor", id)}>{actor.name}</a></h2>
      <p>{actor.type.toLowerCase().replaceAll("_", " ")}; {count(actor.mentions, "mention")}, {count(eventsOfActor(id).length, "event")}, {count(actor.degree, "tie")}, community {actor.community + 1}.</p>
      <h3>Strongest ties</h3>
      <ul class="plain">{edgesOfActor(id).slice(0, 12).map((e) => <TieItem key={e.id} edge={e} from={id} />)}</ul>
    </>
  );
}

function TieItem({ edge, from }) {
  const other = edge.source_id === from ? edge.target_id : edge.source_id;
  return <li><a href={link("tie", `${edge.source_id} ${edge.target_id}`)}>{from ? actorName(other) : `${actorName(edge.source_id)} \u2013 ${actorName(edge.target_id)}`}</a> <span class="quiet">{tied(edge)}</span></li>;
}

export function Network({ chosen }) {
  const holder = useRef(null);
  const names = useRef(null);
  const graph = useRef(null);
  const pick = useRef(null);
  const [kind, setKind] = useState("both");
  const [from, setFrom] = useState(FIRST);
  const [to, setTo] = useState(LAST);
  const [least, setLeast] = useState(LEAST);
  const [backbone, setBackbone] = useState(false);
  const [colour, setColour] = useState("community");
  const [find, setFind] = useState("");
  const [picked, setPicked] = useState(null);

  const visible = useMemo(
    () => edges.map((e) => ({ edge: e, ...ties(e, kind, from, to) })).filter((t) => t.n >= least && (!backbone || t.edge.backbone)),
    [kind, from, to, least, backbone],
  );

  useEffect(() => {
    const cy = cytoscape({
      container: holder.current,
      style: styles(colours()),
      textureOnViewport: edges.length > 1000,
      minZoom: 0.03,
      maxZoom: 6,
      boxSelectionEnabled: false,
    });
    cy.on("tap", "edge", (e) => setPicked({ edge: edges[+e.target.id().slice(1)] }));
    cy.on("tap", "node", (e) => setPicked({ node: e.target.id() }));
    cy.on("tap", (e) => e.target === cy && setPicked(null));
    cy.on("render", () => writeNames(cy, names.current, pick.current));
    graph.current = cy;
    // For tests and for the curious: the drawn graph.
    holder.current.graph = cy;
    return () => cy.destroy();
  }, []);

  // Only what is in view is in the drawing: what is hidden costs as much as what is seen.
  useEffect(() => {
    const cy = graph.current;
    const c = colours();
    const wide = Math.min(Math.max(cy.width() / Math.max(cy.height(), 1), 0.75), 1.6);
    const wanted = new Map();
    for (const { edge } of visible.slice(0, DRAWN)) {
      for (const id of [edge.source_id, edge.target_id]) if (!wanted.has(id)) wanted.set(id, node(actorById.get(id), colour, c, wide));
      wanted.set(edge.id, line(edge, c));
    }
    cy.batch(() => {
      cy.remove(cy.elements().filter((e) => !wanted.has(e.id())));
      const missing = [...wanted.values()].filter((e) => cy.getElementById(e.data.id).empty());
      cy.add(missing.filter((e) => e.group === "nodes"));
      cy.add(missing.filter((e) => e.group === "edges"));
    });
  }, [visible]);
  useEffect(() => fit(graph.current), []);
  const painted = useRef(colour);
  useEffect(() => { if (painted.current !== colour) paint(graph.current, (painted.current = colour)); }, [colour]);
  useRedrawOnScheme(useEffect, useMemo(() => () => graph.current && paint(graph.current, painted.current), []));

  // A link to a tie or an actor opens the network with it picked.
  useEffect(() => {
    if (!chosen) return;
    const [a, b] = chosen.split(" ");
    const edge = b && edgesOfActor(a).find((e) => e.source_id === b || e.target_id === b);
    setPicked(edge ? { edge } : actorById.has(a) ? { node: a } : null);
  }, [chosen]);
  useEffect(() => {
    const cy = graph.current;
    pick.current = picked;
    cy.elements().unselect().removeClass("faded");
    const target = picked && cy.getElementById(picked.edge ? picked.edge.id : picked.node);
    if (!target?.length) return;
    target.select();
    cy.elements().not(target.closedNeighborhood().union(target.connectedNodes?.() || [])).addClass("faded");
  }, [picked]);

  const search = (value) => {
    setFind(value);
    const name = value.trim().toLowerCase();
    const actor = name && actors.find((a) => a.x != null && a.name.toLowerCase() === name);
    if (!actor) return;
    setPicked({ node: actor.actor_id });
    graph.current.animate({ center: { eles: graph.current.getElementById(actor.actor_id) }, zoom: Math.max(graph.current.zoom(), 1) }, { duration: 300 });
  };
  const zoomBy = (k) => () => graph.current.zoom({ level: graph.current.zoom() * k, renderedPosition: { x: graph.current.width() / 2, y: graph.current.height() / 2 } });
  const strongest = [...visible].sort((a, b) => b.n - a.n).slice(0, 40);
  const most = Math.max(2, ...edges.map((e) => Math.min(e.sentences + e.events, 30)));
  return (
    <>
      <h1>Network</h1>
      <Fold>
      <form class="filters" aria-label="Filter ties" onSubmit={(e) => e.preventDefault()}>
        <label>Ties by
          <select value={kind} onChange={(e) => setKind(e.target.value)}>
            <option value="both">sentences and events</option>
            <option value="sentences">sentences with both</option>
            <option value="events">events between them</option>
          </select>
        </label>
        <label>At least {least} {least === 1 ? "tie" : "ties"} <input type="range" min="1" max={most} value={least} onInput={(e) => setLeast(+e.target.value)} /></label>
        <label>From {showYear(from)} <input type="range" min={FIRST} max={LAST} value={from} onInput={(e) => { setFrom(+e.target.value); setTo((t) => Math.max(t, +e.target.value)); }} /></label>
        <label>To {showYear(to)} <input type="range" min={FIRST} max={LAST} value={to} onInput={(e) => { setTo(+e.target.value); setFrom((f) => Math.min(f, +e.target.value)); }} /></label>
        <label class="check"><input type="checkbox" checked={backbone} onChange={(e) => setBackbone(e.target.checked)} /> backbone only</label>
        <label>Colour by
          <select value={colour} onChange={(e) => setColour(e.target.value)}>
            <option value="community">community</option>
            <option value="type">type of actor</option>
          </select>
        </label>
        <label>Find <input type="search" list="node-names" value={find} onInput={(e) => search(e.target.value)} placeholder="an actor" /></label>
        <datalist id="node-names">{actors.filter((a) => a.x != null).slice(0, 1000).map((a) => <option key={a.actor_id} value={a.name} />)}</datalist>
        <output aria-live="polite">{visible.length} {visible.length === 1 ? "tie" : "ties"} of {new Set(visible.flatMap((t) => [t.edge.source_id, t.edge.target_id])).size} actors{visible.length > DRAWN ? `; the ${DRAWN.toLocaleString("en")} heaviest drawn` : ""}{shown.edges < totals.edges ? `; the corpus has ${totals.edges.toLocaleString("en")} ties` : ""}</output>
      </form>
      </Fold>
      <div class="toolbar">
        <button type="button" onClick={zoomBy(1.4)}>Zoom in</button>
        <button type="button" onClick={zoomBy(1 / 1.4)}>Zoom out</button>
        <button type="button" onClick={() => fit(graph.current)}>Fit</button>
      </div>
      <div class="split">
        <div>
          <div class="drawing">
            <div class="graph" ref={holder} role="img" aria-label="Network of actors; the ties in it are listed below" />
            <canvas ref={names} class="names-over" aria-hidden="true" />
          </div>
          <Groups by={colour} visible={visible} />
        </div>
        <aside class="panel" aria-live="polite" tabindex="0" aria-label="Behind the tie or actor picked">
          {picked?.edge ? <EdgePanel edge={picked.edge} /> : picked?.node ? <NodePanel id={picked.node} /> : <p class="quiet">Click a tie to read the sentences and events behind it, or an actor to see its ties. Blue ties are mostly cooperative, red ones mostly conflictual, grey ones have no coded events or as many of both.</p>}
        </aside>
      </div>
      <h2>Strongest ties in view</h2>
      <ol class="ties">{strongest.map((t) => <TieItem key={t.edge.id} edge={t.edge} />)}</ol>
    </>
  );
}
