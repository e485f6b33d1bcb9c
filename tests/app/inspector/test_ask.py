"""Questions to the memory from the inspector: asked in a line, answered in lines that lead somewhere."""

from __future__ import annotations

import threading

import pytest
from awaited import until
from textual import events

from tacit.app.inspector.answers.questions import QUESTIONS, SEARCH
from tacit.app.inspector.answers.screen import AskScreen, open_question
from tacit.app.inspector.application import Inspector
from tacit.app.inspector.keys.palette import choices
from tacit.app.inspector.leads.targets import ToSteps
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.core.model import Pattern
from tacit.widgets.frame import FEW, NARROW

BY_MODULE = {question.module: question for question in QUESTIONS}
NAMES = sorted(BY_MODULE)
SIZES = [(60, 15), (80, 24), (120, 36)]


async def answered(pilot, calm, module: str, text: str = "") -> AskScreen:
    """The screen of a question that was asked, with its answer."""
    app = pilot.app
    await calm(pilot)
    open_question(app.screen, BY_MODULE[module])
    await calm(pilot)
    if text:
        if not app.screen.bar.editing:
            await pilot.press("slash")
        for key in text:
            app.simulate_key(key)
        await pilot.press("enter")
        await calm(pilot)
    return app.screen


async def test_f_searches_and_a_hit_leads_to_its_steps_and_back_to_the_same_place(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("j", "j")
        room, here = app.screen, app.screen.list.row
        await pilot.press("f", *"quit cargo", "enter")
        await calm(pilot)
        ask = app.screen
        assert ask.bar.text == "quit cargo"
        found = demo.search("quit cargo", 50)
        assert found.items
        assert f"{len(found.items)} of {found.total}" in see(app)
        place = next(n for n, hit in enumerate(found.items) if hit.step is not None)
        await pilot.press("g", *"j" * place)
        target = ask.pane.target
        hit = found.items[place]
        assert (target.episode, target.first) == (hit.id, hit.step)
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)
        assert app.screen.list.row.n == hit.step
        assert f"┃ the step that was found: {hit.step}" in see(app)
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen is ask
        assert ask.pane.target == target
        await pilot.press("escape")
        assert app.screen is room
        assert room.list.row == here


async def test_a_pattern_that_was_found_opens_and_can_be_deleted_from_the_answer(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        ask = await answered(pilot, calm, "search", "cargo check")
        for _ in range(60):
            if isinstance(ask.pane.target, Pattern):
                break
            await pilot.press("j")
        pattern = ask.pane.target
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternScreen)
        assert pattern.id in see(app)
        await pilot.press("escape", "d", "y")
        await calm(pilot)
        app.look()
        await calm(pilot)
        left = [line.target.id for line in ask.pane._lines if isinstance(line.target, Pattern)]
        assert pattern.id not in left
        assert app.screen is ask


async def test_the_palette_reaches_every_question(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        room = app.screen
        offered = {choice.name: choice for choice in choices(room)}
        assert offered[SEARCH.name].key == "f"
        for question in QUESTIONS:
            app.call_later(offered[question.name].run)
            await calm(pilot)
            assert isinstance(app.screen, AskScreen), question
            assert app.screen.question is question
            assert app.screen.bar.editing == bool(question.guide)
            await pilot.press(*["escape"] * (1 + bool(question.guide)))
            await calm(pilot)
            assert app.screen is room


async def test_a_question_is_found_in_the_palette_by_its_words(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("ctrl+p", *"run here")
        await calm(pilot)
        await pilot.press("enter")
        await calm(pilot)
        assert app.screen.question is BY_MODULE["facts"]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_answer_fits_and_the_key_line_stays_short(demo, see, calm, size) -> None:
    app = Inspector(demo)
    async with app.run_test(size=size) as pilot:
        for question in QUESTIONS:
            await answered(pilot, calm, question.module, "cargo check" if question.guide else "")
            assert question.name in see(app)
            lines = see(app).split("\n")
            assert len(lines) == size[1]
            assert all(len(line) <= size[0] for line in lines)
            assert lines[-1].count(" · ") < FEW or size[0] >= NARROW
            assert all(key in lines[-1] for key in ("/ ask", "? help", "q quit"))
            await pilot.press("escape")


async def test_what_got_past_an_error_leads_to_the_very_steps(demo, see, calm) -> None:
    error = "String to replace not found in file."
    recovery = next(one for one in demo.recall_error(error).recoveries if one.seen)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        ask = await answered(pilot, calm, "recall", error)
        assert "The same error" in see(app)
        leads = [line.target for line in ask.pane._lines if isinstance(line.target, ToSteps)]
        seen = recovery.seen[0]
        assert leads[0][:3] == (seen.episode, seen.first, seen.last)
        for _ in range(60):
            if isinstance(ask.pane.target, ToSteps):
                break
            await pilot.press("j")
        await pilot.press("enter")
        await calm(pilot)
        assert "taken after the error" in see(app)
        await pilot.press("escape", "slash", *["backspace"] * len(error), *"zzqx", "enter")
        await calm(pilot)
        assert "Nothing is known of this error" in see(app)


async def test_facts_are_narrowed_to_what_for_and_to_a_project(demo, see, calm) -> None:
    page = demo.facts(intent="test")
    project = page.items[0].project
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        ask = await answered(pilot, calm, "facts")
        assert f"{demo.facts().total} commands" in see(app)
        await pilot.press("slash", *f"test {project}", "enter")
        await calm(pilot)
        wanted = demo.facts(project, "test")
        assert 0 < wanted.total < demo.facts().total
        assert f" {wanted.total} commands" in see(app)
        targets = {line.target.id for line in ask.pane._lines if isinstance(line.target, Pattern)}
        assert targets == {one.pattern for one in wanted.items if one.pattern}


async def test_a_prediction_or_its_refusal_is_told_with_the_tasks_it_rests_on(demo, see, calm) -> None:
    task = demo.episodes(limit=1)[0].prompt.split("\n")[0][:80]
    found = demo.predict(task)
    assert found.alike
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        ask = await answered(pilot, calm, "predict", task)
        assert ("no prediction" in see(app)) == (found.estimate is None)
        assert "Tasks like this" in see(app)
        leads = [line.target.episode for line in ask.pane._lines if isinstance(line.target, ToSteps)]
        assert leads == [one.episode for one in found.alike]
        await pilot.press("slash", *["backspace"] * len(task), *"zzqx", "enter")
        await calm(pilot)
        assert "No prediction: no task like this is known" in see(app)


async def test_files_of_a_path_that_nobody_changed_and_of_one(demo, see, calm) -> None:
    path = next(episode.files[0] for episode in demo.episodes() if episode.files)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await answered(pilot, calm, "files", path)
        assert "Changed together" in see(app)
        assert "Patterns used in these episodes" in see(app)
        await pilot.press("slash", *["backspace"] * len(path), *"no/such.py", "enter")
        await calm(pilot)
        assert "No episode changed a file called no/such.py." in see(app)


async def test_without_a_model_it_is_said_why_words_answer(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await answered(pilot, calm, "search", "cargo")
        assert "No embedding model is built." in see(app)
        assert "by words" in see(app)
        await pilot.press("escape")
        await answered(pilot, calm, "groups")
        assert "Grouped by common words, not by meaning." in see(app)


async def test_what_makes_no_sense_is_told_instead_of_an_answer(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await answered(pilot, calm, "search", "colour:red")
        assert "There is no field colour:" in see(app)
        await pilot.press("slash", *["backspace"] * 10, *"cargo", "enter")
        await calm(pilot)
        assert "There is no field" not in see(app)


async def test_the_newest_question_wins_and_none_is_answered_in_the_loop(demo, see, calm) -> None:
    app = Inspector(demo)
    held, threads, search = threading.Event(), set(), demo.search

    def slow(text, *args, **options):
        threads.add(threading.get_ident())
        if text == "cargo":
            held.wait(120)
        return search(text, *args, **options)

    demo.search = slow
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        await pilot.press("f", *"cargo", "enter")
        await pilot.press("slash", *" zzqx", "enter")
        await until(pilot, lambda: "Nothing found" in see(app) or app.screen._answered == app.screen._asked)
        shown = [line.line for line in app.screen.pane._lines]
        held.set()
        await calm(pilot)
        assert [line.line for line in app.screen.pane._lines] == shown
        assert app.screen.bar.asked == "cargo zzqx"
    assert threads
    assert threading.get_ident() not in threads


async def test_esc_gives_the_words_up_and_tab_completes_them(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f", *"verdi")
        await calm(pilot)
        await pilot.press("tab")
        await calm(pilot)
        assert app.screen.bar.text.startswith("verdict:")
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen.bar.text == ""
        assert app.screen.question is SEARCH
        assert app.focused is app.screen.pane
        await pilot.press("escape")
        assert not isinstance(app.screen, AskScreen)


async def test_pasted_lines_stay_apart_without_what_a_terminal_would_obey(demo, see, calm) -> None:
    app = Inspector(demo)
    asked, recall = [], demo.recall_error
    demo.recall_error = lambda text, **options: asked.append(text) or recall(text, **options)
    async with app.run_test(size=(120, 36)) as pilot:
        await answered(pilot, calm, "recall")
        app.screen.focused.post_message(events.Paste("\x1b[31merror\x1b[0m: no\x07\n  at src/a.rs:3\n"))
        await calm(pilot)
        assert not set("\x1b\x07") & set(see(app))
        await pilot.press("enter")
        await calm(pilot)
    assert asked == ["error: no␇\n  at src/a.rs:3"]


async def test_an_empty_store_answers_every_question(empty, see, calm) -> None:
    app = Inspector(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        for module in NAMES:
            ask = await answered(pilot, calm, module, "cargo" if BY_MODULE[module].guide else "")
            assert ask.pane.target is None
            assert "looking…" not in see(app)
            await pilot.press("escape")
    assert app.return_code == 0 or app.return_code is None


@pytest.mark.parametrize("module", NAMES)
async def test_hostile_text_is_inert_in_every_answer(hostile, see, calm, module: str) -> None:
    texts = {"search": "[/]", "recall": "not found", "predict": "list[int] 1"}
    app = Inspector(hostile)
    async with app.run_test(size=(100, 40)) as pilot:
        await answered(pilot, calm, module, texts.get(module, ""))
        for _ in range(3):
            assert not set("\x1b\x07\x00\x9b\u202e") & set(see(app))
            assert all(len(line) <= 100 for line in see(app).split("\n"))
            await pilot.press("pagedown")
        if module == "search":
            assert "[@click=app.quit]x[/]" in see(app)
        await pilot.press("G", "enter")
        await calm(pilot)
        assert app.is_running
        assert not set("\x1b\x07\x00\x9b\u202e") & set(see(app))
