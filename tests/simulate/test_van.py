"""What a van does on a day whose figures can be worked out by heart."""

from collection.model import RequestState
from tests.places import DAY
from tests.scheduling.line_plan import NAMES, line_requests
from tests.simulate.stages import line_stage, play


def test_a_pickup_that_was_put_in_while_the_day_ran_is_served_too():
    stage = line_stage(requests := line_requests())
    for name in NAMES[:3]:
        stage.ledger.promise(requests[name])
    play(stage)
    states = {request.state for request in stage.services.requests.day("monaco", DAY)}
    assert states == {RequestState.RECEIVED}
    promise = stage.ledger.promises[NAMES[3], DAY]
    assert promise.kept
    assert promise.collected
    assert promise.attempt == 1
