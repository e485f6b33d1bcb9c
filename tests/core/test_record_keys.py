"""The number of a candidate is its kind and the number of its pattern id, and gives both back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tacit.core.model import KINDS, Kind
from tacit.core.record_keys import kind_of, number_of, owner_of


@given(st.sampled_from(KINDS), st.integers(0, (1 << 60) - 1))
def test_a_candidate_is_its_kind_and_the_number_of_its_pattern(kind: Kind, number: int) -> None:
    owner = owner_of(kind, number)
    assert (kind_of(owner), number_of(owner)) == (kind, number)
    assert owner < 1 << 64
