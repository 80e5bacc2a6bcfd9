// The events as a table to sort, filter and take away.
import { useEffect, useMemo, useState } from "preact/hooks";
import { flexRender, getCoreRowModel, getPaginationRowModel, getSortedRowModel, useReactTable } from "@tanstack/react-table";
import { actorName, dateById, documentById, inOrder, link, sentenceById, slice } from "./data.js";
import { Filters, matching } from "./filters.jsx";
import { ActorLinks, Swatch } from "./parts.jsx";

const COLUMNS = [
  { id: "when", header: "When", accessorFn: (e) => e.t0 ?? Infinity, cell: ({ row: { original: e } }) => <a href={link("event", e.event_id)} title={e.date_edtf}>{e.when || "undated"}</a> },
  { id: "source", header: "Source", accessorFn: (e) => e.who, cell: ({ row: { original: e } }) => <ActorLinks ids={e.source_ids} words={e.source_text} /> },
  { id: "type", header: "Type", accessorFn: (e) => e.event_type, cell: ({ row: { original: e } }) => <><Swatch quad={e.quad_class} />{e.event_type.toLowerCase()}{e.mode && <span class="quiet"> {e.mode.toLowerCase()}</span>}</> },
  { id: "trigger", header: "Words", accessorFn: (e) => e.trigger, cell: ({ getValue }) => <i>{getValue()}</i> },
  { id: "target", header: "Target", accessorFn: (e) => e.whom, cell: ({ row: { original: e } }) => <ActorLinks ids={e.target_ids} words={e.target_text} /> },
  { id: "factuality", header: "Factuality", accessorFn: (e) => e.factuality, cell: ({ row: { original: e } }) => <>{e.factuality}{e.claimed_by && <span class="quiet"> by {actorName(e.claimed_by)}</span>}</> },
  { id: "goldstein", header: "Goldstein", accessorFn: (e) => e.goldstein, cell: ({ getValue }) => getValue() },
  { id: "confidence", header: "Confidence", accessorFn: (e) => e.confidence, cell: ({ getValue }) => getValue().toFixed(2) },
  { id: "evidence", header: "Evidence", accessorFn: (e) => e.evidence, enableSorting: false, cell: ({ getValue }) => <span class="evidence">{getValue()}</span> },
];

const CSV = ["event_id", "doc_id", "sentence_id", "start", "end", "trigger", "event_type", "mode", "cameo", "quad_class", "goldstein",
  "source_ids", "who", "source_text", "target_ids", "whom", "target_text", "place_id", "place_text", "date_edtf", "date_start", "date_end",
  "date_basis", "factuality", "claimed_by", "confidence", "duplicate_of", "evidence"];
const NAMES = { who: "source_names", whom: "target_names" };

function csvCell(value) {
  let text = Array.isArray(value) ? value.join("|") : String(value ?? "");
  // A spreadsheet would run these as formulas.
  if (/^[=+@\t\r-]/.test(text) && typeof value !== "number" && !/^-\d/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(rows) {
  return [CSV.map((n) => NAMES[n] || n), ...rows.map((r) => CSV.map((n) => csvCell(r[n])))].map((r) => r.join(",")).join("\n") + "\n";
}

function download(rows) {
  const url = URL.createObjectURL(new Blob(["\ufeff", csv(rows)], { type: "text/csv;charset=utf-8" }));
  const a = document.createElement("a");
  a.href = url;
  a.download = "events.csv";
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function EventTable({ filter, setFilter }) {
  const rows = useMemo(() => matching(filter, inOrder), [filter]);
  const [sorting, setSorting] = useState([]);
  const [pagination, setPagination] = useState({ pageIndex: 0, pageSize: 50 });
  useEffect(() => setPagination((p) => ({ ...p, pageIndex: 0 })), [rows, sorting]);
  // On paper there are no pages to turn in the browser.
  useEffect(() => {
    let before = null;
    const more = () => setPagination((p) => { before = p; return { pageIndex: 0, pageSize: 1000 }; });
    const back = () => before && setPagination(before);
    addEventListener("beforeprint", more);
    addEventListener("afterprint", back);
    return () => { removeEventListener("beforeprint", more); removeEventListener("afterprint", back); };
  }, []);
  const table = useReactTable({
    data: rows, columns: COLUMNS, state: { sorting, pagination }, onSortingChange: setSorting, onPaginationChange: setPagination,
    getCoreRowModel: getCoreRowModel(), getSortedRowModel: getSortedRowModel(), getPaginationRowModel: getPaginationRowModel(), autoResetPageIndex: false,
  });
  const sorted = { asc: "ascending", desc: "descending" };
  return (
    <>
      <h1>Events</h1>
      <Filters filter={filter} setFilter={setFilter} found={rows.length} />
      <div class="toolbar">
        <button type="button" onClick={() => download(table.getSortedRowModel().rows.map((r) => r.original))}>Save these {rows.length} as CSV</button>
        <button type="button" disabled={!table.getCanPreviousPage()} onClick={() => table.previousPage()}>Previous</button>
        <button type="button" disabled={!table.getCanNextPage()} onClick={() => table.nextPage()}>Next</button>
        <output aria-live="polite">page {pagination.pageIndex + 1} of {Math.max(table.getPageCount(), 1)}</output>
        <label>Rows <select value={pagination.pageSize} onChange={(e) => table.setPageSize(+e.target.value)}>{[50, 200, 1000].map((n) => <option key={n} value={n}>{n}</option>)}</select></label>
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label="Event table">
        <table class="grid">
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <th key={header.id} scope="col" class={header.id} aria-sort={header.column.getCanSort() ? sorted[header.column.getIsSorted()] || "none" : undefined}>
                    {header.column.getCanSort() ? (
                      <button type="button" onClick={header.column.getToggleSortingHandler()}>
                        {flexRender(header.column.columnDef.header, header.getContext())}
                        <span aria-hidden="true">{{ asc: " \u25b2", desc: " \u25bc" }[header.column.getIsSorted()] || ""}</span>
                      </button>
                    ) : flexRender(header.column.columnDef.header, header.getContext())}
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {table.getRowModel().rows.map((row) => (
              <tr key={row.original.event_id}>
                {row.getVisibleCells().map((cell) => <td key={cell.id} class={cell.column.id} data-label={cell.column.columnDef.header}><div>{flexRender(cell.column.columnDef.cell, cell.getContext())}</div></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

// One event with everything known about it.
export function EventPage({ event }) {
  const doc = documentById.get(event.doc_id);
  const facts = [
    ["When", event.when ? <>{event.when} {event.date_edtf && event.date_edtf !== event.when && <code>{event.date_edtf}</code>}</> : "undated"],
    ["Dated by", <>{event.date_basis || "nothing"}{dateById.has(event.date_id) && <>, <a href={link("read", event.date_id)}>“{dateById.get(event.date_id).text}”</a></>}</>],
    ["Source", <><ActorLinks ids={event.source_ids} words={event.source_text} />{event.source_text && <span class="quiet"> “{event.source_text}”{event.source_sectors.filter(Boolean).length ? `, ${event.source_sectors.filter(Boolean).join(", ")}` : ""}</span>}</>],
    ["Target", <><ActorLinks ids={event.target_ids} words={event.target_text} />{event.target_text && <span class="quiet"> “{event.target_text}”{event.target_sectors.filter(Boolean).length ? `, ${event.target_sectors.filter(Boolean).join(", ")}` : ""}</span>}</>],
    ["Where", event.place_text || event.place_id ? <ActorLinks ids={event.place_id ? [event.place_id] : []} words={event.place_text} /> : ""],
    ["Type", <><Swatch quad={event.quad_class} />{event.event_type}{event.mode && `, ${event.mode}`}{event.cameo && `; CAMEO ${event.cameo}`}; Goldstein {event.goldstein}</>],
    ["Factuality", <>{event.factuality}{event.claimed_by && <>, said by <ActorLinks ids={[event.claimed_by]} /></>}</>],
    ["Told first", event.duplicate_of ? <a href={link("event", event.duplicate_of)}>elsewhere</a> : ""],
    ["Confidence", event.confidence.toFixed(2)],
    ["Text", doc?.text == null ? doc?.title || event.doc_id : <a href={link("read", event.event_id)}>{doc.title || event.doc_id}</a>],
    ["Id", <code>{event.event_id}</code>],
  ];
  const [before, words, after] = around(event);
  return (
    <>
      <h1>{event.who || "Someone"} <i>{event.trigger}</i> {event.whom}</h1>
      <blockquote class="big">{before}<mark class={`quad${event.quad_class}`}>{words}</mark>{after}</blockquote>
      <dl class="facts">{facts.filter(([, v]) => v !== "").map(([name, value]) => [<dt>{name}</dt>, <dd>{value}</dd>])}</dl>
    </>
  );
}

// The sentence before, at and after the trigger.
function around(event) {
  const s = sentenceById.get(event.sentence_id);
  if (s && documentById.get(event.doc_id)?.text != null) {
    return [[s.start, event.start], [event.start, event.end], [event.end, s.end]].map(([a, b]) => slice(event.doc_id, a, b));
  }
  const at = event.evidence.indexOf(event.trigger);
  if (at < 0) return [event.evidence, "", ""];
  return [event.evidence.slice(0, at), event.trigger, event.evidence.slice(at + event.trigger.length)];
}
