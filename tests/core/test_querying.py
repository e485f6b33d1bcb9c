"""Queries built step by step, explained, and completed while they are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tacit import Memory
from tacit.core.embedding.choice import warning
from tacit.core.errors import Usage
from tacit.core.model import KINDS
from tacit.core.query import QueryError, parse
from tacit.core.query_complete import MOST, complete
from tacit.core.query_fields import ALSO, LISTS, fields_of
from tacit.core.querying import Query

Steps = Callable[[Query[Any]], Query[Any]]


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (
            lambda q: q.kind("error_recovery").min_success(0.8).used_within(days=30)
            .sort("effectiveness").limit(10),
            "kind:error_recovery success:>=0.8 used:<30d sort:effectiveness limit:10",
        ),
        (lambda q: q.kind("fact", "rule").verdict("helps", "harms"), "kind:fact verdict:helps,harms"),
        (
            lambda q: q.project("jdx/mise").file("a b.rs", "*.go").lang("rs"),
            'project:jdx/mise file:"a b.rs",*.go lang:rust',
        ),
        (lambda q: q.words("Cargo std::io").exact('say "hi"'), 'cargo std::io "say \\"hi\\""'),
        (lambda q: q.meaning("bad build").pinned().archived(False), '~"bad build" pinned:yes archived:no'),
        (lambda q: q.where("a OR b").where("uses:>=5 -c limit:3"), "(a OR b) uses:>=5 -c limit:3"),
        (lambda q: q.min_uses(5).pinned(False), "uses:>=5 -pinned:yes"),
        (lambda q: q.words("-no kind:fact OR"), '"-no" "kind:fact" "OR"'),
    ],
)  # fmt: skip
def test_steps_make_the_plan_of_the_text(memory: Memory, steps: Steps, text: str) -> None:
    built = steps(memory.patterns.query())
    assert built.plan == parse(text, table="patterns")
    assert parse(str(built)) == built.plan
    assert steps(memory.query("patterns")).plan == built.plan
    again = memory.query("patterns", str(built))
    assert again.plan == built.plan


def test_a_built_query_finds_what_its_text_finds(memory: Memory) -> None:
    query = memory.patterns.query().kind("fact", "recovery").limit(2)
    text = "kind:fact,recovery limit:2"
    assert query.all() == tuple(query) == memory.patterns(text)
    assert query.page() == memory.page("patterns", memory.plan(text))
    assert memory.sessions.query("limit:1").all() == memory.sessions()[:1]
    assert memory.episodes.query().outcome("success").all() == memory.episodes("outcome:success")
    assert memory.patterns.query().kind("fact") is not query


def test_a_step_that_makes_no_sense_is_refused_at_once(memory: Memory) -> None:
    query = memory.patterns.query()
    for wrong in (
        lambda: query.kind("recovry"),
        lambda: query.outcome("success"),
        lambda: query.min_success(2),
        lambda: query.limit(0),
        lambda: query.kind("fact").kind("recovery"),
        lambda: memory.query("steps"),
        lambda: memory.sessions.query("kind:fact"),
    ):
        with pytest.raises(Usage):
            wrong()


def test_an_explanation_tells_the_plan_the_route_and_what_was_read(memory: Memory) -> None:
    said = memory.explain("patterns", memory.plan("kind:fact limit:2"))
    assert (said.list, said.query, said.index, said.prefix) == (
        "patterns", "kind:heuristic limit:2", "kind", "heuristic",
    )  # fmt: skip
    assert said.checked == ()
    assert said.counted
    assert said.total == len(memory.patterns("kind:fact"))
    assert said.shown == min(2, said.total)
    some = memory.patterns.query("kind:fact -zebra uses:>=1").explain()
    assert some.checked == ("-zebra", "uses:>=1")
    assert not some.counted
    assert some.rows_read >= 2 * some.total
    told = memory.explain("episodes", memory.plan("used:<9d file:*.py"))
    assert (told.index, told.order) == ("recent", "newest")


def test_without_a_model_meaning_is_words_and_the_note_says_so(memory: Memory) -> None:
    title = memory.patterns()[0].title.split()[0]
    page = memory.page("patterns", memory.plan(f'~"{title}"'))
    assert page.items == memory.patterns(title)
    assert "model" in page.note
    assert memory.explain("patterns", memory.plan(f"~{title}")).note == page.note
    assert not memory.page("patterns", memory.plan(title)).note


KNOWN = {
    "project": ["github.com/jdx/mise", "work/my app"],
    "file": ["src/main.rs", "src/mod.rs"],
    "lang": ["rust", "python"],
}


def known(field: str, _begun: str) -> list[str]:
    return KNOWN.get(field, [])


def texts(text: str, table: str | None = "patterns") -> list[str]:
    """The whole queries that a text may become at its end."""
    found = complete(text, len(text), known, table)
    return [text[: one.start] + one.replacement + text[one.end :] for one in found]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("verd", ["verdict:"]),
        ("cargo -ver", ["cargo -verdict:"]),
        ("(lang:rust OR pin", ["(lang:rust OR pinned:"]),
        ("kind:rec", ["kind:error_recovery "]),
        ("kind:fact,tool", ["kind:fact,tool_sequence "]),
        ("project:mi", ["project:github.com/jdx/mise "]),
        ("project:work", ['project:"work/my app" ']),
        ('x "quoted text" file:src/mo', ['x "quoted text" file:src/mod.rs ']),
        ("project:=mi", ["project:=github.com/jdx/mise "]),
        ('project:"=work', ['project:"=work/my app" ']),
        ("lang:=", []),
        ("lang:", ["lang:rust ", "lang:python "]),
        ("sort:eff", ["sort:effectiveness "]),
        ("used:<3", ["used:<30d "]),
        ("outcome:", []),
        ("cargo", []),
        ("colour:r", []),
        ('"kind:rec', []),
        ("pinned:yes", []),
    ],
)
def test_names_and_values_are_completed(text: str, becomes: list[str]) -> None:
    assert texts(text) == becomes


def test_an_empty_query_may_begin_with_any_field_of_its_list() -> None:
    for table in LISTS:
        also = [name for listed, name in ALSO if listed == table]
        assert texts("", table) == [f"{name}:" for name in (*fields_of(table), *also)]
    assert [name for _, name in ALSO] == ["source"]
    assert texts("outcome:f", "sessions") == ["outcome:failure "]


def test_what_stands_behind_the_cursor_stays() -> None:
    text = "kind:rec cargo"
    (one,) = complete(text, 8, known, "patterns")
    assert text[: one.start] + one.replacement + text[one.end :] == "kind:error_recovery  cargo"


@given(
    st.text(alphabet=st.one_of(st.sampled_from(' "\\:-(,kinduse<'), st.characters()), max_size=30), st.data()
)
def test_whatever_is_completed_stands_before_the_cursor(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    found = complete(text, cursor, known)
    assert len(found) <= MOST
    for one in found:
        assert 0 <= one.start <= one.end == cursor
        grown = text[: one.start] + one.replacement
        assert len(grown.strip()) >= len(text[:cursor].strip())


def test_what_is_suggested_is_understood() -> None:
    for table in LISTS:
        for name in fields_of(table):
            for one in texts(f"{name}:", table):
                try:
                    parse(one, table=table)
                except QueryError as error:
                    pytest.fail(f"{one}: {error}")


def test_the_values_of_a_store_are_known(memory: Memory) -> None:
    project = memory.sessions()[0].project
    assert project in memory.known("project")
    assert memory.known("agent") == ["claude-code"]
    assert memory.known("sort") == []
    files = {path for one in memory.patterns() for path in one.files}
    assert set(memory.known("file")) == files
    found = memory.complete("project:", 8, "sessions")
    assert project in [one.replacement.strip() for one in found]


def test_a_list_by_meaning_has_the_nearest_first_and_all_else_holds(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TACIT_EMBEDDING_PROVIDER", "hashing")
    with Memory.open(memory.path, clock=memory.clock) as asked:
        asked.embed()
        _nearest_first(asked)


def _nearest_first(memory: Memory) -> None:
    aim = memory.patterns()[-1]
    plan = memory.plan(f'~"{aim.title}"')
    page = memory.page("patterns", plan)
    assert page.note == warning(memory.config)
    assert page.items[0].id == aim.id
    assert memory.explain("patterns", plan).order == "meaning"
    other = next(kind for kind in KINDS if kind != aim.kind and memory.patterns(kind=kind))
    for query in (f'~"{aim.title}" -kind:{aim.kind}', f'~"{aim.title}" kind:{other}'):
        assert aim.id not in {one.id for one in memory.patterns(query)}
    ordered = memory.patterns(f'~"{aim.title}" sort:uses')
    assert {one.id for one in ordered} == {one.id for one in page.items}
    assert [one.uses for one in ordered] == sorted((one.uses for one in ordered), reverse=True)
    for query in (f'~"{aim.title}"', f'~"{aim.title}" limit:1', f'~"{aim.title}" sort:title'):
        window = memory.window("patterns", memory.plan(query))
        window.walk(lambda: False)
        assert tuple(window.rows(0, 99)) == memory.patterns(query)
        assert not window.by_words
    window = memory.window("patterns", plan)
    window.walk(lambda: False)
    likeness = [window.likeness(one.id) or -1.0 for one in window.rows(0, 99)]
    assert likeness == sorted(likeness, reverse=True)
    assert window.likeness(memory.sessions()[0].id) is None
    assert memory.episodes(f'~"{memory.episodes()[0].prompt}" limit:1')
