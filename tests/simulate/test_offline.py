"""Whom a plan serves that knows everybody who asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.model import TimeWindow
from collection.simulate.customers import takes
from collection.simulate.ledger import Refusal
from collection.simulate.offline import everybody, offline_served


def test_everybody_comes_with_all_windows_that_they_would_have_taken(world):
    wider = 0
    for day in world.days:
        promised = {p.request.id: p.request.windows for p in world.ledger.of_day(day)}
        offline = {request.id: request.windows for request in everybody(world, day)}
        assert offline.keys() == promised.keys()
        for name, windows in promised.items():
            assert set(windows) <= set(offline[name])
            wider += set(windows) < set(offline[name])
    assert wider


@pytest.fixture
def refused(world, monkeypatch):
    """Let one more have found no slot, who would have taken what is given."""

    def refuse(windows):
        someone = next(iter(world.persons.values()))
        monkeypatch.setattr(world.ledger, "refusals", [Refusal(person=someone, windows=windows)])
        return list(offline_served(world).values())

    monkeypatch.setattr(world.ledger, "refusals", [])
    refuse.before = list(offline_served(world).values())
    return refuse


def test_who_was_refused_is_tried_on_each_day_that_suits_until_one_serves_them(world, refused):
    first, _ = world.days
    someone = replace(next(iter(world.persons.values())), hours=(0, 86_400))
    all_day = {day: takes(someone, world.territory, day) for day in world.days}
    opens = all_day[first][0].start - timedelta(hours=5)
    too_early = {first: (TimeWindow(start=opens, end=opens + timedelta(minutes=1)),)}
    before = refused.before
    assert refused(all_day) == [before[0] + 1, before[1]]
    assert refused({**all_day, **too_early}) == [before[0], before[1] + 1]
    assert refused(too_early) == before
