"""Chance is repeatable, and is around what was planned."""

import statistics

import pytest

from collection.simulate.draws import Draws, Noise, ratio, spread

MANY = 4_000


def test_the_same_seed_and_names_give_the_same_stream_and_others_do_not():
    first, again, other = (Draws(seed, Noise()) for seed in (1, 1, 2))
    assert first.of("a", 1).random() == again.of("a", 1).random()
    assert first.of("a", 1).random() != first.of("a", 2).random()
    assert first.of("a", 1).random() != other.of("a", 1).random()


def test_drives_take_what_was_planned_on_average_and_are_skewed_to_the_right():
    draws = Draws(1, Noise(leg_sd=0.12))
    taken = [draws.drive(1_000, 1.0, number) for number in range(MANY)]
    assert statistics.mean(taken) == pytest.approx(1_000, rel=0.01)
    assert statistics.stdev(taken) == pytest.approx(120, rel=0.06)
    assert statistics.median(taken) < statistics.mean(taken)


def test_what_a_day_shares_is_on_every_drive_of_it():
    noise = Noise(leg_sd=0.0, day_sd=0.05)
    draws = Draws(1, noise)
    traffic = draws.traffic("monday")
    assert traffic != 1.0
    assert {draws.drive(1_000, traffic, n) for n in range(5)} == {round(1_000 * traffic)}


def test_doors_take_what_was_planned_on_average():
    draws = Draws(1, Noise(service_sd=0.35))
    taken = [draws.service(300, number) for number in range(MANY)]
    assert statistics.mean(taken) == pytest.approx(300, rel=0.02)
    assert statistics.stdev(taken) == pytest.approx(105, rel=0.06)
    assert min(taken) > 0


def test_one_in_twelve_is_not_at_home():
    draws = Draws(1, Noise())
    missed = [draws.missed(number) for number in range(MANY)]
    share = sum(wait is not None for wait in missed) / MANY
    assert share == pytest.approx(0.08, abs=0.012)
    assert all(wait > 0 for wait in missed if wait is not None)


def test_without_noise_all_is_as_planned():
    stream = Draws(1, Noise()).of("x")
    assert ratio(stream, 0.0) == 1.0
    assert spread(stream, 300, 0.0) == 300
    assert spread(stream, 0, 0.35) == 0
