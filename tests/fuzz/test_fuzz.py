"""Hostile bytes into the codec and the transcript reader."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import fuzz_targets
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

HARNESS = Path(__file__).with_name("harness.py")
THOROUGH = settings(max_examples=300, deadline=None)


@THOROUGH
@given(st.binary(max_size=300))
@example(b"\x92\x00\xa1\x80")  # a text that is no UTF-8
def test_bytes_in_the_place_of_a_value_are_a_value_or_damage(data: bytes) -> None:
    fuzz_targets.codec(data)


@THOROUGH
@given(
    st.recursive(
        st.none() | st.integers(-(2**63), 2**64 - 1) | st.text() | st.binary(), st.lists, max_leaves=30
    )
)
def test_message_pack_that_is_no_record_is_damage(value: object) -> None:
    from msgspec import msgpack

    fuzz_targets.codec(msgpack.encode(value))


@THOROUGH
@given(st.integers(0, 2**32))
def test_a_transcript_that_was_tampered_with_is_read_as_far_as_it_goes(tmp_path: Path, seed: int) -> None:
    fuzz_targets.reader(fuzz_targets.mutated(seed), tmp_path)


@THOROUGH
@given(st.binary(max_size=2_000))
def test_bytes_that_are_no_transcript_are_none(tmp_path: Path, data: bytes) -> None:
    assert fuzz_targets.reader(data, tmp_path) == 0


def test_what_is_mutated_is_mostly_still_a_transcript(tmp_path: Path) -> None:
    told = [fuzz_targets.reader(fuzz_targets.mutated(seed), tmp_path) for seed in range(60)]
    assert sum(map(bool, told)) > 30


@pytest.mark.parametrize("target", ["codec", "reader", "archive"])
def test_the_fuzzer_finds_nothing_in_a_moment(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed; `pip install atheris` and run tests/fuzz/harness.py by hand")
    done = subprocess.run(
        [sys.executable, str(HARNESS), target, "-runs=2000", f"-artifact_prefix={tmp_path}/"],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
