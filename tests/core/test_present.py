from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core import present
from tacit.core.clock import DAY, WEEK
from tacit.core.model import Pattern
from tacit.core.text import cell_width

NOW = 1_770_000_000_000


def pattern(**changes: object) -> Pattern:
    fields: dict[str, object] = dict.fromkeys(
        ("uses", "judged", "successes", "failures", "partial", "episodes", "sessions"), 0
    )
    fields |= dict.fromkeys(("first_used", "last_used", "learned_at"), NOW)
    fields |= {"id": "p-0123456789ab", "kind": "tool_sequence", "title": "t", "key": ("t",)}
    return Pattern(**(fields | changes))  # type: ignore[arg-type]


def test_a_rate_stands_with_its_interval_and_count() -> None:
    known = pattern(uses=22, judged=22, rate=0.909, low=0.722, high=0.9747)
    assert present.rate(known) == "91 % [72–97] n=22"


def test_a_rate_says_when_some_uses_are_not_judged() -> None:
    known = pattern(uses=1031, judged=22, rate=0.909, low=0.722, high=0.9747)
    assert present.rate(known) == "91 % [72–97] n=22 of 1,031"


def test_without_a_judged_use_there_is_no_rate() -> None:
    assert present.rate(pattern(uses=3)) == "– n=0 of 3"


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0, "0 %"), (0.001, "1 %"), (0.5, "50 %"), (0.998, "99 %"), (1, "100 %")],
)
def test_only_a_whole_is_a_hundred_percent(share: float | None, text: str) -> None:
    assert present.percent(share) == text


@given(st.floats(0, 1))
def test_percentages_stay_in_their_bounds(share: float) -> None:
    assert 0 <= int(present.percent(share).split()[0]) <= 100


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        (-5_000, "just now"),
        (59_000, "just now"),
        (60_000, "1m ago"),
        (2 * 3_600_000, "2h ago"),
        (DAY, "1d ago"),
        (13 * DAY, "13d ago"),
        (15 * DAY, "2w ago"),
        (70 * DAY, "2mo ago"),
        (364 * DAY, "11mo ago"),
    ],
)
def test_ago_uses_the_largest_unit_that_says_something(gone: int, text: str) -> None:
    assert present.ago(NOW - gone, NOW) == text


def test_long_ago_is_a_month() -> None:
    assert present.ago(NOW - 400 * DAY, NOW) == "Dec 2024"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.42, "0.4 s"),
        (12.4, "12 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (7200, "2 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert present.duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (4_200_000, "4.2 MB"),
        (500_000_000, "500 MB"),
        (2 * 10**12, "2.0 TB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert present.size(number) == text


def test_counts_have_their_noun() -> None:
    assert present.plural(1, "session") == "1 session"
    assert present.plural(1204, "session") == "1,204 sessions"
    assert present.plural(2, "try", "tries") == "2 tries"
    assert [present.noun(number, "task") for number in (0, 1, 2)] == ["tasks", "task", "tasks"]


def test_a_pin_takes_one_cell():
    assert cell_width(present.PIN) == len(present.PIN) == 1


def test_verdicts_and_what_stands_for_them() -> None:
    assert present.verdict_word(pattern(verdict="helps")) == "helps"
    assert present.verdict_word(pattern(kind="error_recovery")) == "recovery"
    assert present.verdict_word(pattern(kind="heuristic")) == "fact"
    assert present.verdict_word(pattern(kind="custom")) == "–"
    assert [present.verdict_glyph(word) for word in ("helps", "harms", "recovery", "unproven")] == [*"▲▼↺·"]


def test_a_trend_has_a_column_a_week() -> None:
    weeks = ((0, 1, 1, 1), (2 * WEEK, 8, 4, 2))
    assert present.trend(weeks, 0, 4) == "▁ █ "
    assert present.trend((), 0, 3) == "   "


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=20))
def test_every_week_with_a_use_is_visible(uses: list[int]) -> None:
    weeks = tuple((n * WEEK, use, 0, 0) for n, use in enumerate(uses))
    bars = present.trend(weeks, 0, len(uses))
    assert " " not in bars
    assert bars[uses.index(max(uses))] == "█"


def test_times_are_local_and_weeks_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    assert present.moment(1_770_203_455_000) == "2026-02-04 12:10"
    assert present.day(1_770_159_600_000) == "2026-02-04"
    assert present.week(1_770_203_455_000) == "2026-W06"
    monkeypatch.undo()
    time.tzset()


def test_kinds_have_short_words() -> None:
    assert present.kind_word("error_recovery") == "recovery"
    assert present.kind_word("context") == "context"


def test_nobody_knows_how_long_it_was_from_one_time_to_itself() -> None:
    assert present.lasted(NOW, NOW) == present.lasted(NOW, NOW - 5) == ""
    assert present.lasted(NOW, NOW + 90_000) == "1 min 30 s"
