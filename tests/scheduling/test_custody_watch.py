from datetime import timedelta

from collection.model import LiveRules
from collection.scheduling.alerts import alerts
from collection.scheduling.custody_watch import devices_unaccounted
from collection.scheduling.progress import fold
from tests.places import TERRITORY
from tests.scheduling.custody_day import AT, DAY, CustodyDay


def found(day, now):
    requests = {request.id: request for request in day.requests.day("monaco", DAY)}
    events = day.events.read("monaco", DAY)
    progress = fold(day.plan, events, now=now, territory=TERRITORY, requests=requests)
    told = alerts(
        progress,
        day.plan,
        TERRITORY,
        rules=LiveRules(),
        requests=requests,
        events=events,
        more=(devices_unaccounted,),
    )
    return [(alert.id, dict(alert.values)) for alert in told if alert.kind == "unaccounted"]


def test_a_device_that_is_overdue_is_an_alert_until_it_is_scanned():
    day = CustodyDay()
    label = day.label()
    day.collect(minutes=5)
    due = AT + timedelta(minutes=65)
    assert found(day, due - timedelta(seconds=1)) == []
    assert found(day, due) == [("unaccounted:van-1:monaco.1", {"count": "1"})]
    day.receive(label)
    assert found(day, due) == []
