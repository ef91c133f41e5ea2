"""How long a solve may take, and what it is told of why it ends."""

import pytest

from collection.routing.budget import DIVIDED_ROUNDS, EFFORT, ROUNDS, SMALL, Budget


def budget(servable=100, *, time_limit=60.0, iteration_limit=None, cancelled=None, large=False):
    return Budget(
        servable,
        time_limit=time_limit,
        iteration_limit=iteration_limit,
        cancelled=cancelled,
        large=large,
    )


@pytest.mark.parametrize("time_limit", [0.1, 0.7, 3.3, 60.0])
def test_a_solve_that_uses_all_of_its_time_did_not_stop_early(time_limit):
    # Whatever the clock says: sums with it are rounded.
    assert {budget(time_limit=time_limit).reason for _ in range(200)} == {"finished"}


def test_a_small_day_needs_less_than_it_may_take():
    small = budget(SMALL)

    assert small.effort == EFFORT * SMALL
    assert small.reason == "no_improvement"
    assert budget(SMALL, time_limit=0.1).effort == 0.1
    assert budget(SMALL, iteration_limit=10).effort == 60.0


@pytest.mark.parametrize(
    ("time_limit", "rounds"), [(1.0, ROUNDS), (30.0, 60), (600.0, DIVIDED_ROUNDS)]
)
def test_a_large_day_has_rounds_of_half_a_second_and_more(time_limit, rounds):
    assert budget(900, time_limit=time_limit, large=True).rounds == rounds


def test_moves_are_spent_to_the_last():
    spender, spent = budget(iteration_limit=1_001), []
    for number in range(spender.rounds):
        spender.spend(number, lambda tries, share: spent.append((tries, share)))

    assert sum(tries for tries, _ in spent) == 1_001
    shares = [share for _, share in spent]
    assert shares == sorted(shares)
    assert 0.0 == shares[0] < shares[-1] < 1.0


def test_who_cancels_once_has_cancelled():
    answers = iter([False, True, False])
    told = budget(cancelled=lambda: next(answers))

    assert [told.cancelled() for _ in range(3)] == [False, True, True]
    assert told.ended
    assert told.reason == "cancelled"
