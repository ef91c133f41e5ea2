"""A planned route whose figures can be worked out by heart, and what its driver tells.

Monaco's van-1 leaves the hub at 08:00. Four stops stand in a row to the north, 600 s and 1 112 m
apart; each takes 300 s: planned starts 08:10, 08:25, 08:40, 08:55; back at 09:40.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from collection.model import Event, EventType, Leg, Load, Pause, Plan, Position, Route, Stop
from collection.units import HOUR, to_utc
from tests.places import CREATED, DAY, TERRITORY, make_request

ZONE = ZoneInfo(TERRITORY.timezone)
HUB = Position(lon=7.417, lat=43.729)
STEP = 0.01
NAMES = ("monaco.a", "monaco.b", "monaco.c", "monaco.d")
LOAD = Load(units=1, litres=2, grams=350)
START = 8 * HOUR


def place(steps, aside=0.0):
    """A point on the row, in steps from the hub; `aside` degrees to its east."""
    return Position(lon=HUB.lon + aside, lat=HUB.lat + STEP * steps)


def at(clock, day=DAY) -> datetime:
    """``"08:10"`` or ``"08:10:30"`` on the territory's clock as an instant."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return to_utc(day, hours * HOUR + minutes * 60 + sum(seconds), ZONE)


def line_route(names=NAMES, *, pause_after=None, vehicle="van-1", legs=True):
    stops, pauses, clock = [], [], START
    for number, name in enumerate(names, start=1):
        clock += 600
        stops.append(
            Stop(
                request_id=name,
                position=place(number),
                arrival=clock,
                start=clock,
                departure=clock + 300,
                travel=600,
                metres=1_112,
                load=LOAD,
            )
        )
        clock += 300
        if pause_after == number:
            pauses.append(Pause(start=clock, end=clock + 1_200, after=number))
            clock += 1_200
    count = len(names)
    ways = [*((n, n + 1) for n in range(count)), (count, 0)]
    lines = [tuple((place(n).lon, place(n).lat) for n in way) for way in ways]
    return Route(
        id=f"monaco.{DAY}.v1.{vehicle}",
        vehicle_id=vehicle,
        stops=tuple(stops),
        legs=tuple(Leg(line=line, streets=()) for line in lines) if legs else (),
        start=START,
        end=clock + 600 * count,
        travel=600 * 2 * count,
        metres=1_112 * 2 * count,
        cost=5_000,
        load=LOAD,
        pauses=tuple(pauses),
    )


def line_plan(*routes, version=1, day: date = DAY):
    return Plan(
        id=f"monaco.{day}.v{version}",
        territory="monaco",
        day=day,
        version=version,
        created_at=CREATED,
        routes=routes or (line_route(),),
        unassigned=(),
        cost=5_000,
        fingerprint="f",
        seed=0,
    )


def told(kind, clock, request=None, *, plan="v1", vehicle="van-1", where=None, **fields):
    """An event as a driver's phone tells it; `request` is the last letter of its id."""
    return Event(
        type=EventType(kind),
        territory="monaco",
        day=DAY,
        at=at(clock),
        request_id=f"monaco.{request}" if request else None,
        route_id=f"monaco.{DAY}.{plan}.{vehicle}",
        plan_id=f"monaco.{DAY}.{plan}",
        position=where,
        **fields,
    )


def line_requests(hours=((8, 20),), names=NAMES):
    return {name: make_request(name.partition(".")[2], hours=hours) for name in names}
