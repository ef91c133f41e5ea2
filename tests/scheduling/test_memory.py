"""A night's memory is measured, and what would be more than its limit is refused."""

import resource
import sys

import numpy as np
import pytest

from collection.scheduling.memory import MEGABYTE, limited, peak_mb

linux = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")


def test_the_peak_grows_by_what_is_touched():
    before = peak_mb()
    np.ones((before + 64) * MEGABYTE, dtype=np.uint8)
    assert before + 64 <= peak_mb() <= 2 * before + 128


@linux
def test_what_is_beyond_the_limit_is_refused_by_name_and_the_limit_ends():
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with (
        pytest.raises(MemoryError, match=r"^lyon needs more than the 128 MB that COLLECTION_WOR"),
        limited(128, what="lyon"),
    ):
        np.empty(256 * MEGABYTE, dtype=np.uint8)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert np.empty(256 * MEGABYTE, dtype=np.uint8).nbytes == 256 * MEGABYTE


@linux
def test_what_is_within_the_limit_is_given():
    with limited(128, what="lyon"):
        assert np.empty(64 * MEGABYTE, dtype=np.uint8).nbytes == 64 * MEGABYTE


def test_zero_is_no_limit():
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with limited(0, what="lyon"):
        assert resource.getrlimit(resource.RLIMIT_DATA) == before
