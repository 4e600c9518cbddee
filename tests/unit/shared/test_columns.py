import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import TypeAdapter, ValidationError

from shared.columns import pack, unpack
from shared.contracts.values import Column

COLUMN: TypeAdapter[bytes] = TypeAdapter(Column)


@given(arrays(np.float64, st.integers(0, 50)))
def test_numbers_survive_the_wire_to_the_last_bit(numbers: np.ndarray) -> None:
    wire = COLUMN.dump_json(pack(numbers))
    back = unpack(COLUMN.validate_json(wire))
    assert back.tobytes() == numbers.astype("<f8").tobytes()


@pytest.mark.parametrize("wire", ['"***"', '"AAAA"', "7", f'"{"A" * 9}"'])
def test_what_is_no_column_is_refused(wire: str) -> None:
    with pytest.raises(ValidationError):
        COLUMN.validate_json(wire)


def test_a_column_is_little_endian_float64() -> None:
    assert base64.b64encode(pack([1.0])) == b"AAAAAAAA8D8="
