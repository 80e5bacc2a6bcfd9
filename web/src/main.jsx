// The page: its views, and the part of the address after '#' that says which is open.
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { actorById, eventById } from "./data.js";
import { NO_FILTER } from "./filters.jsx";
import { ActorPage, Actors } from "./actors.jsx";
import { Network } from "./network.jsx";
import { Overview } from "./overview.jsx";
import { Reader } from "./reader.jsx";
import { EventPage, EventTable } from "./table.jsx";
import { Timeline } from "./timeline.jsx";
import "./style.css";

const VIEWS = [["overview", "Overview"], ["timeline", "Timeline"], ["network", "Network"], ["events", "Events"], ["actors", "Actors"], ["read", "Texts"]];
// Which entry of the menu a view belongs to.
const UNDER = { event: "events", actor: "actors", tie: "network" };

function address() {
  const hash = location.hash.slice(1);
  const at = hash.indexOf("=");
  const [view, argument] = at < 0 ? [hash, ""] : [hash.slice(0, at), hash.slice(at + 1)];
  try {
    return { view: view || "overview", argument: decodeURIComponent(argument) };
  } catch {
    return { view: "overview", argument: "" };
  }
}

function Missing({ what }) {
  return <><h1>Not here</h1><p class="notice">This page has no such {what}. In a big corpus it may be in the tables only.</p></>;
}

function View({ view, argument, filter, setFilter, show }) {
  switch (view) {
    case "timeline": return <Timeline filter={filter} setFilter={setFilter} />;
    case "network": case "tie": return <Network chosen={argument} />;
    case "events": return <EventTable filter={filter} setFilter={setFilter} />;
    case "event": return eventById.has(argument) ? <EventPage event={eventById.get(argument)} /> : <Missing what="event" />;
    case "actors": return <Actors />;
    case "actor": return actorById.has(argument) ? <ActorPage actor={actorById.get(argument)} show={show} /> : <Missing what="actor" />;
    case "read": return <Reader target={argument} />;
    case "overview": return <Overview show={show} />;
    default: return <Missing what="view" />;
  }
}

function App() {
  const [at, setAt] = useState(address);
  const [filter, setFilter] = useState(NO_FILTER);
  const main = useRef(null);
  useEffect(() => {
    const change = () => {
      setAt(address());
      if (!address().view.startsWith("read")) scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    };
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  const show = (part, view = "events") => {
    setFilter({ ...NO_FILTER, ...part });
    location.hash = `#${view}`;
  };
  const open = UNDER[at.view] || at.view;
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => { e.preventDefault(); main.current.focus(); }}>To the content</a>
      <header>
        <a class="brand" href="#overview">Regesta</a>
        <nav aria-label="Views">
          {VIEWS.map(([id, name]) => <a key={id} href={`#${id}`} aria-current={open === id ? "page" : undefined}>{name}</a>)}
        </nav>
      </header>
      <main ref={main} tabindex="-1" id="main" class={`view-${at.view}`}>
        <View {...at} filter={filter} setFilter={setFilter} show={show} />
      </main>
      <footer>Every row leads back to the words it came from. Made with Regesta; the tables are beside this file.</footer>
    </>
  );
}

const app = document.getElementById("app");
app.textContent = "";
render(<App />, app);
