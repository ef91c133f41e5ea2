from hypothesis import given
from hypothesis import strategies as st

from collection.routing.formats.polyline import encode
from tests.routing.formats.samples import decoded

points = st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000))


def test_the_example_of_the_encoding():
    line = [(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)]
    assert encode(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    assert decoded(encode(line)) == [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)]


def test_a_vertex_that_repeats_the_last_is_left_out():
    assert encode([]) == ""
    assert decoded(encode([(7.0, 43.0), (7.0, 43.0), (7.1, 43.0)])) == [(43.0, 7.0), (43.0, 7.1)]


@given(st.lists(points, unique=True, max_size=8))
def test_what_is_encoded_is_what_is_decoded(line):
    degrees = [(lon / 100_000, lat / 100_000) for lon, lat in line]
    assert decoded(encode(degrees)) == [(lat, lon) for lon, lat in degrees]
