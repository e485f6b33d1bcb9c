"""Folders with damaged files of every agent, notes and archives through a whole import."""

from __future__ import annotations

from pathlib import Path

import fuzz_imports
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize("seed", range(12))
def test_what_is_damaged_is_counted_and_the_rest_is_in_a_sound_store(tmp_path: Path, seed: int) -> None:
    assert fuzz_imports.imported(seed, tmp_path) > 0


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=2_000),
    st.sampled_from([b"", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"]),
)
def test_bytes_that_are_no_archive_are_refused(tmp_path: Path, data: bytes, begin: bytes) -> None:
    fuzz_imports.archive(begin + data, tmp_path)
    fuzz_imports.archive(begin + b"\0" * (257 - len(begin)) + b"ustar" + data, tmp_path)
    assert not list((tmp_path / "cache").iterdir())
