from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit.core.clock import DAY
from tacit.core.errors import Usage
from tacit.core.model import Pattern
from tacit.core.query import (
    Plan,
    QueryError,
    file_matches,
    kind_named,
    matches,
    parse,
    project_matches,
    render,
    text_matches,
)

NOW = 1_000 * DAY


def pattern(**changes: object) -> Pattern:
    fields: dict[str, object] = {
        "id": "p-0123456789ab",
        "kind": "error_recovery",
        "title": "edit refused → read → Edit *.go",
        "key": ("edit refused", "read"),
        "uses": 7,
        "judged": 7,
        "successes": 4,
        "failures": 3,
        "partial": 0,
        "episodes": 6,
        "sessions": 4,
        "first_used": NOW - 50 * DAY,
        "last_used": NOW - 10 * DAY,
        "learned_at": NOW - 40 * DAY,
        "rate": 4 / 7,
        "project_names": ("github.com/jdx/mise",),
        "files": ("src/cli/main.go",),
    }
    return Pattern(**(fields | changes))  # type: ignore[arg-type]


def test_words_quoted_texts_and_pairs_are_told_apart() -> None:
    plan = parse('Cargo "Exit Status" kind:recovery file:"my file.rs" project:jdx/mise verdict:recovery')
    assert plan == Plan(
        words=("cargo",),
        phrases=("Exit Status",),
        kind="error_recovery",
        file="my file.rs",
        project="jdx/mise",
        verdict="recovery",
    )


def test_and_between_terms_changes_nothing() -> None:
    assert parse("cargo and kind:fact AND clippy") == parse("cargo kind:fact clippy")
    assert parse('"and"').phrases == ("and",)


@pytest.mark.parametrize("text", ["quiet [/", "http://example.org/x", "std::io", "c:/temp", "it's", 'a"b'])
def test_other_signs_are_part_of_words(text: str) -> None:
    assert parse(text).words == tuple(text.casefold().split())


@pytest.mark.parametrize(
    "text", ["compile error: expected x", "panicked: ", "Traceback (most recent call last): foo", "see a: b:"]
)
def test_a_name_that_is_no_field_and_a_colon_are_a_word(text: str) -> None:
    plan = parse(text)
    assert " ".join(plan.words) == text.casefold().replace("(", "").strip()
    assert parse(render(plan)) == plan


@pytest.mark.parametrize("text", ["uses:", "kind: fact", "error:3", 'error:"x"'])
def test_a_field_without_a_value_and_a_value_without_a_field_are_mistakes(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.hint


def test_a_missing_last_quote_is_forgiven_while_typing() -> None:
    assert parse('"exit sta').phrases == ("exit sta",)
    assert parse('"').is_everything


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("recovery", "error_recovery"),
        ("error", "error_recovery"),
        ("seq", "tool_sequence"),
        ("sequence", "tool_sequence"),
        ("fact", "heuristic"),
        ("Heuristic", "heuristic"),
        ("file-group", "file_group"),
        ("file", "file_group"),
        ("custom", "custom"),
    ],
)
def test_kinds_have_short_names(name: str, kind: str) -> None:
    assert kind_named(name) == kind


@pytest.mark.parametrize(
    ("text", "spot", "says"),
    [
        ("x kind:recovry", "recovry", "recovery"),
        ("verdit:helps", "verdit:", "verdict:"),
        ("kind:c", "c", "context or custom"),
        ("kind: x", "kind:", "Kinds are"),
        ("verdict:good", "good", "Verdicts are"),
        ("kind:fact kind:recovery", "kind:recovery", "Leave one out"),
        ('nonsense:"a b" x', "nonsense:", 'quote it: "nonsense:'),
    ],
)
def test_an_error_points_at_the_spot_and_names_what_was_meant(text: str, spot: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.start : error.end] == spot
    assert says in error.hint
    assert error.exit_code == 2


def test_options_and_text_may_agree_but_not_differ() -> None:
    assert parse("kind:recovery", kind="error").kind == "error_recovery"
    with pytest.raises(Usage, match="kind:error_recovery"):
        parse("kind:recovery", kind="fact")


@pytest.mark.parametrize("filters", [{"min_success": 1.5}, {"used_within": -1}, {"sort": "colour"}])
def test_a_filter_out_of_range_is_a_usage_error(filters: dict[str, object]) -> None:
    with pytest.raises(Usage):
        parse("", **filters)  # type: ignore[arg-type]


@given(st.text(alphabet=st.one_of(st.sampled_from(' "\\:anditkve/*.→É'), st.characters()), max_size=40))
def test_printing_a_plan_and_parsing_it_again_gives_the_same(text: str) -> None:
    try:
        plan = parse(text)
    except QueryError as error:
        spot = (error.start, error.end)
    else:
        assert parse(render(plan)) == plan
        return
    assert 0 <= spot[0] < spot[1] <= len(text)


@given(
    st.lists(st.text(min_size=1, max_size=8), max_size=3, unique=True),
    st.text(min_size=1, max_size=10),
    st.sampled_from(["error_recovery", "heuristic", "tool_sequence"]),
)
def test_any_value_survives_printing(phrases: list[str], file: str, kind: str) -> None:
    plan = Plan(phrases=tuple(phrases), file=file, kind=kind)  # type: ignore[arg-type]
    assert parse(render(plan)) == plan


def test_a_word_matches_where_a_word_begins_whatever_the_case() -> None:
    text = "mise run LINT failed → Edit *.go"
    assert text_matches(parse("lin edit"), text)
    assert text_matches(parse("*.go"), text)
    assert not text_matches(parse("int"), text)
    assert not text_matches(parse("lint cargo"), text)
    assert text_matches(parse('"int fail"'), text)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True),
        ("refused main", True),
        ("kind:recovery", True),
        ("kind:fact", False),
        ("verdict:recovery", True),
        ("verdict:helps", False),
        ("project:mise", True),
        ("project:jdx/mise", True),
        ("project:mis", False),
        ("file:main.go", True),
        ("file:*.go", True),
        ("file:src", True),
        ("file:*.rs", False),
    ],
)
def test_a_pattern_fits_when_everything_holds(text: str, fits: bool) -> None:
    assert matches(parse(text), pattern(), NOW) is fits


def test_least_success_never_finds_what_was_never_judged() -> None:
    assert matches(parse(min_success=0.5), pattern(), NOW)
    assert not matches(parse(min_success=0.8), pattern(), NOW)
    assert not matches(parse(min_success=0), pattern(rate=None, judged=0), NOW)


def test_used_within_counts_days_back_from_now() -> None:
    assert matches(parse(used_within=10), pattern(), NOW)
    assert not matches(parse(used_within=9), pattern(), NOW)


def test_verdicts_are_the_words_of_the_column() -> None:
    assert matches(parse("verdict:fact"), pattern(kind="heuristic"), NOW)
    assert matches(parse("verdict:unp"), pattern(kind="tool_sequence", verdict="unproven"), NOW)


def test_names_match_by_whole_parts() -> None:
    assert project_matches("MISE", "github.com/jdx/mise")
    assert not project_matches("x/mise", "github.com/jdx/mise")
    assert file_matches("src/cli", "src/cli/main.go")
    assert file_matches("src/*.go", "src/cli/main.go")
    assert not file_matches("cli/ma", "src/cli/main.go")


def test_whether_something_is_pinned_or_archived_is_asked_with_yes_and_no() -> None:
    plan = parse("pinned:yes archived:NO", pinned=True)
    assert (plan.pinned, plan.archived) == (True, False)
    assert parse(render(plan)) == plan
    assert matches(parse("pinned:yes"), pattern(pinned=True), NOW)
    assert not matches(parse("pinned:yes"), pattern(), NOW)
    assert matches(parse(), pattern(), NOW)
    assert not matches(parse(), pattern(archived=True), NOW)
    assert matches(parse(archived=True), pattern(archived=True), NOW)
    with pytest.raises(QueryError, match="cannot be") as caught:
        parse("x pinned:true")
    assert "yes or no" in caught.value.hint
    with pytest.raises(Usage, match="one order"):
        parse("archived:yes", sort="uses")
