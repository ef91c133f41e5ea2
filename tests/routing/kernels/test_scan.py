"""An offer is the cheapest of all places, and what it says is true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.ports import UNREACHABLE
from collection.routing.clock import FAR
from collection.routing.day import HARD, TRAITS
from collection.routing.kernels.scan import ESTIMATED as UNWALKED
from collection.routing.kernels.scan import REPAUSED, offer, price, price_at, walked
from collection.routing.kernels.state import LOCKED, slot_of
from collection.routing.timing import schedule
from tests.routing.kernels.running import running, searches
from tests.routing.line_day import CLOSING, HOUR, OPENING, line_day

# One window each, one period, one load that only grows: an offer is exact in constant time.
PLAIN = (
    *("skills", "costs", "range", "limits", "shifts", "overtime", "ends", "profiles", "gaps"),
    *("prefixes", "fairness"),
)
ESTIMATED = ("windows", "setup", "reloads", "preferences", "periods", "costs", "overtime")
WALKED = ("windows", "setup", "loads", "reloads", "breaks", "rules", "limits", "periods")

EVERYWHERE = True

NAP = np.array([[19 * HOUR, 20 * HOUR, 600]])
"""A break that no route of the day reaches."""


def with_place(route, gap, request):
    return (*route[:gap], request, *route[gap:])


def offers(search):
    """Every request that is absent and every van that may serve it: cost, place, and both."""
    for van, route in enumerate(search.routes):
        for request in search.absent:
            if search.day.able[request, van] and search.problem.partner[request] < 0:
                slot = slot_of(search.state, van)
                cost, gap = offer(search.day, search.state, slot, request, EVERYWHERE, FAR)
                yield van, route, request, cost, gap


def costs_of(search, van, route, request):
    """By place what the request costs there, where it breaks nothing."""
    before = schedule(search.day, van, route)
    first = search.state.facts[slot_of(search.state, van), LOCKED]
    for gap in range(first, len(route) + 1):
        after = schedule(search.day, van, with_place(route, gap, request))
        if after.feasible:
            yield gap, after.parts + after.soft - before.parts - before.soft


def shortest(seconds):
    """Travel by way of other points where that is quicker."""
    table = seconds.astype(np.int64)
    for middle in range(table.shape[-1]):
        table = np.minimum(table, table[..., :, middle, None] + table[..., None, middle, :])
    return np.minimum(table, UNREACHABLE)


def half_absent(search):
    """The same search with every other request taken out of its route again."""
    fixed = {request for prefix in search.problem.prefixes for request in prefix}
    count = len(search.problem.request_ids)
    routes = [
        tuple(node for node in route if node % 2 or node in fixed or node >= count)
        for route in search.routes
    ]
    return running(search.problem, routes)


@settings(deadline=None, max_examples=60)
@given(searches(constraints=PLAIN))
def test_an_offer_is_the_cheapest_place_of_all(search):
    # On roads no detour is quicker, and the pruning of dear places counts on it.
    seconds = shortest(search.problem.seconds)
    known = np.where(search.problem.metres == UNREACHABLE, 9 * seconds, search.problem.metres)
    metres = np.where(seconds == UNREACHABLE, UNREACHABLE, known)
    problem = replace(search.problem, seconds=seconds, metres=metres)
    constructed = running(problem, problem.prefixes, constructed=True)
    for one in (constructed, half_absent(constructed)):
        for van, route, request, cost, gap in offers(one):
            exact = dict(costs_of(one, van, route, request))
            assert cost == min(exact.values(), default=FAR)
            assert exact.get(gap, FAR) == cost


@settings(deadline=None, max_examples=60)
@given(searches(constraints=ESTIMATED, always=("windows",)))
def test_an_estimate_finds_a_place_only_where_one_is(search):
    search = half_absent(search)
    for van, route, request, cost, gap in offers(search):
        if not search.day.vans[van, TRAITS] & HARD and cost < FAR:
            assert schedule(search.day, van, with_place(route, gap, request)).feasible


@settings(deadline=None, max_examples=60)
@given(searches(constraints=WALKED))
def test_where_a_walk_decides_an_offer_is_exact(search):
    for van, route, request, cost, gap in offers(search):
        if search.day.vans[van, TRAITS] & HARD and 0 <= gap < REPAUSED:
            after = schedule(search.day, van, with_place(route, gap, request))
            before = schedule(search.day, van, route)
            assert after.feasible
            assert cost == after.parts + after.soft - before.parts - before.soft


def offered(problem, routes, request, van=0):
    search = running(problem, routes)
    return offer(search.day, search.state, slot_of(search.state, van), request, EVERYWHERE, FAR)


def test_an_offer_names_cost_and_place():
    # On the way from a to c only the service costs; the first of equal places is taken.
    assert offered(line_day(), [(0, 2)], 1) == (18_000 * 300, 1)


def test_an_empty_van_asks_for_its_fixed_cost():
    assert offered(line_day(), [()], 0) == (18_000 * (1_000 + 1_500 + 1_000), 0)


def test_a_preference_is_part_of_an_offer():
    preferences = np.array([[0, 0], [25, 0], [0, 0], [0, 0]])

    assert offered(line_day(preferences=preferences), [(0, 2)], 1) == (18_000 * 325, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"capacities": np.full((2, 1), 2)},
        {"max_stops": np.full(2, 2)},
        {"max_metres": np.full(2, 30_000)},
        {"max_travel": np.full(2, 3_600)},
        {"max_seconds": np.full(2, 6 * 600 + 2 * 300)},
        {"latest_ends": np.full(2, OPENING + 6 * 600 + 2 * 300)},
    ],
)
def test_a_full_van_offers_nothing(changes):
    # a and c take it up to the limit: 30 km, 3 600 s of driving, 4 200 s.
    assert offered(line_day(**changes), [(0, 2)], 3) == (FAR, -1)


def test_nothing_is_offered_before_what_is_locked():
    assert offered(line_day(prefixes=((2,), ())), [(2,)], 0)[1] == 1


def test_a_reload_makes_room():
    problem = line_day(
        capacities=np.full((2, 1), 2),
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([0]),
        reload_windows=(((OPENING, CLOSING),),),
    )

    assert offered(problem, [(0, 1)], 2) == (FAR, -1)
    # c joins d behind the hub, on its way.
    assert offered(problem, [(0, 1, 4, 3)], 2) == (18_000 * 300, 3)


def test_set_up_that_the_next_stop_saves_is_seen():
    # At the address of b, before or after it, c needs no set-up of its own but its way.
    problem = line_day(
        setup=np.full(4, 200),
        addresses=np.array([1, 2, 2, 3]),
        windows=(((OPENING, OPENING + 1_300),),) * 4,
    )

    cost, gap = offered(problem, [(1,)], 2)
    assert (cost, gap) == (FAR, -1) or schedule(problem, 0, with_place((1,), gap, 2)).feasible


@pytest.mark.parametrize("request_", [2, 3])
@pytest.mark.parametrize("gap", [0, 1, 2])
def test_set_up_before_and_after_neighbours_is_priced(request_, gap):
    # Two requests at one door; a third one there, and one elsewhere between them.
    problem = line_day(setup=np.full(4, 200), addresses=np.array([1, 1, 1, 3]))
    search = running(problem, [(0, 1)])
    cost = price_at(search.day, search.state, slot_of(search.state, 0), request_, gap)
    before, after = (
        schedule(search.day, 0, route) for route in ((0, 1), with_place((0, 1), gap, request_))
    )

    assert cost == after.parts - before.parts


def test_pauses_are_placed_anew_where_the_request_fits_nowhere_between_them():
    # a closes before the break is over, and the break stands first.
    windows = (((OPENING, OPENING + 600),), *(((OPENING, CLOSING),),) * 3)
    problem = line_day(
        pauses=np.array([[OPENING + 900, 10 * HOUR, 1_800]]), breaks=((0,), (0,)), windows=windows
    )
    search = running(problem, [(1, 4)])
    cost, place = offer(search.day, search.state, slot_of(search.state, 0), 0, EVERYWHERE, FAR)

    assert place % REPAUSED == 0
    assert cost == 18_000 * 300


def test_a_walk_prices_one_place():
    search = running(line_day(), [(0, 2)])
    slot = slot_of(search.state, 0)

    assert walked(search.day, search.state, slot, 1, 1) == 18_000 * 300
    # a, c, b: on the way back, without a detour as well.
    assert walked(search.day, search.state, slot, 1, 2) == 18_000 * 300
    assert price(search.day, search.state, slot, 1, 1, FAR) == 18_000 * 300


def test_later_places_are_not_looked_at_once_a_request_has_closed():
    windows = (((OPENING, CLOSING),), ((OPENING, OPENING + 600),), *(((OPENING, CLOSING),),) * 2)
    search = running(line_day(windows=windows), [(0, 2)])

    assert price(search.day, search.state, slot_of(search.state, 0), 1, 0, FAR) == FAR
    assert price(search.day, search.state, slot_of(search.state, 0), 1, 1, FAR) == FAR + 1


def test_what_is_too_dear_by_an_estimate_is_not_walked():
    search = running(line_day(pauses=NAP, breaks=((0,), ())), [(0, 2)])
    slot = slot_of(search.state, 0)
    exact, gap = offer(search.day, search.state, slot, 1, EVERYWHERE, FAR)
    search.state.sums[:] = -1

    assert offer(search.day, search.state, slot, 1, EVERYWHERE, exact) == (exact, gap + UNWALKED)
    assert (search.state.sums == -1).all()
    assert offer(search.day, search.state, slot, 1, EVERYWHERE, exact + 1) == (exact, gap)
