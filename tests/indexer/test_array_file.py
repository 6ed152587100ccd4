"""Files of arrays: read as written, damage noticed when it is met, nothing read that nobody asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from whoosh.filedb.filestore import RamStorage

from indexer.array_file import ArraysReader, ArraysWriter, DamagedArrays, smallest_type

WRITTEN = {"odd": np.arange(3, dtype=np.uint8), "none": np.empty(0, dtype=np.uint32), "wide": np.arange(-2, 5)}


@pytest.fixture
def storage() -> Any:
    made = RamStorage()
    writer = ArraysWriter(made.create_file("file"))
    for name, each in WRITTEN.items():
        writer.add(name, each)
    writer.close({"of": "them"})
    return made


def opened(storage: Any) -> ArraysReader:
    return ArraysReader(storage.open_file("file"), 0, storage.file_length("file"))


def test_arrays_and_facts_come_back_as_they_were_written(storage: Any) -> None:
    found = opened(storage)
    for name, each in WRITTEN.items():
        assert found[name].dtype == each.dtype
        assert found[name].tolist() == each.tolist()
    assert (found.facts, found.get("other")) == ({"of": "them"}, None)


def test_a_flipped_bit_is_damage_to_the_array_that_it_is_in_and_to_no_other(storage: Any) -> None:
    whole = bytes(storage.files["file"])
    storage.files["file"] = bytes([whole[0] ^ 1]) + whole[1:]
    found = opened(storage)
    assert found["wide"].tolist() == WRITTEN["wide"].tolist()
    with pytest.raises(DamagedArrays, match="odd"):
        found["odd"]


@pytest.mark.parametrize("kept", [0, 5, 20, -1])
def test_a_file_that_was_cut_off_is_damage(storage: Any, kept: int) -> None:
    storage.files["file"] = storage.files["file"][:kept]
    with pytest.raises(DamagedArrays):
        opened(storage)


@pytest.mark.parametrize(("largest", "size"), [(0, 1), (255, 1), (256, 2), (65_536, 4), (2**32, 8)])
def test_numbers_take_as_few_bytes_as_the_largest_needs(largest: int, size: int) -> None:
    assert smallest_type(largest).itemsize == size
