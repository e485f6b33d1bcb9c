"""What was decided of families: who stands behind whom, and what is put away."""

import pytest
from msgspec.structs import replace

from tacit.core.decisions import Decided
from tacit.core.learn.decided import as_ruled, joined
from tacit.core.learn.families import Family
from tacit.core.model import Pattern

IDS = ("a", "b", "c", "d", "e")


def families() -> list[Family]:
    """Each leads one, and ``d`` stands behind ``b``."""
    found = [Family(place) for place in (0, 1, 2, 4)]
    found[1].members.append(3)
    return found


def behind(into: dict[str, str], verdicts=None, deleted=None, pinned=()) -> dict[str, str]:
    rules = {own: Decided(into=other, pinned=own in pinned) for own, other in into.items()}
    found = joined(families(), IDS, rules, verdicts or {}, deleted or {})
    return {IDS[family.head]: "".join(IDS[place] for place in family.members) for family in found}


@pytest.mark.parametrize(
    ("into", "expected"),
    [
        ({}, {"a": "", "b": "d", "c": "", "e": ""}),
        ({"b": "a"}, {"a": "bd", "c": "", "e": ""}),
        ({"c": "b", "b": "a"}, {"a": "bcd", "e": ""}),
        ({"a": "e", "c": "e"}, {"b": "d", "e": "ac"}),
        ({"a": "b", "b": "a"}, {"a": "", "b": "d", "c": "", "e": ""}),
        ({"c": "a", "a": "b", "b": "a"}, {"a": "", "b": "d", "c": "", "e": ""}),
        ({"a": "d"}, {"a": "", "b": "d", "c": "", "e": ""}),
        ({"a": "gone"}, {"a": "", "b": "d", "c": "", "e": ""}),
        ({"d": "a"}, {"a": "", "b": "d", "c": "", "e": ""}),
        ({"a": "a"}, {"a": "", "b": "d", "c": "", "e": ""}),
    ],
)
def test_merges_are_followed_to_a_row(into: dict[str, str], expected: dict[str, str]):
    assert behind(into) == expected


def test_what_is_pinned_or_deleted_goes_behind_nothing():
    assert "c" in behind({"c": "b", "b": "a"}, pinned=("c",))
    assert behind({"c": "b", "b": "a"}, pinned=("b",)) == {"a": "", "b": "cd", "e": ""}
    assert "c" in behind({"c": "a"}, deleted={"c": "head"})


def test_what_is_proven_goes_only_behind_what_is_proven_alike():
    assert "a" in behind({"a": "b"}, verdicts={"a": "helps"})
    assert "a" in behind({"a": "b"}, verdicts={"a": "helps", "b": "harms"})
    assert "a" not in behind({"a": "b"}, verdicts={"a": "helps", "b": "helps"})
    assert "a" not in behind({"a": "b"}, verdicts={"b": "helps"})


PATTERN = Pattern(
    id="a",
    kind="tool_sequence",
    title="edit → make",
    key=("edit", "make"),
    uses=4,
    judged=4,
    successes=1,
    failures=3,
    partial=0,
    episodes=4,
    sessions=2,
    first_used=0,
    last_used=10,
    learned_at=0,
)


@pytest.mark.parametrize(
    ("rule", "pinned", "archived"),
    [
        (Decided(), False, False),
        (Decided(pinned=True), True, False),
        (Decided(seen=10), False, True),
        (Decided(seen=9), False, False),
        (Decided(seen=10, pinned=True), True, False),
    ],
)
def test_a_head_is_put_away_until_its_next_use_or_a_pin(rule: Decided, pinned: bool, archived: bool):
    found = as_ruled(PATTERN, 10, {"a": rule})
    assert (found.pinned, found.archived, found.listed) == (pinned, archived, not archived)


def test_what_stands_behind_another_is_not_put_away():
    assert not as_ruled(replace(PATTERN, head="b"), 10, {"a": Decided(seen=10)}).archived
