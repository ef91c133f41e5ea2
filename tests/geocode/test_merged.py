from collection.geocode import IndexGeocoder, MergedGeocoder
from tests.geocode.places_data import address, index_of


def test_answers_are_ranked_together_and_shared_ones_come_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    near = IndexGeocoder(index_of(tmp_path / "a"), country="mc")
    far = IndexGeocoder(
        index_of(
            tmp_path / "b",
            [address("Avenue de la Madone", "4", postcode="06500", city="Menton", lon=7.5)],
        ),
        country="fr",
    )
    merged = MergedGeocoder([far, near, near])
    found = merged.search("4 Avenue de la Madone, 98000 Monaco")
    assert found[0].label == "4 Avenue de la Madone, 98000 Monaco"
    assert found[0].score == 1.0
    labels = [match.label for match in found]
    assert len(labels) == len(set(labels))
    assert "4 Avenue de la Madone, 06500 Menton" in labels
    assert len(merged.search("avenue de la madone", limit=1)) == 1


def test_nobody_to_ask():
    assert MergedGeocoder([]).search("anything") == ()
