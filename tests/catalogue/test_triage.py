import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.model import Battery

TOML = "territories/monaco/territory.toml"


def test_the_shipped_rules_are_dated_and_name_their_source(folder):
    for rule in load_catalogue(folder).territory("monaco").triage:
        assert rule.source
        assert rule.valid_from.year >= 2009


def test_a_van_carries_few_damaged_batteries_unless_it_says_otherwise(folder, edit):
    edit(TOML, 'id = "van-1"', 'id = "van-1"\nhazard_packages = 9')
    monaco = load_catalogue(folder).territory("monaco")
    assert [van.capacity.hazards for van in monaco.vehicles] == [9, 4, 4, 4]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('class = "fine"', 'class = "good"', "rules.0.class"),
        ('answers = ["ok", "unknown"]', 'answers = ["ok"]', "rules"),
        ('answers = ["ok", "unknown"]', 'answers = ["ok", "perhaps"]', "rules.0.answers.1"),
        ("valid_from = 2009-01-01", "valid_from = 2009-01-01\nvalid_until = 2020-01-01", "rules"),
        (
            "valid_from = 2009-01-01",
            "valid_from = 2009-01-01\nvalid_until = 2008-01-01",
            "rules.0.valid_until",
        ),
        ('packaging = "padded_box" ', "", "rules.0.packaging"),
        ('advice = "hot"', "", "rules.5.advice"),
        ('advice = "hot"', 'advice = "hot"\npackages = 1', "rules.5"),
        ("packages = 1", "packages = -1", "rules.1.packages"),
        ("hazard_packages = 4", "hazard_packages = -4", "hazard_packages"),
    ],
)
def test_a_mistake_names_file_and_field(folder, edit, old, new, field):
    path = edit("triage.toml", old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message


@pytest.mark.parametrize("battery", Battery)
def test_every_answer_leads_to_a_class(folder, battery):
    rules = load_catalogue(folder).territory("monaco").triage
    assert any(battery in rule.answers for rule in rules)
