"""``memory optimize``, ``memory pin`` and ``memory unpin``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from upkeep_story import story

Call = Any


@pytest.fixture
def told(call: Call, tmp_path: Path) -> Call:
    """The command line on the home of the story; its sessions ended long ago."""
    home = tmp_path / "story"
    assert call("import", str(story(tmp_path / "in")), home=home).code == 0

    def run(*args: str, **more: str) -> Any:
        return call(*args, home=home, **more)

    return run


def ids(call: Call, *query: str) -> list[str]:
    return [one["id"] for one in call("patterns", *query, "--format", "json").json()["patterns"]]


def test_without_an_option_it_only_shows_the_plan(told: Call) -> None:
    before = ids(told)
    done = told("optimize")
    assert done.code == 0
    assert "Merge 1  rows that say nearly the same" in done.out
    assert "the same steps but for the kind of file or a number; 1 row fewer" in done.out
    assert "Archive 5  they leave the list until they are used again" in done.out
    assert "and nothing is proven of it" in done.out
    assert "Nothing was changed" in done.err
    assert "--apply" in done.err
    assert told("optimize", "--dry-run").out == done.out
    assert ids(told) == before


def test_the_forms_of_a_plan(told: Call) -> None:
    whole = told("optimize", "--format", "json").json()
    assert [one["op"] for one in whole["proposals"]] == ["merge"] + ["archive"] * 5
    merge, archive = whole["proposals"][:2]
    assert merge["id"] == f"merge:{merge['drop'][0]['id']}"
    assert set(merge["keep"]) == {"id", "title", "uses"}
    assert archive["keep"] is None
    assert told("optimize", "--format", "jsonl").lines() == whole["proposals"]
    part = told("optimize", "--limit", "2", "--format", "json").json()
    assert (part["proposals"], part["total"], part["truncated"]) == (whole["proposals"][:2], 6, True)
    only = told("optimize", "--only", "retain,drop", "--format", "json").json()["proposals"]
    assert [one["op"] for one in only] == ["drop"]


def test_a_part_is_applied_told_and_taken_back(told: Call) -> None:
    before = ids(told)
    done = told("optimize", "--only", "merge,drop", "--apply")
    assert done.out.startswith("Merged 1 row, dropped 1 row")
    assert "`memory undo`" in done.err
    assert len(ids(told)) == len(before) - 2
    back = told("undo")
    assert back.out.startswith("Took back: merged 1 row, dropped 1 row")
    assert ids(told) == before


def test_a_proposal_is_named_by_its_id_or_by_that_of_its_pattern(told: Call) -> None:
    merge, archive, *_ = told("optimize", "--format", "json").json()["proposals"]
    done = told("optimize", "--id", archive["drop"][0]["id"][:9], "--id", merge["id"], "--apply")
    assert done.out == "Merged 1 row, archived 1 row.\n"
    assert ids(told, "--archived") == [archive["drop"][0]["id"]]
    assert ids(told, "archived:yes") == [archive["drop"][0]["id"]]
    assert "in no list until it is used again" in told("show", archive["drop"][0]["id"]).out
    several = told("optimize", "--id", "archive", "--apply")
    assert (several.code, "begins several proposals" in several.err) == (2, True)
    lost = told("optimize", "--id", "p-zzzz", "--apply")
    assert lost.code == 1
    assert "There is no proposal" in lost.err


def test_the_receipt_has_a_form(told: Call) -> None:
    value = told("optimize", "--apply", "--format", "json").json()
    assert (value["merged"], value["archived"], value["sessions"], value["left_out"]) == (1, 5, 0, [])
    assert value["step"] == 1
    told("optimize", "--only", "archive", "--apply")
    assert "All patterns are archived" in told("patterns").err
    (again,) = told("optimize", "--only", "merge", "--apply", "--format", "jsonl").lines()
    assert (again["step"], again["merged"]) == (None, 0)


def test_by_itself_it_does_what_the_configuration_allows(told: Call) -> None:
    before = ids(told)
    idle = told("optimize", "--auto")
    assert (idle.code, idle.out) == (0, "")
    assert "optimize.auto" in idle.err
    assert told("optimize", "--auto", "--format", "json").json()["step"] is None
    done = told("optimize", "--auto", TACIT_OPTIMIZE_AUTO="merge")
    assert (done.code, done.out) == (0, "Merged 1 row.\n")
    assert len(ids(told)) == len(before) - 1
    done = told("optimize", "--auto", TACIT_OPTIMIZE_AUTO="merge")
    assert (done.code, done.out) == (0, "Nothing to tidy up.\n")


def test_by_itself_it_never_touches_what_is_pinned(told: Call) -> None:
    before = ids(told)
    told("pin", *before[:4])
    told("optimize", "--auto", TACIT_OPTIMIZE_AUTO="merge,archive,drop,retain", TACIT_OPTIMIZE_KEEP_TIME="1d")
    assert ids(told) == before[:4]


def test_old_sessions_are_let_go_once_a_limit_is_set(told: Call) -> None:
    done = told("optimize", "--only", "retain", "--apply", TACIT_OPTIMIZE_KEEP_TIME="1d")
    assert done.out == "Let go of 11 sessions.\n"
    assert "11 sessions" in told("undo").out
    assert len(told("sessions", "--format", "json").json()["sessions"]) == 11


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--apply", "--auto"), "say different things"),
        (("--auto", "--only", "merge"), "what the configuration allows"),
        (("--only", "burn"), "“burn” is nothing that upkeep does"),
    ],
)
def test_options_that_do_not_go_together(told: Call, options: tuple[str, ...], words: str) -> None:
    done = told("optimize", *options)
    assert done.code == 2
    assert words in done.err


def test_a_pin_is_told_shown_and_taken_back(told: Call) -> None:
    first, second, *_ = ids(told)
    done = told("pin", first[:8])
    assert done.out.startswith("Pinned 1 pattern: ")
    assert "`memory undo`" in done.err
    again = told("pin", first, second)
    assert "1 pattern was pinned already" in again.err
    same = told("pin", first)
    assert (same.code, same.out) == (0, "")
    assert "pinned already" in same.err
    assert ids(told, "--pinned") == ids(told, "pinned:yes") == [first, second]
    assert told("patterns").out.count("★") == 2
    assert "pinned" in told("show", first).out
    assert told("unpin", first).out.startswith("Unpinned 1 pattern: ")
    assert told("undo").out.startswith("Took back: unpinned 1 pattern")
    assert ids(told, "--pinned") == [first, second]


def test_a_pin_of_what_is_gone_is_taken_back_by_its_id(told: Call) -> None:
    first, second, *_ = ids(told)
    assert told("pin", first, second).code == 0
    assert told("forget", "--before", "2099-01-01", "--yes").code == 0
    assert ids(told) == []
    assert told("undo").out == f"Took back: pinned 2 patterns ({first}, {second})\n"


def test_what_keeps_sessions_over_the_size_is_told_after_the_plan(told: Call) -> None:
    small = {"TACIT_OPTIMIZE_KEEP_SIZE": "1B"}
    episode = told("episodes", "--format", "json").json()["episodes"][0]["id"]
    assert "would have to go" not in told("optimize", **small).err
    assert told("mark", episode, "failure").code == 0
    said = "1 session more would have to go to keep 1 B; it is pinned, marked or in use."
    assert said in told("optimize", **small).err
    assert said not in told("optimize", "--only", "merge", **small).err


def test_only_patterns_are_pinned(told: Call) -> None:
    session = told("sessions", "--format", "json").json()["sessions"][0]["id"]
    done = told("pin", session)
    assert done.code == 2
    assert "is no pattern" in done.err


def test_queries_know_what_is_pinned_and_archived(told: Call) -> None:
    wrong = told("patterns", "pinned:maybe")
    assert wrong.code == 2
    assert "yes or no" in wrong.err
    assert told("patterns", "--archived", "--sort", "uses").code == 2
    assert told("sessions", "pinned:yes").code == 2


def test_it_rests_on_the_newest_numbers_only(told: Call, tmp_path: Path) -> None:
    from tacit.core.learn.state import touch
    from tacit.core.tables import SCHEMA
    from tacit.store.store import Store

    with Store.open(tmp_path / "story" / "store", SCHEMA, clock=lambda: 0) as store:
        store.write(touch)
    assert "not the newest" in told("optimize").err
    assert told("optimize", "--only", "merge", "--apply").out == "Merged 1 row.\n"
    assert "not the newest" not in told("optimize").err
