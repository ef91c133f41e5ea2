from dataclasses import replace

import numpy as np

from collection.model import Site
from collection.ports import UNREACHABLE, TravelTable
from collection.routing.fleet import (
    ALWAYS,
    reloads_of,
    travel_of,
    vehicles_of,
    zoned_of,
)
from collection.routing.problem import NO_LIMIT
from collection.units import HOUR
from tests.places import HUB, TERRITORY, make_vehicle
from tests.strategies import DAY

TABLE = TravelTable(
    classes=("", "euro_5"),
    periods=(0, 30_000),
    seconds=np.array(
        [
            [[[0, 100], [200, 0]], [[0, 150], [301, 0]]],
            [[[0, UNREACHABLE], [200, 0]], [[0, 7], [200, 0]]],
        ],
        dtype=np.int32,
    ),
    metres=np.arange(16, dtype=np.int32).reshape(2, 2, 2, 2),
    snap_metres=np.zeros(2, dtype=np.int32),
)


def with_vans(*vehicles, **changes):
    return replace(TERRITORY, vehicles=vehicles, **changes)


def test_each_pair_of_class_and_speed_is_one_profile():
    fields = travel_of(
        [
            make_vehicle("a", emission_class="euro_5"),
            make_vehicle("b", speed_percent=80),
            make_vehicle("c", emission_class="euro_5"),
        ],
        TABLE,
    )

    assert fields["profiles"].tolist() == [0, 1, 0]
    assert fields["periods"].tolist() == [0, 30_000]
    assert fields["metres"].tolist() == [TABLE.metres[1].tolist(), TABLE.metres[0].tolist()]


def test_a_slow_vehicle_takes_longer_rounded_up_and_what_is_closed_stays_closed():
    slow = make_vehicle(emission_class="euro_5", speed_percent=80)
    fast = make_vehicle(speed_percent=130)

    assert travel_of([slow], TABLE)["seconds"].tolist() == [
        [[[0, UNREACHABLE], [250, 0]], [[0, 9], [250, 0]]]
    ]
    assert travel_of([fast], TABLE)["seconds"].tolist() == [
        [[[0, 77], [154, 0]], [[0, 116], [232, 0]]]
    ]


def test_a_zone_is_what_closes_a_way_that_is_open_to_others():
    # The depot and one request: the way there is closed to euro_5 until 30 000 s.
    diesel, other = make_vehicle("a", emission_class="euro_5"), make_vehicle("b")
    nowhere = np.full_like(TABLE.seconds, UNREACHABLE)
    back = TABLE.seconds.swapaxes(2, 3)

    assert zoned_of(with_vans(diesel, other), TABLE).tolist() == [[True, False]]
    assert zoned_of(with_vans(diesel), replace(TABLE, seconds=back)).tolist() == [[True]]
    assert zoned_of(with_vans(diesel), replace(TABLE, seconds=nowhere)).tolist() == [[False]]
    unknown = replace(TABLE, classes=("electric", "euro_5"))
    assert zoned_of(with_vans(diesel), unknown).tolist() == [[False]]


def test_costs_and_limits_come_from_the_vehicle():
    fields = vehicles_of(
        with_vans(
            make_vehicle("a"),
            make_vehicle(
                "b",
                overtime=1_800,
                overtime_cost_per_hour=900,
                max_metres=80_000,
                max_stops=12,
                max_seconds=7 * HOUR,
            ),
        ),
        DAY,
    )

    assert fields["latest_ends"].tolist() == [20 * HOUR, 20 * HOUR + 1_800]
    assert fields["overtime_costs"].tolist() == [0, 900]
    assert fields["max_metres"].tolist() == [NO_LIMIT, 80_000]
    assert fields["max_stops"].tolist() == [NO_LIMIT, 12]
    assert fields["max_seconds"].tolist() == [NO_LIMIT, 7 * HOUR]
    assert fields["hour_costs"].tolist() == [2_600, 2_600]


def shop(name, **changes):
    fields = {
        "id": name,
        "name": name,
        "position": HUB.position,
        "service": 300,
        "opening": ((9 * HOUR, 18 * HOUR),),
    }
    return Site(**{**fields, **changes})


def test_vans_are_emptied_at_depots_and_at_the_sites_that_take_devices():
    territory = with_vans(
        make_vehicle("a"),
        make_vehicle("b", reload_sites=frozenset({"near"})),
        sites=(shop("far", reload=False), shop("near")),
        reload_seconds=480,
    )
    fields = reloads_of(territory)

    assert fields["reload_ids"] == ("hub", "near")
    assert fields["reload_points"].tolist() == [0, 2]
    assert fields["reload_service"].tolist() == [480, 300]
    assert fields["reload_windows"] == (ALWAYS, ((9 * HOUR, 18 * HOUR),))
    assert fields["reload_allowed"].tolist() == [[True, True], [False, True]]


def test_a_territory_may_forbid_reloads_at_depots():
    fields = reloads_of(with_vans(make_vehicle(), reload_at_depots=False))

    assert fields["reload_ids"] == ()
    assert fields["reload_allowed"].shape == (1, 0)
