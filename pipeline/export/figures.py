"""The network and the timeline as PNG and SVG, for papers.

`draw_network` and `draw_timeline` draw into any matplotlib axes, for figures of one's own.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import pyarrow as pa

from pipeline import store
from pipeline.errors import DataError
from pipeline.export.tables import Row, Tables
from pipeline.graph import actor_graph, decimal_year
from pipeline.layout import layout
from pipeline.schema import TABLES, arrow_schema

if TYPE_CHECKING:  # a library that only those who draw have
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which the colour-blind can tell apart too.
CONFLICT, COOPERATION, OTHER = "#b3322c", "#1f6f9c", "#8b857d"
COMMUNITIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6f5499")
_REST = "#999999"
_DPI = 200
# As wide as a page of two columns, in inches.
_NETWORK_SIZE, _TIMELINE_SIZE = (7.2, 6.4), (7.2, 5.4)


def write(tables: Tables, destination: Path) -> None:
    """Write `network` and `timeline`, each as `.png` and `.svg`, into a folder; same tables, same bytes.

    Raises
    ------
    DataError
        When matplotlib is not installed.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DataError("figures need matplotlib: pip install 'regesta[figures]'") from error
    pictures: dict[str, tuple[tuple[float, float], Callable[[Figure], None]]] = {
        "network": (_NETWORK_SIZE, lambda f: draw_network(f.add_axes((0, 0, 1, 1)), graph_of(tables))),
        "timeline": (_TIMELINE_SIZE, lambda f: draw_timeline(f, tables)),
    }
    # Without a salt the ids in an SVG are random, without an empty date it names the hour.
    with matplotlib.rc_context({"svg.hashsalt": "regesta", "font.family": "DejaVu Sans", "font.size": 8}):
        for name, (size, draw) in pictures.items():
            figure = Figure(figsize=size)
            draw(figure)
            _save(figure, destination / f"{name}.svg", {"Date": None, "Creator": "regesta"})
            _save(figure, destination / f"{name}.png", {"Software": "regesta"})


def _save(figure: Figure, path: Path, metadata: dict[str, str | None]) -> None:
    out = io.BytesIO()
    figure.savefig(out, format=path.suffix[1:], dpi=_DPI, metadata=metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(path, out.getvalue())


def graph_of(tables: Tables) -> nx.Graph:
    """The actors' graph of an output folder, with its measures (`pipeline.graph.actor_graph`)."""
    arrow = (pa.Table.from_pylist(tables.rows[n], arrow_schema(TABLES[n])) for n in ("actors", "edges", "events"))
    return actor_graph(*arrow)


# ---------------------------------------------------------------- the network


def draw_network(
    ax: Axes, graph: nx.Graph, actors: int = 70, ties: int = 220, names: int = 45, size: str = "mentions"
) -> None:
    """Draw the chief actors and the heaviest ties between them.

    Nodes are as big as they are often mentioned (or by another measure of the graph) and coloured by community; ties
    are blue where cooperation between the two prevails, red where conflict does. A name is left out where it would
    cover another.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    graph : networkx.Graph
        As `pipeline.graph.actor_graph` makes it.
    actors, ties, names : int
        How many are drawn at most.
    size : str
        The measure of the nodes, such as `strength` or `betweenness`.
    """
    measure = graph.nodes(data=size)
    shown = sorted(graph, key=lambda a: (-measure[a], a))[:actors]
    among = graph.subgraph(shown).edges(data=True)
    heaviest = sorted(((a, b, e) for a, b, e in among if e["sentences"] + e["events"] > 0), key=_by_weight)[:ties]
    drawn = nx.Graph()
    drawn.add_edges_from((a, b, {"weight": e["weight"]}) for a, b, e in heaviest)
    ax.set_axis_off()
    if not drawn:
        ax.text(0.5, 0.5, "no ties", ha="center", transform=ax.transAxes)
        return
    most = max(measure[a] for a in drawn) or 1
    share = {a: math.sqrt(measure[a] / most) for a in drawn}
    place = layout(drawn, share)
    ax.set_aspect("equal", adjustable="datalim")
    for a, b, e in reversed(heaviest):
        colour = COOPERATION if e["balance"] > 0 else CONFLICT if e["balance"] < 0 else "#b9b3a8"
        width = 0.4 + 3.2 * math.sqrt(e["weight"] / heaviest[0][2]["weight"])
        ax.plot(*zip(place[a], place[b], strict=True), color=colour, linewidth=width, alpha=0.55, zorder=1)
    order = [a for a in shown if a in place]
    ax.scatter(
        [place[a][0] for a in order],
        [place[a][1] for a in order],
        s=[(3 + 17 * share[a]) ** 2 for a in order],
        c=[_community(graph.nodes[a]["community"]) for a in order],
        edgecolors="white",
        linewidths=0.7,
        zorder=2,
    )
    ax.margins(0.09)
    _name(ax, [(graph.nodes[a]["label"], place[a], share[a]) for a in order[:names]])
    _key(ax, [(COOPERATION, "more cooperation"), (CONFLICT, "more conflict"), ("#b9b3a8", "neither")], "lower left")


def _by_weight(tie: tuple[str, str, Row]) -> tuple[float, str, str]:
    return -tie[2]["weight"], tie[0], tie[1]


def _community(number: int) -> str:
    return COMMUNITIES[number] if number < len(COMMUNITIES) else _REST


def _name(ax: Axes, nodes: Iterable[tuple[str, tuple[float, float], float]]) -> None:
    """Names below, above, right or left of their nodes, where no name stands yet."""
    from matplotlib import patheffects
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = ax.get_figure(root=True)
    assert figure is not None
    renderer: RendererAgg = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    ax.apply_aspect()
    frame = ax.get_window_extent(renderer)
    taken: list[Any] = []
    for words, at, size in nodes:
        away = (3 + 17 * size) / 2 + 1
        places = ((0, -away, "center", "top"), (0, away, "center", "bottom"), (away, 0, "left", "center"))
        for x, y, ha, va in (*places, (-away, 0, "right", "center")):
            text = ax.annotate(
                words, at, (x, y), textcoords="offset points", ha=ha, va=va, fontsize=6 + 4 * size, zorder=3
            )
            text.set_path_effects([patheffects.withStroke(linewidth=1.8, foreground="white")])
            box = text.get_window_extent(renderer)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
            if inside and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()


def _key(ax: Axes, entries: Iterable[tuple[str, str]], where: Literal["lower left", "upper left"]) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=colour, linewidth=3, label=words) for colour, words in entries]
    ax.legend(handles=lines, loc=where, frameon=False, fontsize=7)


# ---------------------------------------------------------------- the timeline


def draw_timeline(figure: Figure, tables: Tables, actors: int = 12) -> None:
    """Draw cooperation and conflict over the years, and below it the events of the most active actors.

    A mark is an asserted event of known date, each event once, as long as the time in which it can have happened. A few
    events in far years are left out, and their number is said.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        An empty figure.
    tables : Tables
        As `pipeline.export.tables.load` reads them.
    actors : int
        How many actors get a line.
    """
    events = [e for e in tables.told() if e["date_start"]]
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.6))
    figure.subplots_adjust(left=0.215, right=0.98, top=0.97, bottom=0.07, hspace=0.06)
    for ax in (above, below):
        ax.spines[["top", "right"]].set_visible(False)
    if not events:
        above.text(0.5, 0.5, "no dated events", ha="center", transform=above.transAxes)
        return
    starts = sorted(decimal_year(e["date_start"]) for e in events)
    low, high = starts[len(starts) // 50], starts[-1 - len(starts) // 50]
    margin = max((high - low) * 0.03, 0.5)
    within = [e for e in events if low - margin <= decimal_year(e["date_start"]) <= high + margin]
    step = next((s for s in (1, 2, 5, 10, 25, 50, 100) if (high - low) / s <= 70), 200)
    _draw_balance(above, within, step)
    busy = Counter(a for e in within for a in {*e["source_ids"], *e["target_ids"]} if a in tables.actors)
    rows = sorted(busy, key=lambda a: (-busy[a], a))[:actors]
    _draw_lanes(below, within, rows)
    below.set_yticks(range(len(rows)), [_short(tables.name(a)) for a in rows])
    below.set_ylim(len(rows) - 0.4, -0.6)
    below.set_xlim(low - margin, high + margin)
    below.xaxis.set_major_formatter(
        lambda year, _: f"{round(year)}".replace("-", "\u2212") if year == round(year) else ""
    )
    if len(within) < len(events):
        left_out = f"{len(events) - len(within)} events in far years are not drawn"
        above.text(0.995, 0.98, left_out, transform=above.transAxes, ha="right", va="top", fontsize=6, color="#666666")


def _draw_balance(ax: Axes, events: list[Row], step: int) -> None:
    """Bars of cooperation above and of conflict below the line."""
    from matplotlib.ticker import MaxNLocator

    counts: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for e in events:
        if e["quad_class"]:
            counts[e["quad_class"] <= 2][math.floor(decimal_year(e["date_start"]) / step) * step] += 1
    for good, sign, colour in ((True, 1, COOPERATION), (False, -1, CONFLICT)):
        years = sorted(counts[good])
        heights = [sign * counts[good][y] for y in years]
        ax.bar(years, heights, width=step * 0.92, align="edge", color=colour, linewidth=0)
    ax.axhline(0, color="black", linewidth=0.6)
    ax.yaxis.set_major_formatter(lambda n, _: f"{abs(n):g}")
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.set_ylabel(f"events in {step} years" if step > 1 else "events in a year")
    _key(ax, [(COOPERATION, "cooperation"), (CONFLICT, "conflict"), (OTHER, "domestic (below)")], "upper left")


def _draw_lanes(ax: Axes, events: list[Row], actors: list[str]) -> None:
    for lane, actor in enumerate(actors):
        ax.axhline(lane, color="#dddddd", linewidth=0.5, zorder=0)
        for e in events:
            if actor in e["source_ids"] or actor in e["target_ids"]:
                start, end = decimal_year(e["date_start"]), decimal_year(e["date_end"] or e["date_start"])
                colour = OTHER if not e["quad_class"] else COOPERATION if e["quad_class"] <= 2 else CONFLICT
                up = 0.18 if colour == COOPERATION else -0.18 if colour == CONFLICT else 0.0
                if end - start > 0.1:
                    ax.plot((start, end), (lane - up,) * 2, color=colour, linewidth=3, alpha=0.35, zorder=1)
                else:
                    ax.plot(start, lane - up, "o", color=colour, markersize=3, alpha=0.8, markeredgewidth=0, zorder=2)


def _short(name: str) -> str:
    return name if len(name) <= 26 else name[:25] + "\u2026"
