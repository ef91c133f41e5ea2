import json

import pytest

from collection.errors import InvalidRequest
from collection.routing.formats.vroom_answer import answer
from collection.routing.instances import Rounding, check_files, read, read_text
from collection.routing.solution import evaluate
from tests.routing.formats.samples import EXPLICIT, SHARED, SOLOMON, VRPLIB, vroom


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (SOLOMON, "solomon"),
        (VRPLIB, "vrplib"),
        (EXPLICIT, "vrplib"),
        (vroom(), "vroom"),
        ("\ufeff\r\n" + SOLOMON.replace("\n", "\r\n"), "solomon"),
        ("  \n" + vroom(), "vroom"),
    ],
)
def test_a_format_is_known_by_what_is_in_the_file(tmp_path, text, kind):
    path = tmp_path / "whatever.dat"
    path.write_text(text, encoding="utf-8")
    assert read(path).kind == kind


def test_older_encodings_are_read(tmp_path):
    path = tmp_path / "x.vrp"
    path.write_bytes(VRPLIB.replace("a test", "Köln").encode("latin-1"))
    assert read(path).name == "tiny"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.txt: unknown format; give Solomon or Gehring-Homberger text, VRPLIB or VROOM"),
        (b"\x00\xff\xfe" * 50, "x.txt: unknown format"),
        (b"{", "x.txt: Invalid JSON"),
        (SOLOMON.replace(" 17 ", " 7 ").encode(), "x.txt: line 11: due date 7 comes before"),
        (VRPLIB.replace("EUC_2D", "GEO").encode(), "x.txt: line 7: EDGE_WEIGHT_TYPE GEO"),
        (b'{"vehicles": [{"id": -1}]}', "x.txt: vehicles[0].id: Input should be"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_place(tmp_path, content, message):
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises(InvalidRequest) as error:
        read(path)
    assert error.value.message.removeprefix(f"{tmp_path}/").startswith(message)


def test_a_file_that_is_not_there_is_named(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(InvalidRequest, match=path.name):
            read(path)


@pytest.fixture
def check(tmp_path):
    def check(instance, solution, **options):
        (tmp_path / "in").write_text(instance)
        (tmp_path / "out").write_text(solution)
        return check_files(tmp_path / "in", tmp_path / "out", **options)

    return check


@pytest.mark.parametrize(
    ("cost", "rounding"),
    [
        ("30.0198", "exact"),
        ("30.0", "exact"),
        ("300", "dimacs"),
        ("25", "exact"),
    ],
)
def test_a_solution_of_others_is_read_with_the_rounding_that_fits_it(check, cost, rounding):
    instance, finding = check(SOLOMON, f"Route #1: 2 1\nRoute #2: 3\nCost {cost}\n")
    assert instance.rounding == rounding
    wrong = {violation.constraint for violation in finding.violations}
    assert wrong == ({"cost"} if cost == "25" else set())


def test_a_rounding_may_be_told(check):
    lines = "Route #1: 2 1\nRoute #2: 3\nCost 300\n"
    assert check(SOLOMON, lines, rounding=Rounding.INTEGER)[0].rounding == "integer"
    _, finding = check(SOLOMON, lines, rounding=Rounding.EXACT)
    assert [violation.constraint for violation in finding.violations] == ["cost"]


def test_our_own_answer_tells_how_it_was_made(check):
    instance = read_text(SOLOMON, rounding=Rounding.INTEGER)
    found = answer(instance, evaluate(instance.problem, ((1, 0), (2,))))
    read_again, finding = check(SOLOMON, json.dumps(found))
    assert (read_again.rounding, finding.violations) == ("integer", ())


def test_a_solution_that_does_not_belong_is_named(check):
    stranger = json.dumps({"routes": [{"vehicle": 9, "steps": []}]})
    with pytest.raises(InvalidRequest, match=r"out: routes\[0\]\.vehicle is 9"):
        check(SOLOMON, stranger)
    with pytest.raises(InvalidRequest, match=r"out: rounding: Input should be 'exact'"):
        check(SOLOMON, '{"rounding": "up", "routes": []}')
    with pytest.raises(InvalidRequest, match=r"in: unknown format"):
        check("x", "Route #1: 1")


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared instances")
@pytest.mark.parametrize(
    ("name", "customers", "vehicles", "first"),
    [
        ("solomon/R101.txt", 100, 25, 15_231),
        ("homberger_200/r1_2_1.txt", 200, 50, 37_656),
        ("homberger_1000/R1_10_4.vrp", 1000, 250, None),
    ],
)
def test_shared_benchmarks_are_read(name, customers, vehicles, first):
    instance = read(SHARED / name, rounding=Rounding.DIMACS)
    assert (len(instance.tasks), len(instance.vans)) == (customers, vehicles)
    assert all(reason is None for reason in instance.problem.reasons)
