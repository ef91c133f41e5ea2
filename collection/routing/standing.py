"""Routes that stand, and what one more request would cost in them.

A day is laid out with seats to spare. Who asks sits down in one: its row of travel, load and
skills are filled in, and compiled code prices it at every place of every route and times the
cheapest ones with the real ways, loads, breaks and shifts. Who is promised a window keeps the
seat; who only asked leaves it. So nothing is laid out anew for a question or a booking.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.clock import FAR
from collection.routing.costs import COST_PARTS
from collection.routing.day import (
    ADDRESS,
    END_WINDOW,
    FIRST_WINDOW,
    HARD,
    POINT,
    SERVICE,
    SETUP,
    TRAITS,
    WALKED,
    day_of,
)
from collection.routing.kernels.estimate import (
    MOVE_COLUMNS,
    OFFER_COLUMNS,
    QUOTE_COLUMNS,
    SWAP_COLUMNS,
    SWAPS,
    Scratch,
)
from collection.routing.kernels.moves import begin_move, change
from collection.routing.kernels.quote import quote
from collection.routing.kernels.seat import could_come, reopen, take_seat
from collection.routing.kernels.state import COUNT
from collection.routing.quotes import Quote
from collection.routing.search import Searcher
from collection.routing.seats import nobody_near, with_seats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from collection.model import Position
    from collection.routing.day import Day
    from collection.routing.guest import Guest
    from collection.routing.problem import Problem
    from collection.units import Seconds

SEATS = 64
"""Seats to spare in a day that is laid out: questions and bookings until it is laid out anew."""


class Standing:
    """Routes of a day that stand, with seats for more requests.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    seats : int
        How many more requests fit in.

    Raises
    ------
    ValueError
        If the routes break a constraint.
    """

    def __init__(
        self,
        problem: Problem,
        routes: Sequence[Sequence[int]],
        *,
        seats: int = SEATS,
    ) -> None:
        count = len(problem.request_ids)
        self.problem = with_seats(problem, seats)
        # Node numbers of reloads and pauses come behind those of the seats.
        moved = [[n + seats if n >= count else n for n in route] for route in routes]
        day = day_of(self.problem)
        # A walk decides on every place: what is promised must be true to the second.
        day.vans[:, TRAITS] |= WALKED | HARD
        self._searcher = Searcher(self.problem, day, nobody_near(self.problem))
        self._day = self._searcher.day
        self._scratch = Scratch(
            offers=np.zeros((len(problem.vehicle_ids), OFFER_COLUMNS), dtype=np.int64),
            moves=np.full((count + seats, MOVE_COLUMNS), -1, dtype=np.int64),
            swaps=np.zeros((SWAPS, SWAP_COLUMNS), dtype=np.int64),
        )
        self.positions = list(self.problem.positions)
        self._doors: dict[Position, int] = dict(
            zip(problem.positions[problem.depots :], problem.addresses.tolist(), strict=True)
        )
        self._at_door = Counter(problem.positions[problem.depots :])
        self._addresses = int(self.problem.addresses.max(initial=0))
        self._free = list(range(count, count + seats))[::-1]
        if not self._searcher.load(moved):
            msg = "routes that stand must keep every constraint"
            raise ValueError(msg)

    @property
    def room(self) -> int:
        """Seats that are free."""
        return len(self._free)

    @property
    def routes(self) -> list[tuple[int, ...]]:
        """Per vehicle, its nodes in driving order."""
        return self._searcher.current_routes()

    def sit(self, guest: Guest, seconds: NDArray[np.int32], metres: NDArray[np.int32]) -> int:
        """Give a seat to a request.

        Parameters
        ----------
        guest : Guest
            The request.
        seconds : ndarray of int32, shape (F, 2, T, P)
            Between its place and `positions`: to each of them, then from each.
        metres : ndarray of int32, shape (F, 2, T, P)
            Likewise.

        Returns
        -------
        int
            Its node.

        Raises
        ------
        IndexError
            If no seat is free.
        """
        day, node = self._day, self._free[-1]
        row = day.nodes[node]
        row[SERVICE], row[SETUP], row[ADDRESS] = guest.service, guest.setup, self._door(guest.place)
        row[END_WINDOW] = row[FIRST_WINDOW] + 1
        day.loads[node, 0], day.loads[node, 1] = guest.load, guest.initial
        # Room, ways and hours are for each place to show.
        day.able[node] = guest.able
        day.preferences[node] = COST_PARTS * guest.preferences
        self._free.remove(node)
        point = int(row[POINT])
        take_seat(day, point, seconds, metres)
        self.positions[point] = guest.place
        return node

    @property
    def nbytes(self) -> int:
        """Memory of its tables of travel."""
        return self._day.ways.nbytes + self.problem.seconds.nbytes + self.problem.metres.nbytes

    @property
    def day(self) -> Day:
        """Its arrays, with who sits in the seats."""
        return self._day

    def open(self, node: int, window: tuple[Seconds, Seconds]) -> None:
        """Give a request its one window.

        Parameters
        ----------
        node : int
            Its node; not in a route.
        window : (int, int)
            First and last second of the day at which its service may start.
        """
        reopen(self._day, node, *window)

    def reroute(self, routes: Sequence[Sequence[int]]) -> bool:
        """Put other routes in the place of those that stand.

        Parameters
        ----------
        routes : Sequence of Sequence of int
            Per vehicle, its nodes in driving order.

        Returns
        -------
        bool
            Whether they keep every constraint; nothing stands otherwise.
        """
        # A seat may be somebody else's by now: nothing is taken over from what stood.
        self._searcher.state.facts[:, COUNT] = 0
        return self._searcher.load(routes)

    def leave(self, node: int) -> None:
        """Free a seat.

        Parameters
        ----------
        node : int
            Its node; not in a route.
        """
        place = self.positions[int(self._day.nodes[node, POINT])]
        self._at_door[place] -= 1
        if not self._at_door[place]:
            del self._at_door[place], self._doors[place]
        self._day.able[node] = False
        self._free.append(node)

    def quotes(self, node: int, windows: Sequence[tuple[Seconds, Seconds]]) -> list[Quote | None]:
        """Find the cheapest place of a seated request for each of several windows.

        Parameters
        ----------
        node : int
            Its node; not in a route.
        windows : Sequence of (int, int)
            First and last second of the day at which service may start.

        Returns
        -------
        list of Quote or None
            One for each window; None where it fits nowhere.
        """
        spans = np.array(windows, dtype=np.int64).reshape(-1, 2)
        found = np.zeros((len(spans), QUOTE_COLUMNS), dtype=np.int64)
        routes = np.empty((len(spans), 2, len(self._searcher.state.trial[0])), dtype=np.int32)
        quote(self._day, self._searcher.state, node, spans, self._scratch, found, routes)
        return [
            Quote(
                vehicle=van,
                route=tuple(route[0, :count].tolist()),
                parts=cost,
                seconds=seconds,
                metres=metres,
                start=start,
                moved=() if other < 0 else ((other, tuple(route[1, :others].tolist())),),
            )
            if cost < FAR
            else None
            for route, (cost, van, _, seconds, metres, start, count, other, others) in zip(
                routes, found.tolist(), strict=True
            )
        ]

    def could_come(self, node: int, window: tuple[Seconds, Seconds]) -> bool:
        """Tell whether a van could serve a seated request if it had no other.

        Parameters
        ----------
        node : int
            Its node; not in a route.
        window : (int, int)
            First and last second of the day at which service may start.

        Returns
        -------
        bool
            Whether one surely could.
        """
        reopen(self._day, node, *window)
        return bool(could_come(self._day, self._searcher.state, node))

    def promise(self, node: int, window: tuple[Seconds, Seconds], chosen: Quote) -> None:
        """Let a request stand where a quote puts it.

        Parameters
        ----------
        node : int
            Its node.
        window : (int, int)
            What is promised.
        chosen : Quote
            Of this node and window, with nothing changed since.

        Raises
        ------
        ValueError
            If its route breaks a constraint: something was changed.
        """
        reopen(self._day, node, *window)
        before = self.routes
        if not self._change(chosen.routes):
            self._change({van: before[van] for van in chosen.routes})
            msg = "the quote is not of these routes"
            raise ValueError(msg)

    def _change(self, routes: Mapping[int, Sequence[int]]) -> bool:
        """Put other routes in the place of some; tells whether they keep every constraint."""
        state, kept = self._searcher.state, True
        for van, nodes in routes.items():
            route = np.array(nodes, dtype=np.int32)
            begin_move(state)
            kept &= bool(change(self._day, state, van, route, len(route)))
        begin_move(state)
        return kept

    def _door(self, place: Position) -> int:
        """Give the number of an address: that of a request at the same door, or a new one."""
        self._at_door[place] += 1
        if place not in self._doors:
            self._addresses += 1
            self._doors[place] = self._addresses
        return self._doors[place]
