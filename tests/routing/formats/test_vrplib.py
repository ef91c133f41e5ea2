from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.routing.formats.solomon import read_solomon
from collection.routing.formats.vrplib import read_vrplib
from tests.routing.formats.samples import EXPLICIT, SOLOMON, VRPLIB, refusal


def test_it_says_the_same_as_solomon():
    read, same = read_vrplib(VRPLIB), read_solomon(SOLOMON)
    assert (read.name, read.kind, read.vehicles, read.capacity) == ("tiny", "vrplib", 2, 10)
    assert read.distances.tolist() == same.distances.tolist()
    assert (read.demands, read.windows) == (same.demands, same.windows)
    assert tuple(read.services) == same.services
    assert read.ignored == ()


def test_explicit_distances_and_sections_in_any_order():
    read = read_vrplib(EXPLICIT)
    assert read.distances.tolist() == [[0, 20, 30], [25, 0, 15], [35, 12, 0]]
    assert read.services == [0, 60, 90]
    assert read.windows == [(0, 1000), (100, 200), (0, 900)]


def test_the_depot_may_be_any_node():
    read = read_vrplib(EXPLICIT.replace("DEPOT_SECTION\n1\n-1", "DEPOT_SECTION\n3 -1"))
    assert read.distances.tolist() == [[0, 35, 12], [30, 0, 20], [15, 25, 0]]
    assert read.demands == [5, 0, 4]
    assert read.services == [90, 0, 60]


def test_without_windows_and_vehicles_everybody_may_have_one_at_any_time():
    text = VRPLIB.partition("TIME_WINDOW_SECTION")[0].replace("VRPTW", "CVRP")
    read = read_vrplib(text.replace("VEHICLES : 2\n", "SERVICE_TIME : 1.5\nDISTANCE : 40\n"))
    assert read.windows is None
    assert read.vehicles == 3
    assert read.services == [Decimal("1.5")] * 4
    assert read.longest == 40


def test_unknown_keywords_are_told_and_what_says_nothing_is_not():
    read = read_vrplib("BEST_KNOWN : 5\nNODE_COORD_TYPE : TWOD_COORDS\n" + VRPLIB)
    assert read.ignored == ("BEST_KNOWN",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("DIMENSION : 4\n", "", "DIMENSION is missing"),
        ("DIMENSION : 4", "DIMENSION : 3", "line 8: NODE_COORD_SECTION has a node 4, and"),
        ("DIMENSION : 4", "DIMENSION : 5", "line 13: DEMAND_SECTION has no line for node 5"),
        ("DIMENSION : 4", "DIMENSION : 90000", "line 4: DIMENSION is 90000; it must be from 1"),
        ("DIMENSION : 4", "DIMENSION : four", "line 4: DIMENSION is 'four'; write a number"),
        ("DIMENSION : 4", "DIMENSION 4", "line 4: 'DIMENSION 4' is no keyword; write KEYWORD"),
        ("DIMENSION : 4", "TYPE : CVRP", "line 4: TYPE comes twice"),
        ("TYPE : VRPTW", "TYPE : MDVRP", "line 3: TYPE MDVRP is not supported"),
        ("CAPACITY : 10\n", "", "CAPACITY is missing"),
        ("EUC_2D", "GEO", "line 7: EDGE_WEIGHT_TYPE GEO; EUC_2D and EXPLICIT are supported"),
        ("EUC_2D", "EXPLICIT", "line 7: EDGE_WEIGHT_FORMAT is missing"),
        ("2 3 4\n", "2 3\n", "line 10: 2 numbers; write node, x, y"),
        ("2 3 4\n", "1 3 4\n", "line 10: node 1 comes twice in NODE_COORD_SECTION"),
        ("2 4\n", "2 -4\n", "line 15: demand is -4; it must be from 0"),
        ("2 4\n", "2 4.5\n", "line 15: demand is 4.5; write a whole number"),
        ("2 16 17\n", "2 17 16\n", "line 20: due date 16 comes before ready time 17"),
        ("TIME_WINDOW_SECTION", "RELEASE_TIME_SECTION", "line 18: RELEASE_TIME_SECTION is not"),
        ("TIME_WINDOW_SECTION", "DEMAND_SECTION", "line 18: DEMAND_SECTION comes twice"),
        ("DEPOT_SECTION\n1\n", "DEPOT_SECTION\n1\n2\n", "line 30: a second depot; instances with"),
        ("DEPOT_SECTION\n1\n", "DEPOT_SECTION\n9\n", "line 29: depot 9 is no node from 1 to 4"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(old, new, message):
    text = VRPLIB.replace(old, new, 1)
    assert text != VRPLIB
    with pytest.raises(InvalidRequest) as error:
        read_vrplib(text)
    assert error.value.message.startswith(message)
    assert error.value.field


def test_a_vrptw_needs_windows_and_coordinates():
    with pytest.raises(InvalidRequest, match="TIME_WINDOW_SECTION is missing"):
        read_vrplib(VRPLIB.partition("TIME_WINDOW_SECTION")[0])
    text = VRPLIB.replace("NODE_COORD_SECTION", "DISPLAY_DATA_SECTION")
    with pytest.raises(InvalidRequest, match="line 7: NODE_COORD_SECTION is missing"):
        read_vrplib(text)


@given(st.data(), st.sampled_from([VRPLIB, EXPLICIT]))
@settings(max_examples=200)
def test_a_damaged_file_is_read_or_refused_by_its_line(data, text):
    position = data.draw(st.integers(0, len(text) - 1))
    cut = data.draw(st.integers(0, 4))
    inserted = data.draw(st.text(max_size=4) | st.text("0123456789 -.:\n", max_size=6))
    damaged = text[:position] + inserted + text[position + cut :]
    assert refusal(read_vrplib, damaged) != ""
