"""What a session's page says of steps that are not the main road: sub-agents', left, cut, told elsewhere."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tacit.app.inspector.reading.paint import Signs, paint
from tacit.app.inspector.reading.rows import Page, unfolded
from tacit.app.inspector.reading.text import step_lines
from tacit.core.marks import Mark
from tacit.core.model import Episode, Evidence, Outcome, Session, Signature, Step
from tacit.widgets.ink import plain

WIDTH = 100
STEP = Step(1, "c1", "Bash", "shell", '{"command": "make"}', "made", "ok", 0)
EPISODE = Episode("e-1", "s-1", "n", "p", "claude-code", "do it", 0, 60_000, Outcome(), steps=3)
SESSION = Session("s-1", "n", "claude-code", "p", "do it", "/p", 0, 60_000, episodes=1)


def page_of(
    *steps: Step, episode: Episode = EPISODE, session: Session = SESSION, mark: Mark | None = None
) -> Page:
    page = Page(WIDTH)
    page.take(session, [episode], {} if mark is None else {episode.id: mark})
    page.parts[episode.id].fill(steps)
    page.lay(WIDTH)
    return page


def text_of(page: Page, signs: Signs | None = None) -> list[str]:
    rows = page.rows(0, page.total)
    assert len(rows) == page.total
    lines = [paint(row, page.parts.get(row.task), "1 of 1", signs or Signs(), WIDTH) for row in rows]
    return [plain(line).rstrip() for line in lines]


def line_with(page: Page, text: str) -> str:
    return next(line for line in text_of(page) if text in line)


def test_steps_of_sub_agents_are_indented_and_left_ones_say_so() -> None:
    helper = replace(STEP, n=2, agent="a1", parent=1)
    left = replace(STEP, n=3, left=True)
    page = page_of(STEP, helper, left)
    at = [line_with(page, f"  {n}  ✓ shell").index("Bash") for n in (1, 2)]
    assert at[1] == at[0] + 4
    assert "↳ Bash" in line_with(page, "  2  ✓ shell")
    assert "(left) Bash" in line_with(page, "  3  ✓ shell")
    assert [said.text for said in step_lines(helper)][1] == "By a sub-agent, started in step 1"
    assert [said.text for said in step_lines(left)][1].startswith("On a branch that was left")


def test_a_cut_result_and_steps_that_were_not_kept_are_told() -> None:
    first = next(iter(step_lines(replace(STEP, cut=True))))
    assert first.text.endswith("result was cut")
    assert line_with(
        page_of(STEP, episode=replace(EPISODE, cut_steps=1_200)), "1,200 steps of the middle were not"
    )


def test_a_result_of_a_megabyte_is_cut_and_counted() -> None:
    lines = [said.text for said in step_lines(replace(STEP, observation="x" * 1_000_000))]
    assert lines[-1] == "… 980,000 more characters, in an export"
    assert max(map(len, lines)) == 20_000


def test_parameters_that_are_no_object_are_shown_as_they_are() -> None:
    for text in ("[1, 2]", "not json", "[" * 50_000):
        lines = [said.text for said in step_lines(replace(STEP, parameters=text))]
        assert text[:20_000] in lines


def test_copies_follow_ups_and_a_mark_are_told() -> None:
    episode = replace(EPISODE, followups=("and quickly\nplease",), outcome=Outcome("failure", 0.0, "mark"))
    page = page_of(
        STEP, episode=episode, session=replace(SESSION, copies=2), mark=Mark("failure", 0, "not what I asked")
    )
    text = text_of(page)
    assert any("repeats 2 more tasks of another session" in line for line in text)
    assert any("marked by a person: failure" in line and "not what I asked" in line for line in text)
    said = [line.strip() for line in text].index("Said later in this task:")
    assert [line.strip() for line in text[said + 1 : said + 3]] == ["› and quickly", "please"]


def test_the_deciding_reason_stands_first_with_its_source_and_step() -> None:
    evidence = (Evidence("test", "success", "pytest passed", 7), Evidence("tail", "failure", "make failed"))
    page = page_of(STEP, episode=replace(EPISODE, outcome=Outcome("success", 1.0, "test", evidence)))
    text = [line.strip() for line in text_of(page)]
    at = text.index("judged by test in step 7: pytest passed → success")
    assert text[at + 1] == "also seen: tail: make failed → failure"
    assert any("Nothing in it tells how it ended." in line for line in text_of(page_of(STEP)))


def test_a_place_is_found_again_or_what_it_is_folded_into() -> None:
    page = page_of(STEP, replace(STEP, n=2))
    part = page.parts["e-1"]
    part.unfolded[2] = unfolded("e-1", 2, tuple(step_lines(STEP)), WIDTH)
    page.lay_task("e-1")
    row = page.rows(page.total - 1, 1)[0]
    assert (row.kind, row.n) == ("text", 2)
    assert page.find(row) == page.total - 1
    part.unfolded.clear()
    page.lay_task("e-1")
    assert page.rows(page.find(row), 1)[0][:3] == ("call", "e-1", 2)
    part.folded = True
    page.lay_task("e-1")
    assert page.rows(page.find(row), 1)[0].kind == "task"
    page.take(SESSION, [], {})
    assert page.find(row) == 0


def test_what_is_searched_is_marked_in_every_row_that_says_it() -> None:
    page = page_of(replace(STEP, error=Signature("make failed", "build failed"), status="error"))
    signs = Signs(wanted=re.compile("bash", re.IGNORECASE), found={("e-1", 1, -1)}, holding={("e-1", 1)})
    row = page.rows(page.find_line("e-1", 1), 1)[0]
    line = paint(row, page.parts["e-1"], "", signs, WIDTH)
    assert ("Bash", "match") in line
    assert plain(line).startswith("»")
