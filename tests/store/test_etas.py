"""What a store of past days' errors promises, fake and real."""

from datetime import date, timedelta

from collection.model import EtaDay

DAY = date(2026, 3, 4)
SHOWN = EtaDay(errors={0: {-3: 2, 7: 1}, 5: {40: 9}}, travel={98: 4}, service={120: 2})


def test_a_day_is_kept_and_put_in_place_of_itself(ports):
    assert ports.etas.days("monaco") == {}
    ports.etas.keep("monaco", DAY, EtaDay())
    ports.etas.keep("monaco", DAY, SHOWN)
    ports.etas.keep("lyon", DAY, EtaDay())

    assert ports.etas.days("monaco") == {DAY: SHOWN}


def test_the_oldest_days_go(ports):
    for ago in (3, 1, 2, 0):
        ports.etas.keep("monaco", DAY - timedelta(days=ago), SHOWN, most=2)

    assert sorted(ports.etas.days("monaco")) == [DAY - timedelta(days=1), DAY]
