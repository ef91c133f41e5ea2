"""What is learnt from counted errors, and what is believed where there are few."""

import pytest

from collection.model import EtaDay
from collection.scheduling.eta_history import (
    LEADS,
    NO_HISTORY,
    PRIOR,
    PRIOR_WEIGHT,
    bucket_of,
    learn,
)
from collection.units import HOUR, MINUTE


@pytest.mark.parametrize(
    ("lead", "bucket"),
    [(-60, 0), (0, 0), (15 * MINUTE, 0), (15 * MINUTE + 1, 1), (4 * HOUR, 4), (4 * HOUR + 1, 5)],
)
def test_buckets_end_inclusively(lead, bucket):
    assert bucket_of(lead) == bucket


def test_the_prior_widens_with_the_lead():
    assert len(PRIOR) == len(LEADS) + 1
    assert list(PRIOR) == sorted(PRIOR, key=lambda spread: spread[1] - spread[0])
    assert all(before <= 0 <= behind for before, behind in PRIOR)
    assert learn([]).spreads == NO_HISTORY.spreads == PRIOR


def test_eighty_of_a_hundred_errors_lie_in_the_range():
    # Minutes from -50 to 49, each as often as the prior counts: its weight is a hundredth.
    errors = {0: dict.fromkeys(range(-50, 50), PRIOR_WEIGHT)}
    before, behind = learn([EtaDay(errors=errors)]).spread(60)

    assert before == round((-3 * MINUTE + 100 * -41 * MINUTE) / 101)
    assert behind == round((6 * MINUTE + 100 * 39 * MINUTE) / 101)


def test_few_observations_move_the_prior_little():
    learnt = learn([EtaDay(errors={1: {60: PRIOR_WEIGHT // 10}})])

    assert learnt.spread(20 * MINUTE) == (0, round((10 + 60 * 0.1) / 1.1 * MINUTE))
    assert learnt.spread(60) == PRIOR[0]


def test_a_prediction_belongs_to_its_range_where_all_are_late():
    learnt = learn([EtaDay(errors={0: {30: 100 * PRIOR_WEIGHT}})])
    assert learnt.spread(0)[0] == 0


def test_days_add_up():
    days = [EtaDay(travel={90: 1, 120: 1}, service={100: 1}), EtaDay(travel={120: 2})]
    learnt = learn(days)
    assert (learnt.days, learnt.travel, learnt.service) == (2, 1.2, 1.0)
    assert (learn([]).travel, NO_HISTORY.days) == (None, 0)
