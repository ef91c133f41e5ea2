import pytest

from collection.errors import InvalidRequest
from collection.model import Instructions
from collection.routing.building import emission_classes, points
from collection.routing.lapsing import build_lasting
from tests.fakes import GridMatrix
from tests.places import DAY, DEVICES, TERRITORY, make_request

REQUESTS = (
    make_request("a", lon=7.41),
    make_request("b", hours=((6, 7),), lon=7.42),
    make_request("c", hours=((9, 9),), lon=7.43),
    make_request("d", hours=((9, 9),), lon=7.44),
)


def lasting(**asked):
    travel = GridMatrix().travel(
        points(REQUESTS, TERRITORY), day=DAY, classes=emission_classes(TERRITORY)
    )
    inputs = (REQUESTS, TERRITORY, DEVICES, travel)
    return build_lasting(*inputs, day=DAY, instructions=Instructions(**asked))


def test_what_is_possible_stays_as_it_was_asked():
    asked = {"prefixes": {"van-1": ("monaco.a", "monaco.c"), "van-2": ()}}
    problem, left = lasting(**asked)

    assert left == Instructions(**asked)
    assert problem.prefixes == ((0, 2), ())


def test_a_request_that_its_van_cannot_serve_lapses_and_the_others_stay():
    problem, left = lasting(
        prefixes={"van-1": ("monaco.a", "monaco.b", "monaco.c"), "van-2": ("monaco.d",)},
        familiar={"monaco.b": "ada"},
    )

    prefixes = {"van-1": ("monaco.a", "monaco.c"), "van-2": ("monaco.d",)}
    assert left == Instructions(prefixes=prefixes, familiar={"monaco.b": "ada"})
    assert problem.prefixes == ((0, 2), (3,))


def test_of_requests_that_do_not_fit_together_the_last_lapse():
    problem, left = lasting(prefixes={"van-2": ("monaco.c", "monaco.d", "monaco.a")})

    assert left == Instructions(prefixes={"van-2": ("monaco.c",)})
    assert problem.prefixes == ((), (2,))
    # Who is no longer asked for may go with anybody.
    assert problem.allowed[[0, 3]].all()


def test_everything_else_is_refused_as_ever():
    with pytest.raises(InvalidRequest, match="no vehicle 'van-9'") as error:
        lasting(vehicles={"monaco.a": "van-9"}, prefixes={"van-1": ("monaco.b",)})
    assert error.value.field == "instructions.vehicles"
