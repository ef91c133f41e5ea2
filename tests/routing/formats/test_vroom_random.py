"""Random files: whatever is solved is sound, adds up, and comes back as it was."""

import json
from itertools import pairwise

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collection.routing.formats.options import Objective
from collection.routing.formats.solutions import read_solution
from collection.routing.formats.verify import verify_solution
from collection.routing.formats.vroom_answer import answer
from collection.routing.instances import read_text
from collection.routing.problem import served
from collection.routing.solve import solve

SIZE = 5
indexes = st.integers(0, SIZE - 1)
amounts = st.lists(st.integers(0, 4), min_size=2, max_size=2)
skills = st.lists(st.integers(0, 2), max_size=2)


@st.composite
def windows(draw, most=2):
    sides = sorted(draw(st.sets(st.integers(0, 3_000), min_size=2, max_size=2 * most)))
    return [list(pair) for pair in zip(sides[::2], sides[1::2], strict=False)]


def sometimes(**fields):
    return st.fixed_dictionaries({}, optional=fields)


def visits(**fields):
    return st.builds(
        lambda index, more: {"location_index": index, **more},
        indexes,
        sometimes(
            setup=st.integers(0, 90),
            service=st.integers(0, 300),
            time_windows=windows(),
            description=st.text(max_size=5),
            **fields,
        ),
    )


shared = {"skills": skills, "priority": st.integers(0, 100)}
jobs = visits(delivery=amounts, pickup=amounts, **shared)
shipments = st.builds(
    lambda pickup, delivery, more: {"pickup": pickup, "delivery": delivery, **more},
    visits(),
    visits(),
    sometimes(amount=amounts, **shared),
)
vehicles = st.builds(
    lambda start, end, capacity, more: {**start, **end, "capacity": capacity, **more},
    st.builds(lambda index: {"start_index": index}, indexes),
    sometimes(end_index=indexes),
    amounts,
    sometimes(
        profile=st.sampled_from(["car", "bike"]),
        skills=skills,
        time_window=windows(most=1).map(lambda spans: spans[0]),
        speed_factor=st.sampled_from([0.5, 1.25]),
        max_tasks=st.integers(0, 4),
        max_travel_time=st.integers(0, 1_500),
        max_distance=st.integers(0, 1_500),
        costs=sometimes(
            fixed=st.integers(0, 500), per_hour=st.integers(0, 9_000), per_km=st.integers(0, 900)
        ),
        breaks=st.lists(
            st.builds(
                lambda spans, service: {"time_windows": spans, "service": service},
                windows(),
                st.integers(0, 200),
            ),
            max_size=2,
        ),
    ),
)
tables = st.lists(
    st.lists(st.integers(0, 600), min_size=SIZE, max_size=SIZE), min_size=SIZE, max_size=SIZE
)


@st.composite
def files(draw):
    file = {
        "vehicles": draw(st.lists(vehicles, min_size=1, max_size=3)),
        "jobs": draw(st.lists(jobs, max_size=5)),
        "shipments": draw(st.lists(shipments, max_size=2)),
        "matrices": {
            name: {"durations": draw(tables), "distances": draw(tables)} for name in ("car", "bike")
        },
    }
    for group in ("vehicles", "jobs"):
        for number, item in enumerate(file[group]):
            item["id"] = number
    for number, shipment in enumerate(file["shipments"]):
        shipment["pickup"]["id"] = shipment["delivery"]["id"] = number
    for vehicle in file["vehicles"]:
        for number, rest in enumerate(vehicle.get("breaks", ())):
            rest["id"] = number
    return file


@given(files(), st.sampled_from(Objective))
@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_what_is_solved_is_sound_and_adds_up(file, objective):
    instance = read_text(json.dumps(file), objective=objective)
    solution = solve(instance.problem, time_limit=5.0, iteration_limit=30)
    found = answer(instance, solution)
    stated = read_solution(json.dumps(found), instance)
    assert [served(instance.problem, route) for route in stated.routes] == [
        served(instance.problem, route) for route in solution.routes
    ]
    assert verify_solution(instance, stated).violations == ()
    for route in found["routes"]:
        for step, after in pairwise(route["steps"]):
            driven = after["duration"] - step["duration"]
            done = step["waiting_time"] + step["setup"] + step["service"]
            assert after["arrival"] == step["arrival"] + done + driven
            assert min(driven, *step["load"], step["waiting_time"]) >= 0
    assert found["summary"]["unassigned"] == len(found["unassigned"])
    assert all(left["reason"] and left["detail"] for left in found["unassigned"])
