"""Routes that stand: what a quote says of one more request is what then happens."""

from dataclasses import replace

from hypothesis import Phase, assume, given, settings

from collection.routing.building import build, emission_classes, points
from collection.routing.fleet import rows_of
from collection.routing.guest import Guest
from collection.routing.inserter import Inserter
from collection.routing.problem import served
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from collection.routing.standing import Standing
from collection.routing.timing import schedule
from tests.fakes import GridMatrix
from tests.places import DAY, DEVICES, TERRITORY, make_request, make_vehicle
from tests.strategies import days

STREETS = GridMatrix(traffic={0: 1.0, 28_800: 1.5, 36_000: 1.0})


class Stand:
    """A standing day of requests, and the whole day with guests that is held against it."""

    def __init__(self, requests, territory=TERRITORY, streets=STREETS, seats=3):
        self.territory, self.streets = territory, streets
        self.requests = list(requests)
        problem = self.problem(self.requests)
        routes = solve(problem, time_limit=60, iteration_limit=50).routes
        self.standing = Standing(problem, routes, seats=seats)
        self.count, self.seats = len(self.requests), seats

    def problem(self, requests):
        travel = self.streets.travel(
            points(requests, self.territory), day=DAY, classes=emission_classes(self.territory)
        )
        return build(requests, self.territory, DEVICES, travel, day=DAY)

    def sit(self, request):
        rows = self.streets.rows(
            request.address.position,
            self.streets.places(self.standing.positions),
            day=DAY,
            classes=emission_classes(self.territory),
        )
        guest = Guest.of(self.problem([request]))
        return self.standing.sit(guest, *rows_of(self.territory.vehicles, rows))

    def emptied(self, route):
        return any(n in self.standing.problem.reload_nodes for n in route)

    def whole(self, routes, seated):
        """The same routes in a problem that has never heard of seats."""
        problem = self.problem([*self.requests, *seated.values()])
        numbers = dict(zip(seated, range(self.count, self.count + len(seated)), strict=True))
        behind = self.count + self.seats
        there = [
            tuple(
                n if n < self.count else numbers.get(n, n - self.seats + len(seated)) for n in route
            )
            for route in routes
        ]
        assert all(n < self.count or n in numbers or n >= behind for r in routes for n in r)
        return problem, there


def window_of(problem, request):
    return problem.windows[request][0]


@given(days())
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_a_promised_quote_is_a_plan_that_keeps_every_constraint(day):
    assume(len(day.requests) > 1)
    *others, guest = day.requests
    stand = Stand(others, day.territory)
    node = stand.sit(guest)
    problem = stand.problem([*others, guest])
    last = len(others)
    before = evaluate(stand.problem(others), stand.whole(stand.standing.routes, {})[1])
    window = window_of(problem, last)
    (quote,) = stand.standing.quotes(node, [window])
    whole, routes = stand.whole(stand.standing.routes, {node: guest})
    best = Inserter(whole).cheapest(routes, last)
    if quote is None:
        # Of each van the three places that look best are walked: what is found is true, and
        # what is not found nearly always is not there.
        return
    stand.standing.promise(node, window, quote)
    whole, routes = stand.whole(stand.standing.routes, {node: guest})
    after = evaluate(whole, routes)

    assert after is not None
    assert last in {n for route in routes for n in route}
    if best is None:
        # Only a van that is emptied once more has room, and an `Inserter` sends nobody there.
        assert stand.emptied(quote.route)
    else:
        assert best.parts <= quote.parts
    if whole.fairness is None:
        assert after.parts - before.parts == quote.parts
    assert (
        sum(len(served(whole, route)) for route in routes)
        == len(others) - len(before.unassigned) + 1
    )


@given(days())
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_a_quote_tells_what_the_timing_of_its_route_says(day):
    assume(len(day.requests) > 1)
    *others, guest = day.requests
    stand = Stand(others, day.territory)
    node = stand.sit(guest)
    window = window_of(stand.problem([*others, guest]), len(others))
    (quote,) = stand.standing.quotes(node, [window])
    if quote is None:
        return
    standing = stand.standing
    standing.open(node, window)
    before = {van: schedule(standing.day, van, standing.routes[van]) for van in quote.routes}
    after = {van: schedule(standing.day, van, route) for van, route in quote.routes.items()}

    def more(measure):
        return sum(measure(after[van]) - measure(before[van]) for van in after)

    assert all(timing.feasible for timing in after.values())
    assert quote.parts == more(lambda timing: timing.parts + timing.soft)
    assert quote.metres == more(lambda timing: sum(timing.metres))
    assert quote.seconds == more(lambda timing: timing.end - timing.departure)
    assert quote.start == after[quote.vehicle].starts[quote.route.index(node)]


@given(days())
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_somebody_could_come_only_where_a_plan_says_so(day):
    assume(len(day.requests) > 1)
    *others, guest = day.requests
    stand = Stand(others, day.territory)
    alone = stand.problem([guest])
    node, window = stand.sit(guest), window_of(alone, 0)

    if stand.standing.could_come(node, window):
        assert alone.reasons[0] is None
    if any(stand.standing.quotes(node, [window])):
        assert alone.reasons[0] is None


def test_of_vans_that_stay_one_speaks_for_those_like_it():
    vans = tuple(make_vehicle(f"van-{number}") for number in range(4))
    handy = replace(vans[3], id="handy", fixed_cost=0)
    stand = Stand([], replace(TERRITORY, vehicles=(*vans, handy)), GridMatrix())
    node = stand.sit(make_request("a"))
    (quote,) = stand.standing.quotes(node, [(0, 86_400)])
    assert quote.vehicle == 4

    # Who has gone out speaks for nobody.
    stand.standing.promise(node, (0, 86_400), quote)
    second = stand.sit(make_request("b"))
    assert stand.standing.quotes(second, [(0, 86_400)])[0].vehicle == 4


def test_windows_are_quoted_one_by_one():
    # Traffic would make an early window dearer than a late one.
    stand = Stand([make_request("a", lon=7.42)], streets=GridMatrix())
    node = stand.sit(make_request("b", lon=7.43))
    shift = TERRITORY.vehicles[0].shift
    windows = [(shift.start, shift.end), (0, 60), (shift.end - 7_200, shift.end)]
    wide, night, late = stand.standing.quotes(node, windows)

    assert night is None
    assert windows[0][0] <= wide.start <= windows[0][1]
    assert windows[2][0] <= late.start <= windows[2][1]
    assert wide.cost <= late.cost
    assert wide.metres > 0
    assert wide.seconds > 0
