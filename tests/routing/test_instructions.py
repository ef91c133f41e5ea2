from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import InvalidRequest
from collection.model import Instructions, Load, Plan, Position, Route, Stop, Weights
from collection.routing.instructions import Wishes, great_circle
from collection.routing.problem import NO_LIMIT
from tests.places import TERRITORY, make_vehicle
from tests.strategies import CREATED, DAY, make_request

REQUESTS = tuple(make_request(name) for name in "abcd")
VANS = (make_vehicle("van-1", driver="ada"), make_vehicle("van-2", driver="noor"))
FLEET = replace(TERRITORY, vehicles=VANS)
FULL = Load(units=1, litres=2, grams=350)


def wishes(*, earlier=None, named=None, **fields):
    return Wishes(
        Instructions(**fields, earlier=named),
        {request.id: number for number, request in enumerate(REQUESTS)},
        {vehicle.id: number for number, vehicle in enumerate(VANS)},
        earlier,
    )


def earlier(vehicle="van-1", start=36_000, **changes):
    stop = Stop(
        request_id="monaco.b",
        position=REQUESTS[1].address.position,
        arrival=start - 60,
        start=start,
        departure=start + 300,
        travel=600,
        metres=4_000,
        load=FULL,
    )
    route = Route(
        id="",
        vehicle_id=vehicle,
        stops=(stop, replace(stop, request_id="monaco.gone")),
        start=start - 600,
        end=start + 900,
        travel=1_200,
        metres=8_000,
        cost=5_000,
        load=FULL,
    )
    fields = {
        "id": "monaco.2026-03-04.v1",
        "territory": "monaco",
        "day": DAY,
        "version": 1,
        "created_at": CREATED,
        "routes": (route,),
        "unassigned": (),
        "cost": 5_000,
        "fingerprint": "",
        "seed": 0,
    }
    return Plan(**{**fields, **changes})


def test_prefixes_are_numbered_in_their_order():
    prefixes = {"van-2": ("monaco.d", "monaco.a")}

    assert wishes(prefixes=prefixes).prefixes() == ((), (3, 0))


def test_a_named_vehicle_is_the_only_one():
    asked = wishes(vehicles={"monaco.a": "van-2"}, prefixes={"van-1": ("monaco.c",)})

    assert asked.named().tolist() == [[False, True], [True, True], [True, False], [True, True]]


def test_groups_share_a_number_and_rivals_are_paired():
    asked = wishes(
        together=(frozenset({"monaco.d", "monaco.a"}), frozenset({"monaco.c"})),
        apart=(
            frozenset({"monaco.c", "monaco.a", "monaco.b"}),
            frozenset({"monaco.b", "monaco.a"}),
        ),
    )

    assert asked.together().tolist() == [0, -1, 1, 0]
    assert asked.apart() == ((0, 1), (0, 2), (1, 2))


def test_a_published_start_may_move_by_half_an_hour():
    spans, prices = wishes(earlier=earlier()).announced(
        Weights(change_of_time=400), territory="monaco", day=DAY
    )

    assert spans.tolist()[1] == [36_000 - 1_800, 36_000 + 1_800]
    assert spans.tolist()[0] == [-NO_LIMIT, NO_LIMIT]
    assert prices.tolist() == [0, 400, 0, 0]


def test_a_change_of_driver_and_a_strange_driver_weigh():
    weights = Weights(unfamiliar_driver=150, change_of_driver=100)
    asked = wishes(earlier=earlier("van-1"), familiar={"monaco.b": "ada", "monaco.c": "kim"})

    assert asked.preferences(REQUESTS, replace(FLEET, weights=weights)).tolist() == [
        [0, 0],
        [0, 250],
        [150, 150],
        [0, 0],
    ]


def test_a_kilometre_from_home_weighs_beyond_the_radius():
    home = REQUESTS[0].address.position
    far = make_request("a", lat=home.lat + 0.02)
    metres = great_circle(home, far.address.position)
    weights = Weights(per_km_from_home=20, home_radius=1_000)
    vans = (replace(VANS[0], home=home), VANS[1])
    cents = wishes().preferences(
        (far, *REQUESTS[1:]), replace(FLEET, vehicles=vans, weights=weights)
    )

    assert round(metres) == 2_224
    assert cents.tolist() == [[24, 0], [0, 0], [0, 0], [0, 0]]


def test_a_quarter_of_the_equator_is_a_quarter_of_the_way_round():
    quarter = great_circle(Position(lon=-20.0, lat=0.0), Position(lon=70.0, lat=0.0))

    assert quarter == pytest.approx(3.141592653589793 / 2 * 6_371_009)
    assert great_circle(Position(lon=7.0, lat=90.0), Position(lon=70.0, lat=-90.0)) == (
        pytest.approx(2 * quarter)
    )


ANNOUNCED = {"territory": "monaco", "day": DAY}
WRONG = [
    ({"prefixes": {"van-9": ("monaco.a",)}}, "prefixes", "no vehicle 'van-9' .* use van-1, van-2"),
    ({"prefixes": {"van-1": ("monaco.z",)}}, "prefixes", "no request 'monaco.z'"),
    (
        {"prefixes": {"van-1": ("monaco.a",)}, "vehicles": {"monaco.a": "van-2"}},
        "vehicles",
        "'monaco.a' is for vehicle 'van-2' only and the route of 'van-1' begins with it",
    ),
    (
        {"prefixes": {"van-1": ("monaco.a",), "van-2": ("monaco.a",)}},
        "prefixes",
        "'monaco.a' comes twice",
    ),
    ({"vehicles": {"monaco.z": "van-1"}}, "vehicles", "no request 'monaco.z'"),
    ({"vehicles": {"monaco.a": "van-9"}}, "vehicles", "no vehicle 'van-9'"),
    ({"together": (frozenset({"monaco.z"}),)}, "together", "no request 'monaco.z'"),
    (
        {"together": (frozenset({"monaco.a"}), frozenset({"monaco.a", "monaco.b"}))},
        "together",
        "'monaco.a' is in two groups",
    ),
    ({"apart": (frozenset({"monaco.a", "monaco.z"}),)}, "apart", "no request 'monaco.z'"),
    ({"familiar": {"monaco.z": "ada"}}, "familiar", "no request 'monaco.z'"),
    ({"earlier": earlier(day=DAY + timedelta(days=1))}, "earlier", "v1 is not one of monaco on"),
    ({"earlier": earlier(territory="lyon")}, "earlier", "is not one of monaco"),
    ({"named": "monaco.2026-03-04.v1"}, "earlier", "v1 is named and was not read"),
]


@pytest.mark.parametrize(("fields", "field", "text"), WRONG)
def test_what_is_unknown_names_its_field(fields, field, text):
    asked = wishes(**fields)

    with pytest.raises(InvalidRequest, match=text) as error:
        (
            asked.named(),
            asked.together(),
            asked.apart(),
            asked.announced(Weights(), **ANNOUNCED),
            asked.preferences(REQUESTS, FLEET),
        )
    assert error.value.field == f"instructions.{field}"


def test_of_many_known_ids_ten_are_named():
    many = Wishes(Instructions(vehicles={"z": "v"}), {f"r{n:02d}": n for n in range(12)}, {"v": 0})

    with pytest.raises(InvalidRequest, match=r"use r00, .*, r09 or one of 2 more"):
        many.named()
