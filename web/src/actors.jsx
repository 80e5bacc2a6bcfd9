// The list of actors, and a page for each.
import { useMemo, useState } from "preact/hooks";
import { actors, count, edgesOfActor, eventsOfActor, actorName, link, mentions, shown, tied, totals } from "./data.js";
import { Histogram, byYear } from "./chart.jsx";
import { EventList } from "./parts.jsx";

const kind = (type) => type.toLowerCase().replaceAll("_", " ");

export function Actors() {
  const [text, setText] = useState("");
  const [type, setType] = useState("");
  const types = useMemo(() => [...new Set(actors.map((a) => a.type))].sort(), []);
  const words = text.toLowerCase();
  const found = actors.filter((a) => (!type || a.type === type) && (!words || [a.name, ...a.aliases].some((n) => n.toLowerCase().includes(words))));
  return (
    <>
      <h1>Actors</h1>
      <form class="filters" role="search" aria-label="Filter actors" onSubmit={(e) => e.preventDefault()}>
        <label>Name <input type="search" value={text} onInput={(e) => setText(e.target.value)} /></label>
        <label>Type <select value={type} onChange={(e) => setType(e.target.value)}><option value="">all</option>{types.map((t) => <option key={t} value={t}>{kind(t)}</option>)}</select></label>
        <output aria-live="polite">{found.length} actors{shown.actors < totals.actors ? ` of the ${shown.actors} shown; the corpus has ${totals.actors}` : ""}</output>
      </form>
      <div class="scroll" tabindex="0" role="region" aria-label="Actors">
        <table class="grid">
          <thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Country</th><th scope="col" class="number">Mentions</th><th scope="col" class="number">Events</th><th scope="col" class="number">Ties</th></tr></thead>
          <tbody>
            {found.slice(0, 500).map((a) => (
              <tr key={a.actor_id}>
                <td data-label="Name"><a href={link("actor", a.actor_id)}>{a.name}</a></td>
                <td data-label="Type">{kind(a.type)}</td>
                <td data-label="Country">{a.country}</td>
                <td data-label="Mentions" class="number">{a.mentions}</td>
                <td data-label="Events" class="number">{eventsOfActor(a.actor_id).length}</td>
                <td data-label="Ties" class="number">{a.degree}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length > 500 && <p class="quiet">The first 500; narrow the search to see others.</p>}
    </>
  );
}

export function ActorPage({ actor, show }) {
  const events = eventsOfActor(actor.actor_id);
  const neighbours = edgesOfActor(actor.actor_id);
  const seen = useMemo(() => {
    const counts = new Map();
    for (const m of mentions) if (m.actor_id.includes(actor.actor_id) && m.kind !== "pronoun") counts.set(m.text.replace(/\s+/g, " "), (counts.get(m.text.replace(/\s+/g, " ")) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  }, [actor]);
  const years = useMemo(() => byYear(events), [actor]);
  const first = mentions.find((m) => m.actor_id.includes(actor.actor_id));
  return (
    <>
      <h1>{actor.name}</h1>
      <p>
        {kind(actor.type)}{actor.country && `, ${actor.country}`}; {count(actor.mentions, "mention")} in {count(actor.documents, "text")}; {actor.known ? "in the knowledge base" : "known from the texts only"}
        {/^Q\d+$/.test(actor.wikidata) && <>; <a href={`https://www.wikidata.org/wiki/${actor.wikidata}`} rel="noreferrer noopener" target="_blank">Wikidata {actor.wikidata}</a></>}
        {actor.cow && `; Correlates of War ${actor.cow}`}.
      </p>
      <p class="toolbar">
        <button type="button" onClick={() => show({ actor: actor.name }, "timeline")}>On the timeline</button>
        <button type="button" onClick={() => show({ actor: actor.name })}>In the event table</button>
        {actor.x != null && <a class="button" href={link("tie", actor.actor_id)}>In the network</a>}
        {first && <a class="button" href={link("read", first.mention_id)}>First mention</a>}
      </p>
      <div class="columns">
        <section>
          <h2>Names</h2>
          {seen.length > 0 && <><h3>Seen in the texts</h3><ul class="names">{seen.slice(0, 30).map(([name, n]) => <li key={name}>{name} <span class="quiet">{n}</span></li>)}</ul></>}
          {actor.aliases.length > 0 && <><h3>Also known as</h3><ul class="names">{actor.aliases.map((name) => <li key={name}>{name}</li>)}</ul></>}
        </section>
        {actor.roles?.length > 0 && (
          <section>
            <h2>Roles</h2>
            <ul class="plain">{actor.roles.map((r) => <li key={r}>{r}</li>)}</ul>
          </section>
        )}
        <section>
          <h2>Neighbours</h2>
          {neighbours.length ? (
            <ul class="plain">{neighbours.slice(0, 20).map((e) => {
              const other = e.source_id === actor.actor_id ? e.target_id : e.source_id;
              return <li key={other}><a href={link("actor", other)}>{actorName(other)}</a> <a class="quiet" href={link("tie", `${e.source_id} ${e.target_id}`)}>{tied(e)}</a></li>;
            })}</ul>
          ) : <p class="quiet">None shown.</p>}
        </section>
      </div>
      <section>
        <h2>Events</h2>
        {years.length > 1 && <Histogram years={years} tall={110} />}
        <EventList events={events} limit={300} />
      </section>
    </>
  );
}
