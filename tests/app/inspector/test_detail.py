"""The detail of a pattern: why it is shown, where its lines lead, and how it stays beside its list."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tacit.app.inspector.application import Inspector
from tacit.app.inspector.pattern.detail import pattern_detail
from tacit.app.inspector.pattern.known import EVIDENCE, Family, Known, Shown, read_near
from tacit.app.inspector.pattern.screen import PatternScreen
from tacit.app.inspector.pattern.why import why_lines
from tacit.app.inspector.reading.screen import ReadingScreen
from tacit.app.inspector.remembered import Remembered
from tacit.app.inspector.screens.patterns import PatternsScreen
from tacit.app.inspector.views.rows import pattern_row
from tacit.core.learn.effectiveness import effectiveness
from tacit.core.learn.place import rank_of
from tacit.core.learn.statistics import wilson
from tacit.core.loop.applications import Answer
from tacit.core.loop.offer_summary import Given
from tacit.core.loop.records import Offer
from tacit.core.model import Evidenced, Offered, Pattern
from tacit.core.present import count, moment, percent, verdict_word
from tacit.core.window_groups import Heading
from tacit.widgets.ink import plain

NOW = 1_790_000_000_000
HOSTILE = "\x1b]52;c;aGk=\x07 [/] \u202egnp"


def why(memory, text: str, place: int = 0) -> str:
    """Why a row of a list is where it is, as running text."""
    window = memory.window("patterns", memory.plan(text))
    window.walk(lambda: False)
    row = window.rows(place, 1)[0]
    shown = Shown(window.plan, place, window.total, window.exact, window.likeness(row.id), window.by_words)
    lines = why_lines(row, shown, memory.clock(), 70)
    return " ".join(" ".join(map(plain, lines)).split())


SORTED = {
    "uses": lambda one: f"uses, {count(one.uses)};",
    "success": lambda one: f"lower end of the interval, {percent(one.low)};",
    "recent": lambda one: f"the last use, {moment(one.last_used)};",
    "effectiveness": lambda one: f"effectiveness, {effectiveness(one, NOW):.2f} of 1",
    "title": lambda _: "by title;",
}


@pytest.mark.parametrize("sort", SORTED)
def test_it_tells_the_number_the_list_was_sorted_by(demo, sort) -> None:
    for place in (0, 7, 30):
        row = demo.patterns(f"sort:{sort}")[place]
        said = why(demo, f"sort:{sort}", place)
        assert f"Row {place + 1} of {len(demo.patterns())} " in said
        assert SORTED[sort](row) in said


def test_in_its_own_order_it_tells_the_clause_of_the_group_and_its_numbers(demo) -> None:
    told = {}
    for place, row in enumerate(demo.patterns()):
        told.setdefault(row.verdict if row.verdict in {"helps", "harms"} else row.kind, (place, row))
    place, row = told["helps"]
    assert (
        f"what helps or harms with proof stands first, by the lower end of the interval, {percent(row.low)}"
        in why(demo, "", place)
    )
    place, row = told["harms"]
    assert f"stays below 100 %, {round((1 - row.high) * 100)} points" in why(demo, "", place)
    place, row = told["error_recovery"]
    said = why(demo, "", place)
    assert "recoveries stand after what is proven" in said
    assert f"{row.successes} times; then by the lower end of the interval, {percent(row.low)}" in said
    place, row = told["heuristic"]
    assert f"then by judged runs, {count(row.judged)}" in why(demo, "", place)
    place, row = told["tool_sequence"]
    assert f"{row.episodes} tasks; then by how specific it is" in why(demo, "", place)


def test_in_a_filtered_list_it_tells_what_fits_and_where_the_words_are(demo) -> None:
    row = next(one for one in demo.patterns() if one.files)
    assert "cargo (in the title)" in why(demo, "cargo")
    said = why(demo, f'"{row.files[0]}" uses:>1')
    assert f"(in {row.files[0]}" in said
    assert "uses:>1" in said
    assert "Fits" not in why(demo, "")


def test_without_a_model_it_tells_where_the_words_are_that_stand_in_for_a_meaning(demo) -> None:
    said = why(demo, '~"cargo"')
    assert "nearest" not in said
    assert "cargo (in the title)" in said


def test_of_a_meaning_it_tells_the_likeness(demo) -> None:
    row = demo.patterns(limit=1)[0]
    shown = Shown(demo.plan('~"broken build"'), 2, 9, likeness=0.731)
    said = " ".join(plain(line) for line in why_lines(row, shown, NOW, 70))
    assert "nearest in meaning to “broken build” first: likeness 0.73 of 1" in " ".join(said.split())


def test_a_long_evidence_is_cut_and_says_how_many_more(demo) -> None:
    row = demo.patterns("sort:uses", limit=1)[0]
    uses = demo.evidence(row.id, 3)
    assert len(uses) == 3 < row.uses <= EVIDENCE
    lines = pattern_detail(Known(row, evidence=uses, family=Family()), NOW)(80)
    assert f"… and {row.uses - 3} older uses" in plain(lines[-1].line)
    assert [line.target for line in lines if isinstance(line.target, Evidenced)] == list(uses)


def test_in_the_list_of_a_project_the_evidence_is_of_that_project(demo) -> None:
    plan = demo.plan("project:ledgerd")
    row = next(one for one in demo.page("patterns", plan).items if demo.get(one.id).projects > 1)
    near = read_near(demo, row, plan)
    assert near.whole == demo.get(row.id)
    assert {use.project for use in near.evidence} == set(row.project_names)
    assert len(near.evidence) == row.uses


async def go_to(hand_app, pilot, calm, wanted) -> object:
    """Move in the detail until a line leads to what is wanted."""
    detail = hand_app.screen.query_one("#detail") if hand_app.screen.query("#detail") else None
    pane = detail or hand_app.screen.query_one("#list")
    await pilot.press("g")
    for _ in range(200):
        if wanted(pane.target):
            return pane.target
        await pilot.press("j")
    raise AssertionError("no line leads there")


async def test_lines_lead_to_patterns_files_and_steps_and_esc_leads_back(demo, calm) -> None:
    app = Inspector(demo)
    row = next(one for one in demo.patterns() if one.variants)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        app.push_screen(PatternScreen(1, row))
        await calm(pilot)
        screen = app.screen
        behind = await go_to(app, pilot, calm, lambda target: isinstance(target, Pattern))
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternScreen)
        assert app.screen.thing.id == behind.id
        assert app.screen.thing.head == row.id
        head = await go_to(app, pilot, calm, lambda target: isinstance(target, Pattern))
        assert head.id == row.id
        await pilot.press("escape")
        await calm(pilot)
        assert app.screen is screen
        assert app.screen._pane.target == behind
        await go_to(app, pilot, calm, lambda target: getattr(target, "query", "").startswith("file:"))
        await pilot.press("enter")
        await calm(pilot)
        assert isinstance(app.screen, PatternsScreen)
        assert row.id in {one.id for one in app.screen.window.rows(0, 50)}
        await pilot.press("escape", "s")
        await calm(pilot)
        assert isinstance(app.screen, ReadingScreen)


def related_of(memory) -> Pattern:
    """A pattern with which others are used."""
    from tacit.app.inspector.pattern.known import read_beside

    return next(one for one in memory.patterns() if read_beside(memory, one).related)


async def test_what_is_used_with_it_leads_to_that_pattern(demo, see, calm) -> None:
    row = related_of(demo)
    app = Inspector(demo)
    async with app.run_test(size=(120, 60)) as pilot:
        app.push_screen(PatternScreen(1, row))
        await calm(pilot)
        assert "Used together with" in see(app)
        assert "times chance" in see(app)
        other = await go_to(app, pilot, calm, lambda target: isinstance(target, Pattern))
        await pilot.press("enter")
        await calm(pilot)
        assert app.screen.thing.id == other.id != row.id


async def test_the_layout_goes_round_and_is_remembered(demo, calm, tmp_path) -> None:
    app = Inspector(demo, remembered=Remembered(tmp_path / "remembered.json"))
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(pilot)
        await pilot.press("j", "enter")
        await calm(pilot)
        screen = app.screen
        assert not screen.list.display
        await pilot.press("w")
        await calm(pilot)
        assert screen.list.region.right <= screen.detail.region.x
        await pilot.press("w")
        await calm(pilot)
        assert screen.list.region.bottom <= screen.detail.region.y
        await pilot.press("tab")
        assert app.focused is screen.list
        await pilot.press("j")
        await calm(pilot)
        assert screen.list.index == 2
    again = Inspector(demo, remembered=Remembered(tmp_path / "remembered.json"))
    async with again.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        await pilot.press("enter")
        await calm(pilot)
        assert again.screen.list.region.bottom <= again.screen.detail.region.y
        await pilot.press("w")
        await calm(pilot)
        assert not again.screen.list.display
        assert again.focused is again.screen.detail


async def test_resizing_loses_neither_cursor_nor_detail_nor_focus(demo, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        await pilot.press("j", "j", "j", "enter")
        await calm(pilot)
        await pilot.press("G")
        screen = app.screen
        row, use = screen.list.row, screen.detail.target
        for size in ((80, 24), (50, 10), (60, 15), (200, 50), (120, 36)):
            await pilot.resize_terminal(*size)
            await calm(pilot)
            await pilot.pause()
            assert screen.list.row == row
            assert screen.detail.target == use
            if size != (50, 10):
                assert app.focused is screen.detail
                at = screen.detail._cursor - screen.detail.scroll_offset.y
                assert 0 <= at < screen.detail.size.height


@pytest.mark.parametrize("width", [56, 60, 76, 100])
def test_from_sixty_columns_on_glyph_title_verdict_rate_interval_and_count_are_there(demo, width) -> None:
    for row in demo.patterns():
        line = plain(pattern_row(row, width, NOW))
        assert percent(row.rate) in line
        assert f"n={count(row.judged)}" in line
        if row.low is not None:
            assert f"[{round(row.low * 100)}–{round(row.high * 100)}]" in line
        assert f" {verdict_word(row)} " in line


def test_beside_the_list_at_half_of_eighty_columns_interval_and_count_outlive_the_word(demo) -> None:
    row = next(one for one in demo.patterns() if one.verdict == "helps")
    line = plain(pattern_row(row, 37, NOW))
    assert f"[{round(row.low * 100)}–{round(row.high * 100)}]" in line
    assert f"n={row.judged}" in line
    assert "▲" in line
    assert "helps" not in line


async def test_in_a_list_of_groups_the_place_is_that_in_the_group(demo, see, calm, tmp_path) -> None:
    remembered = Remembered(tmp_path / "remembered.json")
    remembered.put("group.patterns", "verdict")
    app = Inspector(demo, remembered=remembered)
    async with app.run_test(size=(120, 60)) as pilot:
        await calm(pilot)
        rows = app.screen.window.rows(0, 500)
        at = next(at for at, one in enumerate(rows) if isinstance(one, Heading) and one.count > 2)
        await pilot.press(*["j"] * (at + 2), "enter")
        await calm(pilot)
        assert app.screen.list.row == rows[at + 2]
        assert f"2 of {rows[at].count} in the group {rows[at].name}" in see(app)


def test_it_tells_how_often_it_was_offered_and_what_came_of_it(demo) -> None:
    row = replace(demo.patterns("kind:recovery", limit=1)[0], offered=Offered(9, 6, 6, 5))
    offer = Offer(row.id, NOW - 3_600_000, "mcp", "search_patterns", "claude-code")
    newest = (
        (offer, Answer()),
        (replace(offer, how="prompt", agent=HOSTILE), Answer("e-0", True, "success")),
        (replace(offer, feedback="hindered"), Answer("e-0", True, "failure", "hindered")),
    )
    lines = pattern_detail(Known(row, given=Given(12, newest)), NOW)(80)
    text = " ".join(" ".join(plain(one.line) for one in lines).split())
    assert "Offered 12 times, known of 9: used in 6, went well 5 of 6" in text
    assert "Offered to agents 12 times, newest first" in text
    assert "1h ago to claude-code through search_patterns: not known" in text
    assert "through prompt: used, went well" in text
    assert "through search_patterns: said to have hindered" in text
    assert "\x1b" not in text
    lines = pattern_detail(Known(demo.patterns()[0]), NOW)(80)
    assert "Offered" not in " ".join(plain(one.line) for one in lines)


def test_five_judged_uses_after_it_was_offered_are_what_sorts_it(demo) -> None:
    row = demo.patterns("kind:recovery", limit=1)[0]
    low, high = wilson(1, 6)
    counts = (row.uses, row.judged, row.successes, row.failures, row.partial, row.episodes)
    rank = rank_of(row.kind, row.key, counts, row.verdict, (low, high))
    given = replace(row, offered=Offered(9, 6, 6, 1), rank=rank)
    said = " ".join(" ".join(map(plain, why_lines(given, None, NOW, 70))).split())
    over = "the lower end of the interval over its 6 judged uses after it was offered"
    assert f"{over}, {percent(low)}" in said
    shown = Shown(demo.plan("sort:effectiveness"), 0, 1)
    said = " ".join(" ".join(map(plain, why_lines(given, shown, NOW, 70))).split())
    assert f"effectiveness, {effectiveness(given, NOW):.2f} of 1: from {over}" in said
    assert "the share of the tasks it was offered in that used it" in said
