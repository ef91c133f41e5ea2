import numpy as np

from collection.ports import TravelMatrix, TravelTable


def test_a_matrix_is_a_table_of_one_class_and_one_period():
    matrix = TravelMatrix(
        seconds=np.array([[0, 7], [5, 0]], dtype=np.int32),
        metres=np.array([[0, 70], [50, 0]], dtype=np.int32),
        snap_metres=np.array([3, 4], dtype=np.int32),
    )
    table = TravelTable.of(matrix)
    assert (table.classes, table.periods) == (("",), (0,))
    assert table.seconds.shape == table.metres.shape == (1, 1, 2, 2)
    assert table.seconds[0, 0].tolist() == [[0, 7], [5, 0]]
    assert table.metres[0, 0].tolist() == [[0, 70], [50, 0]]
    assert table.snap_metres is matrix.snap_metres
