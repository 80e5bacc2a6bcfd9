// The filters that the timeline and the event table share.
import { actorById, actors, eventTypes, events, factualities, year } from "./data.js";
import { Fold } from "./parts.jsx";

export const NO_FILTER = { text: "", actor: "", types: [], factuality: [], once: true, from: "", to: "", missing: "" };

const MISSING = {
  date: (e) => !e.date_start,
  source: (e) => !e.source_ids.length,
  target: (e) => !e.target_ids.length,
};

export function matching(filter, list) {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const name = filter.actor.trim().toLowerCase();
  const ids = name && new Set(actors.filter((a) => a.actor_id === filter.actor || a.name.toLowerCase() === name).map((a) => a.actor_id));
  const has = (id) => (ids.size ? ids.has(id) : (actorById.get(id)?.name || id).toLowerCase().includes(name));
  const [from, to] = [parseInt(filter.from, 10), parseInt(filter.to, 10)];
  return list.filter(
    (e) =>
      (!filter.once || !e.duplicate_of) &&
      (!filter.types.length || filter.types.includes(e.event_type)) &&
      (!filter.factuality.length || filter.factuality.includes(e.factuality)) &&
      (!name || [...e.source_ids, ...e.target_ids, e.claimed_by].some((id) => id && has(id))) &&
      (Number.isNaN(from) || (e.date_end && year(e.date_end) >= from)) &&
      (Number.isNaN(to) || (e.date_start && year(e.date_start) <= to)) &&
      (!filter.missing || MISSING[filter.missing](e)) &&
      words.every((w) => e.search.includes(w)),
  );
}

function Choice({ label, all, chosen, onChange }) {
  const toggle = (value) => onChange(chosen.includes(value) ? chosen.filter((c) => c !== value) : [...chosen, value]);
  return (
    <details class="choice">
      <summary>{label}{chosen.length ? `: ${chosen.length} of ${all.length}` : ": all"}</summary>
      <fieldset>
        <legend class="hidden">{label}</legend>
        {all.map((value) => (
          <label key={value}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} /> {value.toLowerCase()}
          </label>
        ))}
      </fieldset>
    </details>
  );
}

export function Filters({ filter, setFilter, found }) {
  const set = (name) => (e) => setFilter({ ...filter, [name]: e.target.value });
  return (
    <Fold>
    <form class="filters" role="search" aria-label="Filter events" onSubmit={(e) => e.preventDefault()}>
      <label>Words <input type="search" value={filter.text} onInput={set("text")} placeholder="in the event or its sentence" /></label>
      <label>Actor <input type="search" list="actor-names" value={filter.actor} onInput={set("actor")} placeholder="any" /></label>
      <datalist id="actor-names">{actors.slice(0, 1000).map((a) => <option key={a.actor_id} value={a.name} />)}</datalist>
      <label class="short">From year <input type="number" value={filter.from} onInput={set("from")} /></label>
      <label class="short">To year <input type="number" value={filter.to} onInput={set("to")} /></label>
      <Choice label="Types" all={eventTypes} chosen={filter.types} onChange={(types) => setFilter({ ...filter, types })} />
      <Choice label="Factuality" all={factualities} chosen={filter.factuality} onChange={(factuality) => setFilter({ ...filter, factuality })} />
      <label>Without
        <select value={filter.missing} onChange={set("missing")}>
          <option value="">any gap</option>
          <option value="date">a date</option>
          <option value="source">a known source</option>
          <option value="target">a known target</option>
        </select>
      </label>
      <label class="check"><input type="checkbox" checked={filter.once} onChange={(e) => setFilter({ ...filter, once: e.target.checked })} /> each event once</label>
      <button type="button" onClick={() => setFilter(NO_FILTER)}>Reset</button>
      <output aria-live="polite">{found.toLocaleString("en")} of {events.length.toLocaleString("en")} events</output>
    </form>
    </Fold>
  );
}
