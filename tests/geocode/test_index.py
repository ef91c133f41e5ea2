from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.errors import RoutingUnavailable
from collection.geocode import IndexGeocoder, iter_addresses, write_index
from tests.geocode.places_data import PLACES, address, index_of


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory):
    return IndexGeocoder(index_of(tmp_path_factory.mktemp("index")), country="mc")


def best(geocoder, text):
    return geocoder.search(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "4 Avenue de la Madone, 98000 Monaco",
        "4, avenue de la madone",
        "AVENUE DE LA MADONE 4 MONACO",
        "98000 Monaco, Avenue de la Madone 4",
        "4 av. de la Madone",
        "4 Ave de la Madoné, Monaco, Monaco",
    ],
)
def test_an_address_as_written_is_exact_and_scores_one(geocoder, text):
    match = best(geocoder, text)
    assert match.label == "4 Avenue de la Madone, 98000 Monaco"
    assert match.exact
    assert match.score == 1.0
    assert match.position.lon == 7.425


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("4 avenue de la madonne", "4 Avenue de la Madone, 98000 Monaco"),
        ("14 avnue de la Madone monaco", "14 Avenue de la Madone, 98000 Monaco"),
        ("30 bd princesse charlote", "30 Boulevard Princesse Charlotte, 98001 Monaco"),
        ("4 Qai Antoine 1er", "4 Quai Antoine 1er, 98000 Monaco"),
    ],
)
def test_small_misspellings_are_forgiven(geocoder, text, label):
    match = best(geocoder, text)
    assert match.label == label
    assert match.exact
    assert 0.8 < match.score < 1


@pytest.mark.parametrize("typed", ["boulevard pr", "princesse", "boulevard princesse charl"])
def test_unfinished_words_find_the_street(geocoder, typed):
    match = best(geocoder, typed)
    assert match.line1 == "Boulevard Princesse Charlotte"
    assert not match.exact


def test_more_letters_raise_the_score(geocoder):
    scores = [best(geocoder, text).score for text in ("boulevard prin", "boulevard princesse char")]
    assert scores == sorted(scores)
    assert scores[0] < scores[1] < 1


def test_a_missing_house_gives_the_street_and_less_than_exact(geocoder):
    match = best(geocoder, "99 Avenue de la Madone, 98000 Monaco")
    assert match.line1 == "Avenue de la Madone"
    assert not match.exact
    assert match.score == pytest.approx(0.8)


def test_a_street_without_a_number_is_not_exact(geocoder):
    match = best(geocoder, "Avenue de la Madone")
    assert (match.exact, match.score) == (False, 1.0)


@pytest.mark.parametrize(
    ("text", "line1"),
    [
        ("4 bis avenue de la Madone", "4 bis Avenue de la Madone"),
        ("4bis avenue de la Madone", "4 bis Avenue de la Madone"),
        ("avenue de la Madone 4 BIS", "4 bis Avenue de la Madone"),
        ("Kurfürsten-Anlage 234", "234-236 Kurfürsten-Anlage"),
        ("kurfuersten anlage 236", "234-236 Kurfürsten-Anlage"),
        ("Hauptstr. 1", "1 Hauptstraße"),
        ("Hauptstrasse 1", "1 Hauptstraße"),
        ("11 rue du 11 novembre", "11 Rue du 11 Novembre"),
    ],
)
def test_house_numbers_as_people_write_them(geocoder, text, line1):
    match = best(geocoder, text)
    assert match.line1 == line1
    assert match.exact


def test_a_number_in_the_street_name_is_not_the_house(geocoder):
    assert not best(geocoder, "rue du 11 novembre").exact
    assert not best(geocoder, "quai antoine 1er").exact


def test_the_town_and_the_postcode_decide_between_namesakes(geocoder):
    for text, city in [
        ("7 rue de l'eglise, La Turbie", "La Turbie"),
        ("7 rue de l'eglise 06190", "Roquebrune-Cap-Martin"),
        ("7 rue de l'eglise, 06190 Roquebrune Cap Martin", "Roquebrune-Cap-Martin"),
    ]:
        first, second = geocoder.search(text, limit=2)
        assert first.city == city
        assert first.score == 1.0
        assert second.score < 0.9


def test_namesakes_without_a_town_are_equal(geocoder):
    first, second = geocoder.search("7 rue de l'église", limit=2)
    assert first.exact
    assert second.exact
    assert first.score == second.score == 1.0
    assert first.city != second.city


def test_a_wrong_postcode_lowers_the_score_by_house(geocoder):
    assert best(geocoder, "30 boulevard princesse charlotte 98001").score == 1.0
    assert best(geocoder, "30 boulevard princesse charlotte 98000").score == pytest.approx(0.8)


@pytest.mark.parametrize("text", ["", "   ", "12", "98000", "zzz qqq", '"*():', "💥"])
def test_nothing_matches_nonsense(geocoder, text):
    assert geocoder.search(text) == ()


def test_limit_is_kept_and_no_address_comes_twice(geocoder):
    assert len(geocoder.search("rue", limit=2)) == 2
    labels = [match.label for match in geocoder.search("rue de l'eglise", limit=20)]
    assert len(labels) == len(set(labels))


@given(st.text(max_size=40))
def test_any_text_is_answered_with_scores_in_order(geocoder, text):
    scores = [match.score for match in geocoder.search(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(st.sampled_from([p for p in PLACES if p.number]))
def test_every_house_finds_itself(geocoder, place):
    match = best(geocoder, f"{place.number} {place.street}, {place.postcode} {place.city}")
    assert match.position == place.position
    assert match.exact
    assert match.score == 1.0


@pytest.mark.parametrize(
    ("country", "line1"),
    [("fr", "1 Hauptstraße"), ("de", "Hauptstraße 1"), ("es", "Hauptstraße, 1")],
)
def test_lines_are_written_as_the_country_does(tmp_path, country, line1):
    match = IndexGeocoder(index_of(tmp_path), country=country).search("Hauptstraße 1")[0]
    assert (match.line1, match.country) == (line1, country)
    assert match.label == f"{line1}, 98000 Monaco"


def test_iter_addresses_gives_all_houses_in_one_order(tmp_path):
    path = index_of(tmp_path)
    houses = list(iter_addresses(path, country="mc"))
    assert houses == list(iter_addresses(path, country="mc"))
    assert [h.line1 for h in houses[:2]] == ["4 Avenue de la Madone", "4 bis Avenue de la Madone"]
    assert len(houses) == sum(bool(place.number) for place in PLACES)
    assert all(house.exact and house.score == 1 for house in houses)


def test_a_search_may_run_in_many_threads(geocoder):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: best(geocoder, "4 avenue de la madone").label, range(64)))
    assert set(found) == {"4 Avenue de la Madone, 98000 Monaco"}


def test_an_absent_or_damaged_index_says_how_to_build_one(tmp_path):
    with pytest.raises(RoutingUnavailable, match="collection network build"):
        IndexGeocoder(tmp_path / "absent.sqlite", country="mc")
    assert not (tmp_path / "absent.sqlite").exists()
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"no database")
    with pytest.raises(RoutingUnavailable, match="collection network build"):
        list(iter_addresses(damaged))


def test_a_failed_write_keeps_the_old_index(tmp_path):
    path = index_of(tmp_path)

    def broken():
        yield address("Rue A", "1")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write_index(path, broken())
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert len(list(iter_addresses(path))) == sum(bool(place.number) for place in PLACES)
