import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collection.ports import UNREACHABLE
from collection.routing.weights import pack, share, unpack

TIMES = st.lists(st.floats(0, 3_000, allow_nan=False), min_size=1, max_size=30)


def test_unpack_rounds_up():
    seconds, metres = unpack(pack(np.array([1.0, 1.5, 2.25]), np.array([10.0, 10.25, 0.0])))
    assert seconds.tolist() == [1, 2, 3]
    assert metres.tolist() == [10, 11, 0]


def test_no_way_is_unreachable():
    seconds, metres = unpack(np.array([np.inf, pack(np.array([5.0]), np.array([7.0]))[0]]))
    assert seconds.tolist() == [UNREACHABLE, 5]
    assert metres.tolist() == [UNREACHABLE, 7]


def test_no_way_is_free():
    assert pack(np.array([0.0]), np.array([0.0]))[0] > 0


@given(TIMES)
def test_sums_of_weights_are_sums_of_both(times):
    seconds = np.array(times)
    metres = seconds[::-1] * 7
    total = pack(seconds, metres).sum()
    assert total < 2**53
    steps = sum(max(1, round(t * 128)) for t in times)
    assert total // 2**28 == steps
    assert total % 2**28 == np.rint(metres * 64).sum()


@given(st.floats(0.01, 3_000), st.floats(0, 9_000), st.floats(0, 1), st.floats(0, 1))
def test_shares_grow_and_never_exceed_the_whole(seconds, metres, one, other):
    whole = pack(np.array([seconds]), np.array([metres]))
    low, high = sorted((one, other))
    parts = [share(whole, np.array([fraction]))[0] for fraction in (0.0, low, high, 1.0)]
    assert parts == sorted(parts)
    assert parts[0] == 0
    assert parts[3] == whole[0]


def test_time_counts_before_length():
    fast_long, slow_short = pack(np.array([10.0, 10.1]), np.array([9_000.0, 1.0]))
    assert fast_long < slow_short
