"""Sessions in a database and the sub-agents that they began."""

from __future__ import annotations

from tacit.core.readers.base import ReadTally
from tacit.core.readers.families import families


def test_sub_agents_belong_to_the_session_at_the_top_in_their_order():
    tally = ReadTally()
    found = families({"b": "", "b-1": "b", "a": "", "b-2": "b", "b-1-1": "b-1"}, tally)
    assert found.tops == ["b", "a"]
    assert found.of("b") == ["b", "b-1", "b-2", "b-1-1"]
    assert found.of("a") == ["a"]
    assert tally.skipped == {}


def test_what_no_person_began_is_left_out_and_counted():
    tally = ReadTally()
    parents = {"a": "", "lost": "gone", "of-lost": "lost", "round": "about", "about": "round", "self": "self"}
    found = families(parents, tally)
    assert (found.tops, found.children) == (["a"], {})
    assert tally.skipped == {"without its session": 5}
