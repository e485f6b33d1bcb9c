"""Open episodes are part of the store: forgetting finds them, backups carry them, the doctor knows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from everywhere import places_of

from tacit import Memory
from tacit.core.errors import NotFound
from tacit.core.tables import OPEN, OPEN_STEPS
from tacit.store.keys import u32

WORD = "Zanzibar"
HOUR = 3_600_000
PLACES = ("task", "context", "project", "parameters", "observation", "held back")


def begin(memory: Memory, where: str, session: str = "s"):
    one = memory.start_episode(
        f"go to {WORD}" if where == "task" else "go",
        f"in {WORD}" if where == "context" else "",
        project=f"me/{WORD}" if where == "project" else "me/p",
        session=f"{session}-{where.replace(' ', '-')}",
    )
    one.log("bash", {"command": f"curl {WORD}.org" if where == "parameters" else "ls"}, "ok")
    one.log("bash", {"command": "ls"}, f"a\n{WORD.lower()}" if where == "observation" else "ok")
    memory.flush()
    if where == "held back":
        one.log("bash", {"command": "ls"}, WORD)
    return one


def is_sound(memory: Memory) -> bool:
    return all(finding.level == "ok" for finding in memory.doctor())


@pytest.mark.parametrize("where", PLACES)
def test_a_text_of_an_open_episode_is_found_nowhere_after_it_was_forgotten(
    live, tmp_path: Path, left_open, where
):
    one, other = begin(live, where), begin(live, "nowhere", "t")
    live.create_backup()
    assert where == "held back" or places_of(WORD, tmp_path)
    plan = live.forget(matching=WORD, dry_run=True)
    receipt = live.forget(matching=WORD)
    assert (receipt.episodes, receipt.steps) == (plan.episodes, plan.steps) == (1, 2 + (where == "held back"))
    assert places_of(WORD, tmp_path) == []
    assert left_open(live) == [other.id]
    with pytest.raises(NotFound, match="was forgotten"):
        live.complete_episode(one)
    assert other.complete("success").steps == 2
    assert is_sound(live)


def test_open_episodes_go_with_their_project_and_with_time(live, clock, left_open):
    one, other = begin(live, "project"), begin(live, "nowhere")
    live.forget(project=f"me/{WORD}")
    assert left_open(live) == [other.id]
    clock.at += HOUR
    third = begin(live, "nowhere", "later")
    live.forget(before=clock.at)
    assert left_open(live) == [third.id]
    third.log("bash")
    with pytest.raises(NotFound, match="was forgotten"):
        live.log_step(one, "bash")


def test_a_session_that_goes_on_has_not_ended(live, clock, left_open):
    live.start_episode("done", project="me/p", session="s").complete()
    clock.at += HOUR
    one = live.start_episode("going on", project="me/p", session="s")
    with pytest.raises(NotFound, match="No session ended before that"):
        live.forget(before=clock.at)
    assert left_open(live) == [one.id]
    assert len(live.episodes()) == 1


def test_open_episodes_go_with_their_session(live, left_open):
    one = begin(live, "nowhere")
    live.start_episode("done", project="me/p", session="s-nowhere").complete()
    (session,) = live.sessions()
    receipt = live.forget(sessions=[session.id])
    assert (receipt.sessions, receipt.episodes, left_open(live)) == (1, 2, [])
    with pytest.raises(NotFound, match="no open episode"):
        live.complete_episode(one)


def test_a_backup_brings_open_episodes_back(live, opened, left_open):
    one = begin(live, "nowhere")
    path = live.create_backup()
    one.complete("success")
    live.close()
    from tacit.core.backup_restore import restore_backup

    restore_backup(str(path), str(live.path))
    with opened() as again:
        assert left_open(again) == [one.id]
        again.log_step(one.id, "bash", {"command": "ls"}, "after")
        assert again.complete_episode(one.id, "success").steps == 3
        assert again.sessions()[0].episodes == 1
        assert is_sound(again)


def hurt(memory: Memory, table, key: bytes) -> None:
    def break_it(write):
        sealed = write.kv.get(table.space, key)
        write.kv.put(table.space, key, sealed[:-1] + bytes([sealed[-1] ^ 1]))

    memory._store.write(break_it)


def test_damaged_steps_of_an_open_episode_are_set_aside_and_the_rest_goes_on(live):
    from tacit.core.tables import key_of

    one = begin(live, "observation")
    one.log("bash", {"command": "ls"}, "more")
    live.flush()
    hurt(live, OPEN_STEPS, key_of(one.id) + u32(0))
    assert not is_sound(live)
    live.repair()
    assert one.complete("success").steps == 1
    live.purge_trash()
    assert is_sound(live)


def test_a_damaged_open_episode_is_set_aside_with_its_steps(live, left_open):
    from tacit.core.tables import key_of

    one, other = begin(live, "observation"), begin(live, "nowhere")
    hurt(live, OPEN, key_of(one.id))
    live.repair()
    with live._store.read() as read:
        assert {key[:8] for key in read.keys(OPEN_STEPS)} == {key_of(other.id)}
    assert left_open(live) == [other.id]
    with pytest.raises(NotFound, match="no open episode"):
        live.complete_episode(one)


def test_a_text_in_a_damaged_open_episode_is_forgotten_too(live, tmp_path):
    from tacit.core.tables import key_of

    one = begin(live, "task")
    hurt(live, OPEN, key_of(one.id))
    live.forget(matching=WORD)
    assert places_of(WORD, tmp_path) == []
    assert is_sound(live)


def test_steps_without_their_episode_are_told_by_the_doctor_and_removed(live):
    from tacit.core.tables import key_of

    one = begin(live, "nowhere")
    live._store.write(lambda write: write.delete(OPEN, key_of(one.id)))
    assert [f.what for f in live.doctor() if f.level != "ok"] == ["steps of live episodes that are not open"]
    live.repair()
    assert is_sound(live)
