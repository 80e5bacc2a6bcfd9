"""Where actors stand in a picture of their network: near those they are tied to, yet apart enough to tell apart."""

from __future__ import annotations

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import numpy.typing as npt

from pipeline.graph import SEED

Points = npt.NDArray[np.float64]

# So many actors are laid out by force, which takes time by the square; the rest stand beside those they are tied to.
_CORE = 250
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_ROUNDS = 30


def layout(
    graph: nx.Graph, sizes: Mapping[str, float], whole: nx.Graph | None = None
) -> dict[str, tuple[float, float]]:
    """Positions in the square from -1 to 1; the same graph has the same positions.

    Parameters
    ----------
    graph : networkx.Graph
        The ties that pull, with `weight`.
    sizes : mapping of str to float
        How big each node is drawn, from 0 to 1.
    whole : networkx.Graph, optional
        A graph of more nodes and ties: what is not in `graph` is put beside those it is tied to here.

    References
    ----------
    Jacomy et al. (2014), ForceAtlas2, a continuous graph layout algorithm for handy network visualization.
    """
    ordered = sorted(graph, key=lambda a: (-graph.degree(a, weight="weight"), a))
    place = {a: i for i, a in enumerate(ordered[:_CORE])}
    # Integers in a fixed order: sums of forces depend on it, and sets of strings change theirs between processes.
    core = nx.Graph()
    core.add_nodes_from(range(len(place)))
    ties = [(place[a], place[b], w) for a, b, w in graph.edges(data="weight") if a in place and b in place]
    core.add_weighted_edges_from(sorted((min(a, b), max(a, b), math.log1p(w)) for a, b, w in ties))
    radius = np.array([5 + 20 * sizes.get(a, 0.0) for a in place])
    at = np.zeros((len(place), 2))
    taken: list[tuple[float, float, float]] = []
    for part in sorted((sorted(c) for c in nx.connected_components(core)), key=lambda c: (-len(c), c)):
        reach = math.sqrt(len(part))
        x, y = _free(taken, reach)
        taken.append((x, y, reach))
        at[part] = _by_force(core.subgraph(part), part, radius[part]) * reach + (x, y)
    if taken:
        boxes = np.array([(x - r, y - r, x + r, y + r) for x, y, r in taken])
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        at = (at - (low + high) / 2) / ((high - low).max() / 2)
    found = {a: (float(at[i, 0]), float(at[i, 1])) for a, i in place.items()}
    every = graph if whole is None else whole
    rest = sorted((a for a in every if a not in found), key=lambda a: (-every.degree(a, weight="weight"), a))
    for i, actor in enumerate(rest):
        near = [(found[n], every[actor][n]["weight"]) for n in every[actor] if n in place]
        total = sum(weight for _, weight in near) or 1.0
        x, y = (sum(p[axis] * weight for p, weight in near) / total for axis in (0, 1))
        far = 0.04 + 0.1 * math.sqrt(i / len(rest))
        found[actor] = (x + far * math.cos(i * _GOLDEN_ANGLE), y + far * math.sin(i * _GOLDEN_ANGLE))
    return found


def _free(taken: list[tuple[float, float, float]], reach: float) -> tuple[float, float]:
    """The first place on a spiral from the middle where a circle of this reach touches no other."""
    for step in range(100_000):
        far = 0.35 * math.sqrt(step)
        x, y = far * math.cos(step * _GOLDEN_ANGLE), far * math.sin(step * _GOLDEN_ANGLE)
        if all(math.hypot(x - a, y - b) > 1.05 * (reach + r) for a, b, r in taken):
            return x, y
    return 0.0, 0.0


def _by_force(graph: nx.Graph, nodes: list[int], radius: Points) -> Points:
    """Positions of a connected graph's nodes within the unit circle."""
    n = len(nodes)
    if n == 1:
        return np.zeros((1, 2))
    # From the seeds of a sunflower, the strongest in the middle.
    begin = {
        a: [math.sqrt(i + 1) * wave(i * _GOLDEN_ANGLE) for wave in (math.cos, math.sin)] for i, a in enumerate(nodes)
    }
    place = nx.forceatlas2_layout(
        graph,
        pos=begin,
        max_iter=min(300, 45_000 // n),
        scaling_ratio=4.0,
        distributed_action=True,
        node_size=dict(zip(nodes, radius, strict=True)),
        weight="weight",
        seed=SEED,
    )
    at = _apart(np.array([place[a] for a in nodes], dtype=float), radius)
    at = at - np.median(at, axis=0)
    far = np.hypot(at[:, 0], at[:, 1])
    # The few that stand far out are drawn in to where the others are.
    usual = max(float(np.quantile(far, 0.95)), 1e-9)
    shrink = np.where(far > usual, (1 + 0.3 * np.log(np.maximum(far / usual, 1))) * usual / np.maximum(far, 1e-9), 1.0)
    at = at * shrink[:, None]
    within: Points = at / max(float(np.hypot(at[:, 0], at[:, 1]).max()), 1e-9)
    return within


def _apart(at: Points, radius: Points) -> Points:
    """Push apart what overlaps."""
    least = radius[:, None] + radius[None, :]
    # In units in which the nodes cover a fixed share of the picture.
    room = 3.0 * math.sqrt(float((2 * radius) ** 2 @ np.ones(len(radius))))
    at = at * (room / max(float(np.ptp(at, axis=0).max()), 1e-9))
    for _ in range(_ROUNDS):
        between = at[:, None, :] - at[None, :, :]
        distance = np.hypot(between[:, :, 0], between[:, :, 1])
        np.fill_diagonal(distance, np.inf)
        overlap = np.maximum(least - distance, 0.0)
        if not overlap.any():
            break
        at = at + (between / np.maximum(distance, 1e-9)[:, :, None] * overlap[:, :, None] / 2).sum(axis=1)
    return at
