import numpy as np

from collection.routing.kernels.copying import copy, copy_with


def row(*nodes):
    return np.array(nodes, dtype=np.int32)


def test_entries_are_copied_from_place_to_place():
    target = row(9, 9, 9, 9, 9)
    copy(target, 1, row(0, 1, 2, 3, 4), 2, 4)

    assert target.tolist() == [9, 2, 3, 9, 9]


def test_entries_move_to_the_left_of_their_own_row():
    nodes = row(0, 1, 2, 3, 4)
    copy(nodes, 1, nodes, 2, 5)

    assert nodes.tolist() == [0, 2, 3, 4, 4]


def test_a_node_goes_before_the_one_at_its_place():
    for place, expected in ((0, [7, 1, 2, 9]), (1, [1, 7, 2, 9]), (2, [1, 2, 7, 9])):
        target = row(9, 9, 9, 9)
        copy_with(target, row(1, 2, 3), 2, place, 7)
        assert target.tolist() == expected
