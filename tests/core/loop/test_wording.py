"""What was given to agents, in words."""

from __future__ import annotations

import pytest

from tacit.core.loop.applications import Answer
from tacit.core.loop.records import Offer
from tacit.core.loop.wording import came_of, given, since_offered
from tacit.core.model import Offered

OFFER = Offer("p-000000000000", 1, "hook", "prompt", "claude-code")


@pytest.mark.parametrize(
    ("offered", "times", "said"),
    [
        (Offered(9, 6, 6, 5), 12, "offered 12 times, known of 9: used in 6, went well 5 of 6"),
        (Offered(9, 6, 6, 5), None, "known of 9 tasks: used in 6, went well 5 of 6"),
        (Offered(9, 6, 0, 0), 12, "offered 12 times, known of 9: used in 6, none judged"),
        (Offered(1, 0, 0, 0), 1, "offered 1 time, known of 1: used in none"),
        (Offered(1, 1, 1, 1), 0, "known of 1 task: used in 1, went well 1 of 1"),
        (None, 3, "offered 3 times, known of none"),
        (None, 0, ""),
        (None, None, ""),
    ],
)
def test_what_followed_is_told_with_its_numbers(offered: Offered | None, times: int | None, said: str):
    assert since_offered(offered, times) == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(), "not known"),
        (Answer("e-0", True), "not used"),
        (Answer("e-0", True, "success"), "used, went well"),
        (Answer("e-0", True, "partial"), "used, went well in part"),
        (Answer("e-0", True, "failure"), "used, did not go well"),
        (Answer("e-0", True, "unknown"), "used, not judged"),
    ],
)
def test_what_came_of_one_offer_is_told(answer: Answer, said: str):
    assert came_of(OFFER, answer) == said


def test_a_word_is_told_as_what_decided_or_beside_what_did():
    said = Offer("p-000000000000", 1, "mcp", "prompt", feedback="helped", said=2)
    assert came_of(said, Answer("e-0", True, "success", "helped")) == "said to have helped"
    assert came_of(said, Answer("e-0", True, "failure")) == "used, did not go well; said to have helped"


def test_what_is_told_of_agents_is_one_clean_line():
    assert given(OFFER) == "to claude-code through prompt"
    assert given(Offer("p-000000000000", 1, "mcp", "", "")) == "through mcp"
    assert given(Offer("p-000000000000", 1, "person", "feedback")) == "by a person"
    assert given(Offer("p-000000000000", 1, "mcp", "feedback")) == "by an agent"
    hostile = given(Offer("p-000000000000", 1, "mcp", "a\x1b[2Jb\nc", "x\u202ey\x9b31m" * 50))
    assert hostile.isprintable()
    assert len(hostile) < 160
