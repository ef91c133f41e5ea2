"""A plan that breaks nothing, and ways to break one thing of it."""

from dataclasses import replace

from collection.routing.assemble import assemble
from collection.routing.check import check
from collection.routing.solution import evaluate
from tests.places import DEVICES, TERRITORY
from tests.strategies import CREATED, make_day, make_request

REQUESTS = (
    make_request("1", lon=7.42, hours=((8, 10),)),
    make_request("2", lon=7.43, hours=((9, 11), (15, 17))),
    make_request("3", lon=7.44, hours=((12, 14),)),
)


def day_of(requests=REQUESTS, territory=TERRITORY, **options):
    return make_day(requests, territory, **options)


def plan_of(day, *routes):
    solution = evaluate(day.problem(), routes)
    return assemble(day.problem(), solution, created_at=CREATED, fingerprint="")


def sound(**options):
    return plan_of(day_of(**options), (0, 1), (2,))


def broken(plan, day=None):
    """Names of the constraints that are broken."""
    day = day or day_of()
    found = check(
        plan,
        day.requests,
        day.territory,
        DEVICES,
        day.travel,
        day.instructions,
        earlier=day.earlier,
    )
    assert all(violation.detail for violation in found)
    return {violation.constraint for violation in found}


def with_route(plan, number=0, **changes):
    routes = list(plan.routes)
    routes[number] = replace(routes[number], **changes)
    return replace(plan, routes=tuple(routes))


def with_stop(plan, place=0, **changes):
    """Change a stop of the first route."""
    stops = list(plan.routes[0].stops)
    stops[place] = replace(stops[place], **changes)
    return with_route(plan, stops=tuple(stops))


def shifted(plan, seconds):
    """Move the second route as a whole."""
    route = plan.routes[1]
    stops = tuple(
        replace(
            stop,
            arrival=stop.arrival + seconds,
            start=stop.start + seconds,
            departure=stop.departure + seconds,
        )
        for stop in route.stops
    )
    return with_route(plan, 1, stops=stops, start=route.start + seconds, end=route.end + seconds)


def repriced(plan, number=0, **changes):
    """Change a route and the costs that follow from it."""
    plan = with_route(plan, number, **changes)
    route, van = plan.routes[number], TERRITORY.vehicles[number]
    exact = (
        van.fixed_cost
        + (route.end - route.start) * van.cost_per_hour / 3_600
        + route.metres * van.cost_per_km / 1_000
    )
    plan = with_route(plan, number, cost=int(exact + 0.5))
    return replace(plan, cost=sum(route.cost for route in plan.routes))
