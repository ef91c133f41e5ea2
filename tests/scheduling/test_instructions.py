"""What is asked of a day: kept with its plan, and from one night to the next."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from collection.errors import Conflict, InvalidRequest
from collection.model import Battery, Device, Instructions
from collection.scheduling.explaining import explain_stored, verify_stored
from collection.scheduling.instructions import (
    dump_instructions,
    earlier_of,
    load_instructions,
    require_known,
)
from collection.scheduling.nightly import plan_night
from tests.places import TERRITORY, make_request, make_vehicle
from tests.scheduling.test_nightly import DAY, QUICK, book, clock, make_ports, requests

__all__ = ["book", "clock", "requests"]

ASKED = Instructions(
    prefixes={"van-1": ("monaco.b", "monaco.a")},
    vehicles={"monaco.c": "van-2"},
    together=(frozenset({"monaco.b", "monaco.a"}),),
    apart=(frozenset({"monaco.c", "monaco.a"}), frozenset({"monaco.a", "monaco.b"})),
    familiar={"monaco.a": "ada"},
    earlier="monaco.2026-11-25.v1",
)
SWOLLEN = (Device(type="phone", battery=Battery.SWOLLEN),)


@pytest.fixture
def ports(requests, clock):
    return make_ports(requests, clock, replace(QUICK, publish="auto"))


def plan(ports, **options):
    return plan_night("monaco", DAY, ports, **options).plan


def test_a_plan_is_stored_verified_and_explained_with_what_was_asked_of_it(ports, book):
    first, second = book(1), book(2)
    asked = Instructions(apart=(frozenset({first.id, second.id}),))
    stored = plan(ports, instructions=asked)

    assert ports.plans.get(stored.id).instructions == asked
    assert verify_stored(stored, ports) == []
    told = explain_stored(stored, ports)
    assert told.problem.apart == ((0, 1),)
    # Two vans for what one could do.
    assert [cost.vehicle_id for cost in told.costs] == ["van-1", "van-2"]
    broken = replace(stored, instructions=Instructions(vehicles={first.id: "van-9"}))
    assert [v.constraint for v in verify_stored(broken, ports)] == ["fixed_vehicle"]


def test_a_change_against_the_earlier_plan_is_weighed_when_it_is_verified(ports, book):
    weights = replace(TERRITORY.weights, change_of_driver=700)
    ports.territories["monaco"] = replace(QUICK, weights=weights)
    only = book(1)
    first = plan(ports)
    van = first.routes[0].vehicle_id
    other = {"van-1": "van-2", "van-2": "van-1"}[van]
    asked = Instructions(vehicles={only.id: other}, earlier=first.id)
    second = plan(ports, instructions=asked)

    assert (first.soft, second.soft) == (0, 700)
    assert verify_stored(second, ports) == []
    assert explain_stored(second, ports).costs[0].soft == 700
    forgotten = replace(second, instructions=replace(asked, earlier=None))
    assert {v.constraint for v in verify_stored(forgotten, ports)} == {"soft_cost"}


def test_a_plain_night_keeps_what_was_asked_of_the_published_plan(ports, book):
    first, second = book(1), book(2)
    asked = Instructions(apart=(frozenset({first.id, second.id}),))
    one = plan(ports, instructions=asked)
    assert plan(ports) == one

    again = plan(ports, seed=1)
    assert (again.version, again.instructions) == (2, asked)
    free = plan(ports, instructions=Instructions())
    assert (free.version, free.instructions) == (3, Instructions())
    assert plan(ports, seed=1).instructions == Instructions()


def test_what_is_asked_of_a_plan_that_nobody_published_is_not_kept(requests, clock, book):
    ports = make_ports(requests, clock)
    asked = Instructions(vehicles={book(1).id: "van-2"})
    assert plan(ports, instructions=asked).instructions == asked
    assert plan(ports).instructions == Instructions()


def test_what_is_asked_of_who_is_gone_is_not_kept(ports, book):
    first, second = book(1), book(2)
    plan(
        ports,
        instructions=Instructions(
            prefixes={"van-1": (first.id,)}, vehicles={first.id: "van-1", second.id: "van-2"}
        ),
    )
    van = make_vehicle("van-2", skills=())
    ports.territories["monaco"] = replace(ports.territories["monaco"], vehicles=(van,))
    kept = plan(ports)
    assert kept.instructions == Instructions(vehicles={second.id: "van-2"})
    assert plan(ports) == kept


def test_a_kept_prefix_that_became_impossible_lapses(ports, book, clock):
    morning, afternoon = book(1, hour=8), book(2, hour=16)
    asked = Instructions(
        prefixes={"van-1": (morning.id,)}, apart=(frozenset({morning.id, afternoon.id}),)
    )
    plan(ports, instructions=asked)
    clock.advance(hours=30)  # Wednesday, 16:00 local
    with capture_logs() as log:
        again = plan(ports, seed=1)

    assert again.instructions == replace(asked, prefixes={})
    assert again.violations == ()
    assert [left.request_id for left in again.unassigned] == [morning.id]
    assert [
        (line["log_level"], line["vehicle"], line["requests"])
        for line in log
        if line["event"] == "prefix_lapsed"
    ] == [("warning", "van-1", [morning.id])]
    assert ports.plans.published("monaco", DAY) == again.id
    assert plan(ports, seed=1) == again
    with pytest.raises(InvalidRequest, match="van-1 cannot begin with") as error:
        plan(ports, seed=1, instructions=asked)
    assert error.value.field == "instructions.prefixes"


def test_what_lapsed_under_review_is_planned_once(requests, clock, book):
    ports = make_ports(requests, clock)
    first = plan(ports, instructions=Instructions(prefixes={"van-1": (book(1, hour=8).id,)}))
    ports.plans.publish(first.id, at=clock.now())
    clock.advance(hours=30)
    again = plan(ports, seed=1)
    assert ports.plans.published("monaco", DAY) == first.id
    assert plan(ports, seed=1) == again
    assert ports.plans.versions("monaco", DAY) == (first.id, again.id)


def test_an_explanation_says_that_a_van_is_gone(ports, book):
    asked = Instructions(vehicles={book(1).id: "van-2"})
    stored = plan(ports, instructions=asked)
    ports.territories["monaco"] = replace(QUICK, vehicles=(make_vehicle("van-1"),))
    with pytest.raises(Conflict, match=r"has changed: no vehicle 'van-2' goes out"):
        explain_stored(stored, ports)


def test_an_earlier_plan_that_is_not_there_is_refused(ports, book):
    book(1)
    with pytest.raises(InvalidRequest, match=r"there is no plan 'monaco.2026-11-25.v7'") as error:
        plan(ports, instructions=Instructions(earlier="monaco.2026-11-25.v7"))
    assert error.value.field == "instructions.earlier"
    assert earlier_of(Instructions(), ports.plans) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prefixes": {"van-9": ()}}, "prefixes"),
        ({"vehicles": {"monaco.z": "van-1"}}, "vehicles"),
        ({"together": (frozenset({"monaco.z"}),)}, "together"),
        ({"apart": (frozenset({"monaco.z"}),)}, "apart"),
        ({"familiar": {"monaco.z": "ada"}}, "familiar"),
        ({"earlier": "monaco.2026-11-25.v7"}, "earlier"),
        ({"prefixes": {"van-2": ("monaco.a",)}, "vehicles": {"monaco.a": "van-1"}}, "vehicles"),
        ({"prefixes": {"van-2": ("monaco.a", "monaco.d")}}, "prefixes"),
    ],
)
def test_what_is_not_there_or_impossible_is_refused_before_anything_is_planned(
    ports, changes, field
):
    waiting = (*(make_request(name) for name in "abc"), make_request("d", devices=SWOLLEN))
    require_known(replace(ASKED, earlier=None), waiting, TERRITORY, DAY, ports.plans)
    with pytest.raises(InvalidRequest) as error:
        require_known(Instructions(**changes), waiting, TERRITORY, DAY, ports.plans)
    assert error.value.field == f"instructions.{field}"


def test_instructions_are_written_in_one_order_and_read_again():
    written = dump_instructions(ASKED)

    assert written["apart"] == [["monaco.a", "monaco.b"], ["monaco.a", "monaco.c"]]
    assert written["prefixes"] == {"van-1": ["monaco.b", "monaco.a"]}
    read = load_instructions(written)
    assert dump_instructions(read) == written
    assert replace(read, apart=ASKED.apart) == ASKED
    assert set(read.apart) == set(ASKED.apart)


def test_among_leaves_the_rest_alone():
    left = ASKED.among({"monaco.a", "monaco.c"}, {"van-1"})

    assert left == Instructions(
        prefixes={"van-1": ("monaco.a",)},
        vehicles={},
        together=(frozenset({"monaco.a"}),),
        apart=(frozenset({"monaco.a", "monaco.c"}), frozenset({"monaco.a"})),
        familiar={"monaco.a": "ada"},
        earlier="monaco.2026-11-25.v1",
    )
    assert ASKED.among({"monaco.a", "monaco.b", "monaco.c"}, {"van-1", "van-2"}) == ASKED
