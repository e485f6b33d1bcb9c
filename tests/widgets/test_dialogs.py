"""Questions that a careless key does not answer, and panels."""

from __future__ import annotations

import pytest
from textual.events import Key

from tacit.widgets.confirm import Confirm, is_asking
from tacit.widgets.notice import Notice


async def ask(host, *keys: str) -> object:
    app = host()
    answers: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(
            Confirm("Delete this?", "[/] the \x1b thing", "Nothing else.", "Delete"), answers.append
        )
        await pilot.pause()
        assert is_asking(app)
        assert "[/] the ␛ thing" in app.text()
        await pilot.press(*keys)
        await pilot.pause()
        return answers[0] if answers else None


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["y"], True),
        (["n"], False),
        (["escape"], False),
        (["enter"], False),
        (["d"], None),
        (["q"], None),
        (["right", "enter"], True),
        (["tab", "tab", "enter"], False),
    ],
)
async def test_only_a_deliberate_key_says_yes(host, keys: list[str], answer: object) -> None:
    assert await ask(host, *keys) is answer


async def test_the_consequence_can_be_told_later(host) -> None:
    app = host()
    async with app.run_test(size=(80, 24)) as pilot:
        question = Confirm("Delete this?", "thing", "Counting.", "Delete")
        app.push_screen(question)
        await pilot.pause()
        question.explain("With it go 3 patterns.")
        await pilot.pause()
        assert "With it go 3 patterns." in app.text()


async def test_a_notice_names_cause_and_remedy(host) -> None:
    app = host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Notice("No answer", "The store is \x1b damaged.", "Run memory doctor."))
        await pilot.pause()
        assert "The store is ␛ damaged." in app.text()
        assert "Run memory doctor." in app.text()
        await pilot.press("escape")
        assert not isinstance(app.screen, Notice)


async def test_keys_behind_the_answer_are_not_for_the_question(host) -> None:
    """Typed in one breath: Enter takes *Cancel* before ``y`` is looked at."""
    app = host()
    answers: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Confirm("Delete this?", "thing", "Nothing else.", "Delete"), answers.append)
        await pilot.pause()
        for key, letter in (("enter", "\r"), ("y", "y"), ("y", "y")):
            app.post_message(Key(key, letter))
        await pilot.pause()
        assert answers == [False]
        assert len(app.screen_stack) == 1


async def test_a_dialog_is_left_once(host) -> None:
    app = host()
    answers: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        below = Notice("Below", "stays", "")
        app.push_screen(below)
        question = Confirm("Delete this?", "thing", "Nothing else.", "Delete")
        app.push_screen(question, answers.append)
        await pilot.pause()
        question.dismiss(True)
        question.dismiss(False)
        await pilot.pause()
        assert app.screen is below
        assert answers == [True]


async def test_what_is_answered_under_a_panel_closes_when_the_panel_does(host) -> None:
    app = host()
    answers: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        question = Confirm("Delete this?", "thing", "Nothing else.", "Delete")
        app.push_screen(question, answers.append)
        panel = Notice("No answer", "The store is damaged.", "Run memory doctor.")
        app.push_screen(panel)
        await pilot.pause()
        question.dismiss(True)
        await pilot.pause()
        assert app.screen is panel
        await pilot.press("escape")
        await pilot.pause()
        assert answers == [True]
        assert len(app.screen_stack) == 1
