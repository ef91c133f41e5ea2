import io

from rich.console import Console

from collection.demo_report import show, summary_of

PLAN = {
    "id": "monaco.1",
    "territory": "monaco",
    "date": "2026-03-04",
    "routes": [
        {
            "vehicle_name": "Van 1",
            "stops": [{}, {}, {}],
            "start": "08:05",
            "end": "10:20",
            "metres": 12_345,
            "duration_seconds": 8_100,
            "load": {"units": 4},
            "cost": 9_876,
            "driver_url": "http://here/r/abc",
        }
    ],
    "unassigned": [{"reason": "too_far"}, {"reason": "too_far"}, {"reason": "no_skill"}],
    "violations": [],
}


def test_a_summary_counts_what_a_plan_serves_and_leaves_out():
    assert summary_of(PLAN, {"solve": 5.0}) == {
        "requests": 6,
        "planned": 3,
        "unassigned": {"too_far": 2, "no_skill": 1},
        "routes": 1,
        "km": 12.3,
        "hours": 2.25,
        "seconds": {"solve": 5.0},
        "violations": 0,
    }


def test_people_see_the_routes_and_where_to_go():
    out = io.StringIO()
    show(Console(file=out, width=80), PLAN, "http://here", name="dispatcher", password="secret")
    lines = [line.strip() for line in out.getvalue().splitlines()]

    assert lines[0] == "Plan monaco.1, published"
    figures = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert ["Van 1", "3", "08:05", "10:20", "12.3", "4", "98.76"] in figures
    assert lines[-5:] == [
        "Van 1  http://here/r/abc",
        "",
        "Book a pickup    http://here/book",
        "Dispatcher's day http://here/dispatch/monaco/2026-03-04",
        "log in as dispatcher with secret",
    ]
