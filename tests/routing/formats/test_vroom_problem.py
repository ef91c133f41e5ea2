import numpy as np
import pytest

from collection.errors import InvalidRequest
from collection.model import Position, UnassignedReason
from collection.ports import UNREACHABLE, TravelMatrix
from collection.routing.formats.options import Objective
from collection.routing.formats.vroom_problem import build
from collection.routing.formats.vroom_schema import Input, validated
from collection.routing.problem import NO_LIMIT
from collection.routing.solution import evaluate
from tests.routing.formats.samples import DURATIONS, small, vroom


def read(change=None, **options):
    return build(validated(Input, vroom(change)), **options)


def build_small(*args, **changes):
    return build(Input.model_validate(small(*args, **changes)))


def test_jobs_come_first_and_then_the_halves_of_shipments():
    instance = read()
    problem = instance.problem
    assert problem.request_ids == ("job 1", "job 2", "job 3", "job 4", "pickup 1", "delivery 1")
    assert problem.partner.tolist() == [-1, -1, -1, -1, 5, 4]
    assert problem.loads.tolist() == [[-2], [1], [0], [0], [1], [-1]]
    assert problem.initial.tolist() == [[2], [0], [0], [0], [0], [0]]
    assert problem.service.tolist() == [60, 60, 10, 0, 0, 20]
    assert problem.setup.tolist() == [30, 40, 0, 0, 0, 0]
    assert problem.addresses.tolist() == [1, 1, 2, 3, 1, 3]
    assert problem.windows[2:4] == (((1000, 1100), (2000, 2100)), ((5, 10),))
    assert problem.reasons == (None, None, None, UnassignedReason.NO_SKILL, None, None)
    assert [task.id for task in instance.tasks] == [1, 2, 3, 4, 1, 1]
    assert instance.amounts == 1


def test_vehicles_have_their_limits():
    problem = read().problem
    assert problem.capacities.tolist() == [[4], [1]]
    assert problem.max_stops.tolist() == [NO_LIMIT, 1]
    assert problem.shifts[0].tolist() == [0, 5000]
    assert problem.skilled.tolist() == [[True] * 2] * 2 + [
        [True, False],
        [False, False],
        [True, True],
        [True, True],
    ]
    assert problem.pauses.tolist() == [[1010, 1040, 100]]
    assert problem.breaks == ((0,), ())


def test_whoever_has_no_hours_works_until_everything_is_over():
    problem = read().problem
    # The last window ends at 5000; then at most 150 to each task and end, and all work.
    assert problem.shifts[1, 0] == 0
    assert problem.shifts[1, 1] > 5_000 + 680 + 250
    assert problem.windows[0] == ((0, problem.shifts[1, 1]),)


def test_a_second_of_driving_costs_one_unless_costs_are_given():
    assert evaluate(build_small().problem, [(0, 1)]).cost == 100 + 150 + 210
    costs = {"fixed": 5, "per_hour": 1_800}
    assert evaluate(build_small({"costs": costs}).problem, [(0, 1)]).cost == 5 + 230
    assert evaluate(build_small({"costs": costs}).problem, [()]).cost == 0


def test_kilometres_cost_where_distances_are_given():
    distances = [[1_000] * 4] * 4
    matrices = {"car": {"durations": DURATIONS, "distances": distances}}
    costs = {"per_hour": 0, "per_km": 7}
    instance = build_small({"costs": costs}, matrices=matrices)
    assert evaluate(instance.problem, [(0, 1)]).cost == 21
    assert instance.distances.tolist() == instance.problem.metres[:, 0].tolist()


def test_a_matrix_of_costs_takes_the_place_of_all_other_costs():
    distances, costs = [[5] * 4] * 4, [[7] * 4] * 4
    matrices = {"car": {"durations": DURATIONS, "distances": distances, "costs": costs}}
    instance = build_small({"costs": {"fixed": 100}}, matrices=matrices)
    assert evaluate(instance.problem, [(0, 1)]).cost == 100 + 21
    assert instance.distances[0, 0].tolist() == [5, 5, 5]


def test_work_at_tasks_costs_by_the_vehicle():
    jobs = [{"id": 1, "location_index": 1, "service": 90}, {"id": 2, "location_index": 2}]
    problem = build_small({"costs": {"per_task_hour": 120}}, jobs).problem
    solution = evaluate(problem, [(0, 1)])
    assert (solution.cost, solution.soft) == (460, 3)


def test_the_objective_distance_leaves_all_else_out():
    instance = read(objective=Objective.DISTANCE)
    solution = evaluate(instance.problem, [(0, 1, 4, 2, 6, 5), ()])
    assert solution.cost == 6_800
    file = Input.model_validate(small())
    with pytest.raises(InvalidRequest, match=r"objective distance needs matrices\.car\.distances"):
        build(file, objective=Objective.DISTANCE)


def test_priorities_outweigh_numbers_and_numbers_outweigh_costs():
    jobs = [
        {"id": 1, "location_index": 1, "priority": 3},
        {"id": 2, "location_index": 2, "priority": 2},
        {"id": 3, "location_index": 3},
    ]
    prices = build_small(jobs=jobs).problem.prices.tolist()
    assert prices[0] > prices[1] + prices[2]
    assert prices[2] > 1_000


def test_priorities_still_count_where_prices_would_not_fit():
    jobs = [{"id": n, "location_index": 1 + n % 3, "priority": n % 101} for n in range(1_000)]
    prices = build_small({"costs": {"fixed": 2**31 - 2}}, jobs).problem.prices.tolist()
    assert 0 < sum(prices) <= 2**46
    assert sorted(set(prices)) == [prices[n] for n in range(101)]


def test_a_vehicle_may_end_anywhere():
    file = small()
    del file["vehicles"][0]["end_index"]
    instance = build(Input.model_validate(file))
    assert evaluate(instance.problem, [(0, 1)]).cost == 100 + 150
    assert instance.vans[0].end is None
    assert instance.vans[0].start.index == 0


def test_profiles_and_speeds_have_travel_of_their_own():
    file = small()
    file["vehicles"] = [
        {"id": 1, "start_index": 0, "end_index": 0},
        {"id": 2, "start_index": 0, "end_index": 0, "speed_factor": 1.3},
        {"id": 3, "start_index": 0, "end_index": 0, "profile": "bike"},
    ]
    file["matrices"]["bike"] = {"durations": [[0] * 4] * 4}
    problem = build(Input.model_validate(file)).problem
    assert problem.profiles.tolist() == [0, 1, 2]
    assert evaluate(problem, [(0, 1), (), ()]).cost == 460
    # Each leg is rounded up: 76.9, 115.4 and 161.5 seconds.
    assert evaluate(problem, [(), (0, 1), ()]).cost == 77 + 116 + 162
    assert evaluate(problem, [(), (), (0, 1)]).cost == 0


def test_the_older_matrix_and_amount_are_understood():
    file = small({"capacity": [3]}, [{"id": 1, "location_index": 1, "amount": [2]}])
    file["matrix"] = file.pop("matrices")["car"]["durations"]
    problem = build(Input.model_validate(file)).problem
    assert evaluate(problem, [(0,)]).cost == 210
    assert problem.initial.tolist() == [[2]]


def test_no_way_leads_where_the_greatest_number_stands():
    table = [[0, UNREACHABLE, 1], [1, 0, 1], [1, 1, 0]]
    problem = build_small(matrices={"car": {"durations": table}}).problem
    assert problem.reasons == (UnassignedReason.UNREACHABLE, None)


@pytest.mark.parametrize("file", [{"vehicles": []}, {"vehicles": [], "jobs": []}])
def test_nothing_to_do_and_nobody_to_do_it_is_a_problem_too(file):
    instance = build(Input.model_validate(file))
    assert instance.tasks == ()
    assert evaluate(instance.problem, []).total == 0


def test_without_vehicles_everything_is_unassigned():
    file = small()
    file["vehicles"] = []
    problem = build(Input.model_validate(file)).problem
    assert problem.reasons == (UnassignedReason.NO_CAPACITY,) * 2


def straight_lines(points):
    """Ten thousand seconds and metres a degree of longitude."""
    lon = np.array([point.lon for point in points])
    table = np.rint(10_000 * np.abs(lon[:, None] - lon)).astype(np.int32)
    return TravelMatrix(seconds=table, metres=table, snap_metres=np.zeros(len(lon), np.int32))


def test_coordinates_are_put_on_streets_once_each():
    asked = []

    def travel(points):
        asked.append(points)
        return straight_lines(points)

    file = {
        "vehicles": [{"id": 1, "start": [7.0, 43.0], "end": [7.0, 43.0]}],
        "jobs": [{"id": n, "location": [7.0 + n / 10, 43.0]} for n in (1, 2, 2, 1)],
    }
    for number, job in enumerate(file["jobs"]):
        job["id"] = number
    instance = build(Input.model_validate(file), travel=travel)
    assert asked == [[Position(lon=lon, lat=43.0) for lon in (7.1, 7.2, 7.0)]]
    assert instance.problem.addresses.tolist() == [0, 1, 1, 0]
    assert evaluate(instance.problem, [(0, 3, 1, 2)]).cost == 4_000
    assert instance.problem.positions[0] == Position(lon=7.0, lat=43.0)


def test_service_by_type_counts_where_all_vehicles_are_of_one_type():
    jobs = [{"id": 1, "location_index": 1, "service": 5, "service_per_type": {"van": 50}}]
    assert build_small({"type": "van"}, jobs).problem.service.tolist() == [50]
    assert build_small({"type": "bus"}, jobs).problem.service.tolist() == [5]
