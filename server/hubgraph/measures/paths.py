"""Steps, components and bridges in the network of organisations on one day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import rustworkx as rx


@dataclass(slots=True)
class Network:
    """Organisations (and people) and who is tied to whom; hubs are nodes that are marked.

    Several ties between the same two are one edge that remembers each: losing one of them cuts nothing.
    """

    graph: "rx.PyGraph[str, list[str]]" = field(default_factory=lambda: rx.PyGraph(multigraph=False))
    numbers: dict[str, int] = field(default_factory=dict)
    hubs: set[int] = field(default_factory=set)

    def add(self, one: str, other: str, tie: str) -> None:
        """Tie two nodes by the tie of that IRI."""
        first, second = self._number(one), self._number(other)
        if self.graph.has_edge(first, second):
            self.graph.get_edge_data(first, second).append(tie)
        else:
            self.graph.add_edge(first, second, [tie])

    def mark_hub(self, hub: str) -> None:
        """Mark a node as a hub."""
        self.hubs.add(self._number(hub))

    def _number(self, name: str) -> int:
        if name not in self.numbers:
            self.numbers[name] = self.graph.add_node(name)
        return self.numbers[name]


def network(ties: Iterable[tuple[str, str, str]], hubs: Iterable[str]) -> Network:
    """Return the network of ties, each given as organisation, what it is tied to, and IRI of the tie."""
    made = Network()
    for one, other, tie in ties:
        made.add(one, other, tie)
    for hub in hubs:
        made.mark_hub(hub)
    return made


def steps_to_hubs(network: Network) -> dict[str, int]:
    """Return organisation → number of others between it and the nearest hub: 0 where it takes part itself."""
    known = dict.fromkeys(network.hubs, 0)
    frontier = sorted(network.hubs)
    while frontier:
        following = []
        for number in frontier:
            for neighbour in network.graph.neighbors(number):
                if neighbour not in known:
                    known[neighbour] = known[number] + 1
                    following.append(neighbour)
        frontier = following
    return {network.graph[number]: count - 1 for number, count in known.items() if count}


def component_sizes(network: Network, counted: Iterable[str]) -> dict[str, int]:
    """Return each of the counted organisations that is in the network → how many of them hang together with it."""
    wanted = {network.numbers[name] for name in counted if name in network.numbers}
    sizes: dict[str, int] = {}
    for component in rx.connected_components(network.graph):
        inside = component & wanted
        sizes |= dict.fromkeys((network.graph[number] for number in inside), len(inside))
    return sizes


def only_ways(network: Network, asked: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return organisation → (tie, other side): its one tie without which no path leads from it to a hub.

    A tie is such a one when its edge is a bridge, it is the only tie of its edge, and all hubs of the component lie on
    the other side. Linear in nodes and edges.
    """
    order, parent = _spanning_tree(network)
    beneath = _hubs_beneath(network, order, parent)
    bridges = {frozenset(edge) for edge in rx.bridges(network.graph)}
    total: dict[int, int] = {}
    for number in order:
        total[number] = beneath[number] if parent[number] == number else total[parent[number]]
    found: dict[str, tuple[str, str]] = {}
    for name in asked:
        own = network.numbers.get(name)
        if own is None or not total[own]:
            continue
        for neighbour in network.graph.neighbors(own):
            ties = network.graph.get_edge_data(own, neighbour)
            if len(ties) > 1 or frozenset((own, neighbour)) not in bridges:
                continue
            on_this_side = beneath[own] if parent[own] == neighbour else total[own] - beneath[neighbour]
            if not on_this_side:
                found[name] = (ties[0], network.graph[neighbour])
    return found


def _spanning_tree(network: Network) -> tuple[Sequence[int], Mapping[int, int]]:
    """Return nodes with parents before children, and the parent of each; a root is its own parent."""
    parent: dict[int, int] = {}
    order: list[int] = []
    for root in network.graph.node_indices():
        if root in parent:
            continue
        parent[root] = root
        order.append(root)
        position = len(order) - 1
        while position < len(order):
            number = order[position]
            position += 1
            for neighbour in network.graph.neighbors(number):
                if neighbour not in parent:
                    parent[neighbour] = number
                    order.append(neighbour)
    return order, parent


def _hubs_beneath(network: Network, order: Sequence[int], parent: Mapping[int, int]) -> Mapping[int, int]:
    """Return for each node the number of hubs in its subtree, itself included."""
    beneath = {number: int(number in network.hubs) for number in order}
    for number in reversed(order):
        if parent[number] != number:
            beneath[parent[number]] += beneath[number]
    return beneath
