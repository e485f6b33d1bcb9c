"""How an episode ends: once, by whoever says so, or by nobody at all."""

from __future__ import annotations

import pytest
from transcript import START

from tacit import Memory
from tacit.core.errors import NotFound, StoreReadOnly, Usage
from tacit.core.live import closing

HOUR = 3_600_000


@pytest.fixture
def begun(live):
    """An episode with a step of each kind of evidence but a label."""
    one = live.start_episode("fix it", session="s")
    one.log("bash", {"command": "pytest -q"}, "3 passed in 0.1s")
    return one


def test_what_comes_after_the_end_is_told_when_that_was(live, opened, begun, clock):
    clock.at += 5_000
    begun.complete("success")
    ended = r"was completed at 2026-01-05T10:00:05Z\. Start a new episode"
    for memory in (live, opened()):
        with pytest.raises(Usage, match=ended):
            memory.log_step(begun.id, "bash", {"command": "ls"})
        with pytest.raises(Usage, match=ended):
            memory.complete_episode(begun.id, "failure")
        with pytest.raises(Usage, match=ended):
            memory.abandon_episode(begun.id)
    (done,) = live.episodes()
    assert (done.outcome.label, done.steps) == ("success", 1)


@pytest.mark.parametrize(
    "unknown", ["e-0123456789ab", "e-01234", "s-0123456789ab", "", "nonsense é", None, 17, []]
)
def test_an_id_nobody_gave_is_not_found(live, unknown):
    for call in (live.complete_episode, live.abandon_episode, lambda one: live.log_step(one, "bash")):
        with pytest.raises(NotFound, match=r"There is no open episode|is no id of an episode"):
            call(unknown)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("done",), "“done” is no outcome.*success, partial"),
        ((None, "why"), "A note says why an outcome was given"),
        (("success", "x" * 10_001), "10,001 bytes are too many for the note"),
    ],
)
def test_an_end_that_makes_no_sense_leaves_the_episode_open(live, begun, said, why):
    with pytest.raises(Usage, match=why):
        begun.complete(*said)
    begun.log("bash", {"command": "ls"}, "after")
    assert begun.complete("success").steps == 2


def test_a_memory_opened_for_reading_takes_nothing(live, begun, tmp_path, clock):
    with Memory.open(tmp_path / "copy", clock=clock):
        pass
    with Memory.open(tmp_path / "copy", readonly=True, clock=clock) as other:
        for call in (
            lambda: other.start_episode("no"),
            lambda: other.log_step(begun.id, "bash"),
            lambda: other.complete_episode(begun.id),
        ):
            with pytest.raises(StoreReadOnly):
                call()
        other.flush()


def test_an_abandoned_episode_is_abstained_with_its_reason(begun, live):
    outcome = begun_outcome(live.abandon_episode(begun, "the person went home"))
    assert outcome == ("abstained", None, ["abandoned: the person went home", "pytest passed"])
    assert live.reward(begun.id).value > 0


def begun_outcome(episode):
    outcome = episode.outcome
    return outcome.label, outcome.score, [one.text for one in outcome.evidence]


@pytest.mark.parametrize("who", ["start", "import", "learn", "another process"])
def test_an_episode_left_open_is_closed_as_unknown_by_whoever_writes_next(
    live, opened, begun, clock, transcripts, who
):
    live.flush()
    clock.at += 24 * HOUR
    live.start_episode("too early", session="t").complete()
    assert [one.prompt for one in live.episodes()] == ["too early"]
    clock.at += 1
    writer = opened() if who == "another process" else live
    if who == "import":
        writer.import_paths([transcripts])
    elif who == "learn":
        writer.learn()
    else:
        writer.start_episode("next", session="n")
    closed = live.get(begun.id)
    text = "left open; nothing was logged for 24 h"
    assert begun_outcome(closed) == ("unknown", None, [text, "pytest passed"])
    assert (closed.started, closed.ended) == (START, START), "its last step, not when it was closed"
    with pytest.raises(Usage, match="was completed at 2026-01-05T10:00:00Z"):
        begun.log("bash", {"command": "ls"})


def test_one_that_cannot_be_closed_keeps_nobody_from_going_on(live, begun, clock, monkeypatch, caplog):
    real = closing.tell

    def tell(session, draft, steps, middle):
        if draft.prompt == "odd":
            raise ZeroDivisionError
        return real(session, draft, steps, middle)

    monkeypatch.setattr(closing, "tell", tell)
    odd = live.start_episode("odd", session="odd")
    live.flush()
    clock.at += 25 * HOUR
    assert live.start_episode("next", session="n").complete().prompt == "next"
    assert live.get(begun.id).outcome.label == "unknown"
    assert caplog.messages == [f"{odd.id} was left open and cannot be closed: ZeroDivisionError"]
    monkeypatch.undo()
    assert live.close_stale() == 1
    assert live.get(odd.id).prompt == "odd"


def test_one_that_is_worked_on_now_and_then_is_not_closed(live, begun, clock):
    for _ in range(3):
        clock.at += 23 * HOUR
        begun.log("bash", {"command": "ls"}, "still here")
        live.flush()
        assert live.close_stale() == 0
    assert begun.complete("success").steps == 4


def test_an_episode_of_a_session_that_was_deleted_meanwhile_is_not_kept(live, begun, left_open):
    live.start_episode("its first", session="s").complete("success")
    (session,) = live.sessions()
    live.delete([session.id])
    with pytest.raises(NotFound, match=f"session {session.id} was deleted meanwhile, so {begun.id}"):
        begun.complete("success")
    assert (live.episodes(), left_open(live)) == ((), [])
    with pytest.raises(NotFound, match=f"session {session.id} was deleted"):
        live.start_episode("more", session="s")
    live.undo()
    live.start_episode("more", session="s").complete()
    assert len(live.episodes()) == 2


def test_a_memory_whose_own_session_was_deleted_goes_on_in_a_new_one(live):
    live.start_episode("one").complete()
    live.delete([live.sessions()[0].id])
    live.start_episode("two").complete()
    assert [one.title for one in live.sessions()] == ["two"]


def test_a_deleted_episode_says_so(live, begun):
    begun.complete("success")
    live.delete([begun.id])
    with pytest.raises(NotFound, match="was deleted"):
        begun.log("bash")
