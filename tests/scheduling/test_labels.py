import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.scheduling.labels import ALPHABET, LENGTH, new_label, read_label, written

labels = st.builds(new_label)
places = st.integers(0, LENGTH - 1)


@given(labels)
def test_a_label_is_read_back_however_it_is_written(label):
    assert len(label) == LENGTH
    assert read_label(label) == label
    assert read_label(written(label).lower()) == label
    mistaken = label.replace("1", "l").replace("0", "O")
    assert read_label(f" {mistaken[:3]} {mistaken[3:]} ") == label


@given(labels, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(label, place, other):
    assume(label[place] != other)
    with pytest.raises(InvalidRequest, match="read wrongly"):
        read_label(label[:place] + other + label[place + 1 :])


@given(labels, places, places)
def test_two_characters_that_changed_places_are_found(label, one, two):
    assume(label[one] != label[two])
    letters = list(label)
    letters[one], letters[two] = letters[two], letters[one]
    with pytest.raises(InvalidRequest, match="read wrongly"):
        read_label("".join(letters))


@pytest.mark.parametrize("text", ["", "123", "0" * 11, "UUUUUUUUUU", "00000 0000é"])
def test_what_is_no_label_is_refused_by_its_field(text):
    with pytest.raises(InvalidRequest) as caught:
        read_label(text, field="devices.0.label")
    assert caught.value.field == "devices.0.label"


def test_labels_are_drawn_anew():
    assert len({new_label() for _ in range(100)}) == 100
