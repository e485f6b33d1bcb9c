"""Precision, recall and F1 of proposing merges against what a person says of pairs of rows."""

import re

import pytest
from labelled_rows import OTHER, SAME

from tacit.core.ids import format_id
from tacit.core.learn.families import CLOSE
from tacit.core.learn.titles import parts_of
from tacit.core.model import Pattern
from tacit.core.optimize_merge import near

Pair = tuple[Pattern, Pattern, bool]
"""Two rows, and whether every use of an exact error is one of its class."""


def row(kind: str, text: str) -> Pattern:
    key, _, uses = text.partition(" = ")
    parts = tuple(part.strip() for part in key.split(" | "))
    count = int(uses or 3)
    return Pattern(
        id=format_id("p", 1), kind=kind, title=text, key=parts, uses=count, judged=0, successes=0, failures=0,
        partial=0, episodes=count, sessions=2, first_used=0, last_used=0, learned_at=0,
    )  # fmt: skip


def pairs(text: str) -> list[Pair]:
    found = re.findall(r"^(\w+): (.+) — (.+?)( apart)?$", text, re.MULTILINE)
    assert len(found) == len(text.strip().splitlines())
    return [(row(kind, one), row(kind, other), not apart) for kind, one, other, apart in found]


def proposed(pair: Pair) -> bool:
    one, other, within = pair
    return bool(near(one, other, lambda _exact, _wide: within))


def test_every_pair_could_stand_in_one_list():
    assert not [pair[:2] for pair in (*pairs(SAME), *pairs(OTHER)) if is_one_family(*pair[:2])]


def is_one_family(one: Pattern, other: Pattern) -> bool:
    mine, theirs = parts_of(one.kind, one.key), parts_of(other.kind, other.key)
    return len(mine & theirs) >= CLOSE * len(mine | theirs)


def test_precision_recall_and_f1():
    """The rule was improved on these pairs, from 0.67, 0.77 and 0.71, so they are no forecast.

    What it gets wrong: a kind of file that says where the mistake lies, and errors and first steps in
    other words.
    """
    same, other = pairs(SAME), pairs(OTHER)
    right, wrong = sum(map(proposed, same)), sum(map(proposed, other))
    precision, recall = right / (right + wrong), right / len(same)
    f1 = 2 * precision * recall / (precision + recall)
    assert (len(same), len(other), right, wrong) == (26, 51, 23, 4)
    assert (round(precision, 2), round(recall, 2), round(f1, 2)) == (0.85, 0.88, 0.87)
    assert f1 >= 0.85


@pytest.mark.parametrize(("command", "found"), [("pytest", True), ("mypy", False)])
def test_rows_that_differ_in_a_command_are_never_proposed(command: str, found: bool):
    one = row("tool_sequence", "search | read *.py | edit *.py | pytest | edit *.py")
    other = row("tool_sequence", f"search | read *.rs | edit *.rs | {command} | edit *.rs")
    assert bool(near(one, other, lambda *_: True)) is found
