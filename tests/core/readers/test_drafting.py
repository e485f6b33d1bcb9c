"""Calls become steps within the limits, each looked at once."""

from __future__ import annotations

import json

from msgspec import Raw

from tacit.core import limits
from tacit.core.limits import Excerpt
from tacit.core.readers.base import ReadTally
from tacit.core.readers.drafting import Call, draft_steps, title_of
from tacit.core.redaction import Redactor

SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"


def draft(count, text="done", tool="bash"):
    asked, tally, redact = [], ReadTally(), Redactor(b"k" * 32)

    def call_at(place):
        asked.append(place)
        raw = Raw(json.dumps({"command": f"echo {place}"}).encode())
        return Call(f"c{place}", tool, raw, Excerpt(text), "ok", place)

    steps, middle = draft_steps(count, call_at, redact, tally)
    assert sorted(asked) == list(range(count))
    return steps, middle, tally, redact


def test_a_short_episode_keeps_every_step():
    steps, middle, tally, _ = draft(3)
    assert [(step.n, step.call, step.at) for step in steps] == [(1, "c0", 0), (2, "c1", 1), (3, "c2", 2)]
    assert (middle, tally.cut) == ((), {})
    assert draft(0)[:2] == ((), ())


def test_a_long_one_keeps_the_first_400_and_the_last_600():
    steps, middle, tally, _ = draft(1_003)
    assert [step.n for step in steps] == [*range(1, 401), *range(404, 1_004)]
    assert [step.n for step in middle] == [401, 402, 403]
    assert tally.cut == {"steps": 3}
    assert len(draft(1_000)[0]) == 1_000


def test_long_texts_are_cut_and_the_episode_stays_within_its_limit(monkeypatch):
    monkeypatch.setattr(limits, "EPISODE_BYTES", 100_000)
    steps, _, tally, _ = draft(12, "x" * 10_001)
    assert tally.cut["observation"] == 12
    assert tally.cut["episode"] > 0
    assert all(step.cut and limits.size(step.observation) <= limits.OBSERVATION_BYTES for step in steps)
    assert sum(limits.size(step.observation) + limits.size(step.parameters) for step in steps) <= 100_000


def test_secrets_are_replaced_and_counted_once():
    steps, middle, _, redact = draft(1_001, f"token {SECRET}", tool=f"use-{SECRET}")
    assert SECRET not in repr((steps, middle))
    assert redact.counts == {"github-token": 1_000}


def test_a_title_is_the_first_line_that_says_anything():
    assert title_of(" \n\n  fix it \nnow") == "fix it"
    assert title_of("") == ""
    assert len(title_of("word " * 100)) <= limits.TITLE_CHARACTERS
    assert title_of("word " * 100).endswith("…")
