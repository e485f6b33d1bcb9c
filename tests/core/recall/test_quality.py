"""How good the answers are: on a public benchmark and on questions over the sample transcripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from labelled_questions import QUESTIONS, UNRELATED
from library import episode, opened, put_episode

from tacit import Memory
from tacit.core import texts
from tacit.core.config import load
from tacit.core.embedding.spaces import fill
from tacit.core.recall.hybrid import ranked
from tacit.core.recall.ranked import Mode
from tacit.core.search import EVERYWHERE
from tacit.store.store import Store

PUBLIC = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "retrieval" / "devmembench"

Question = tuple[str, frozenset[str]]


class Quality(NamedTuple):
    """Questions answered by the first hit and by one of the first five, and the mean reciprocal rank."""

    first: int
    five: int
    mrr: float


def measured(questions: Sequence[Question], answer: Callable[[str], list[str]]) -> Quality:
    first = five = 0
    mrr = 0.0
    for text, wanted in questions:
        ids = list(dict.fromkeys(answer(text)))
        place = next((number for number, one in enumerate(ids, 1) if one in wanted), None)
        if place is not None:
            first, five, mrr = first + (place == 1), five + (place <= 5), mrr + 1 / place
    return Quality(first, five, mrr / len(questions))


def benchmark() -> tuple[list[Any], list[Question]]:
    """The sessions, and the questions that have an answer."""
    if not PUBLIC.is_dir():
        pytest.skip("the labelled retrieval set is not here")
    sessions = msgspec.json.decode((PUBLIC / "sessions.json").read_bytes())
    found = msgspec.json.decode((PUBLIC / "questions.json").read_bytes())
    questions = [(one["question"], frozenset(one["haystackSessionIds"])) for one in found]
    return sessions, [one for one in questions if one[1]]


def told(store: Store, sessions: list[Any], *, turns: bool) -> dict[str, str]:
    """Store each session, or each turn of one, as an episode; episode id -> session id."""
    owners: dict[str, str] = {}
    said: list[tuple[str, str]] = []
    for session in sessions:
        messages = [one["content"] for one in session["messages"]]
        step = 2 if turns else len(messages)
        parts = range(0, len(messages), step)
        said += [(session["sessionId"], "\n".join(messages[at : at + step])) for at in parts]

    def write(write: Any) -> None:
        for number, (owner, text) in enumerate(said):
            one = episode(number, text)
            put_episode(write, one, [])
            owners[one.id] = owner

    store.write(write)
    texts.rebuild_text(store)
    return owners


def test_words_find_as_well_as_plain_bm25_over_whole_sessions(tmp_path: Path) -> None:
    sessions, questions = benchmark()
    with opened(tmp_path / "store") as store:
        owners = told(store, sessions, turns=False)
        config = load()

        def answer(text: str) -> list[str]:
            return [owners[hit.id] for hit in ranked(store, config, text, mode="lexical").hits]

        found = measured(questions, answer)
    assert found.first / len(questions) >= 0.74
    assert found.five / len(questions) >= 0.96
    assert found.mrr >= 0.84


def qualities(
    questions: Sequence[Question], answer: Callable[[str, Mode], list[str]]
) -> tuple[Quality, Quality]:
    lexical = measured(questions, lambda text: answer(text, "lexical"))
    hybrid = measured(questions, lambda text: answer(text, "hybrid"))
    return lexical, hybrid


def test_meaning_beside_words_loses_no_more_than_a_question_and_wins_in_all(
    tmp_path: Path, samples: Path, with_model: Path
) -> None:
    sessions, questions = benchmark()
    pairs = []
    for turns in (False, True):
        with opened(tmp_path / f"turns-{turns}") as store:
            owners, config = told(store, sessions, turns=turns), load()
            fill(store, config)

            def answer(text: str, mode: Mode, store: Store = store, owners: Any = owners) -> list[str]:
                found = ranked(store, load(), text, mode=mode)
                assert found.mode == mode
                return [owners[hit.id] for hit in found.hits]

            pairs.append(qualities(questions, answer))
    with Memory.open(tmp_path / "store") as memory:
        memory.import_paths([samples / "claude-code"])
        fill(memory._store, memory.config)
        store, config = memory._store, memory.config

        def found(text: str, mode: Mode) -> list[str]:
            return [hit.id for hit in ranked(store, config, text, types=EVERYWHERE, mode=mode).hits]

        pairs.append(qualities(QUESTIONS, found))
        for text in UNRELATED:
            assert found(text, "vector") == [], text
    for lexical, hybrid in pairs:
        assert hybrid.first >= lexical.first - 1
        assert hybrid.five >= lexical.five - 1
    assert sum(hybrid.first for _, hybrid in pairs) > sum(lexical.first for lexical, _ in pairs) + 24
    assert pairs[-1][1].first >= 72
    assert pairs[-1][1].five >= 85
