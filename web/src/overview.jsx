// The corpus at a glance, and what could not be dated or linked.
import { about, actorName, actors, count, documents, edges, eventsOfActor, link, overview, shown, totals } from "./data.js";
import { Histogram } from "./chart.jsx";
import { Bars } from "./parts.jsx";

// The pairs with most coded events: conflict to the left of the line, cooperation to the right.
function Pairs() {
  const rows = edges.filter((e) => e.cooperation + e.conflict > 0).sort((a, b) => b.cooperation + b.conflict - a.cooperation - a.conflict).slice(0, 15);
  if (!rows.length) return <p class="quiet">No events between two known actors.</p>;
  const most = Math.max(...rows.map((e) => Math.max(e.cooperation, e.conflict)));
  const part = (n) => ({ width: `${(100 * n) / most}%` });
  return (
    <table class="bars pairs">
      <caption>Conflict (left) and cooperation (right)</caption>
      <tbody>
        {rows.map((e) => (
          <tr key={e.source_id + e.target_id}>
            <th scope="row"><a href={link("tie", `${e.source_id} ${e.target_id}`)}>{`${actorName(e.source_id)} \u2013 ${actorName(e.target_id)}`}</a></th>
            <td class="number">{e.conflict}</td>
            <td class="bar minus"><span style={part(e.conflict)} /></td>
            <td class="bar plus"><span style={part(e.cooperation)} /></td>
            <td class="number">{e.cooperation}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Made() {
  if (!about) return null;
  const changed = Object.entries(about.changed);
  return (
    <section>
      <h2>How this was made</h2>
      <p>Regesta {about.version}, language model {about.model}{changed.length ? "" : ", default settings"}.</p>
      {changed.length > 0 && <ul class="plain">{changed.map(([name, value]) => <li key={name}><code>{name} = {JSON.stringify(value)}</code></li>)}</ul>}
      <p class="quiet">Versions of everything, hashes of the texts and the time each stage took are in run.json beside this file.</p>
    </section>
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
        <Histogram years={overview.years} />
      </section>
      <div class="columns">
        <section>
          <h2>Most active actors</h2>
          <Bars caption="Events they take part in" rows={active.slice(0, 15).map((a) => ({ label: a.name, count: eventsOfActor(a.actor_id).length, href: link("actor", a.actor_id) }))} />
        </section>
        <section>
          <h2>Between whom</h2>
          <Pairs />
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
      <Made />
    </>
  );
}
