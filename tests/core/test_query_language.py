"""The query language as a whole: any text, any plan, and what fits it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tacit.core.clock import DAY
from tacit.core.errors import Usage
from tacit.core.model import Episode, Outcome, Pattern, Session
from tacit.core.query import Plan, QueryError, judge, matches, parse, render
from tacit.core.query_fields import FIELDS, KNOWN, LISTS
from tacit.core.query_parser import DEEPEST, LONGEST
from tacit.core.query_tree import Both, Either, Not, Pair, Text

NOW = 1_767_607_200_000
SIGNS = [*' "\\:-~()|,.<>=/*', "OR", "and", "or", "kind:", "fact", "used:<30d", "uses:>=5", "a", "é", "中"]
BITS = st.lists(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=25).map("".join)


@pytest.fixture(autouse=True, scope="module")
def greenwich() -> Iterator[None]:
    """Days are those of the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def pair(field: str) -> st.SearchStrategy[str]:
    """A pair of a field with a value that it may have."""
    values: dict[str, st.SearchStrategy[str]] = {
        "text": st.sampled_from(["mise", "src/main.rs", '"a b"', "*.rs", '"x,y"', "opus", "prompt"]),
        "flag": st.sampled_from(["yes", "no"]),
        "number": st.sampled_from(["5", ">=5", "<2", "2..9", "..3", "7.."]),
        "share": st.sampled_from([">0.8", "80%", "<=0.5", "0.2..0.6", ">=.5"]),
        "time": st.sampled_from(
            ["<30d", ">4w", "36h", "2026", ">2025-12-31", "2025-11..2026-01", "1d..9d", "2026-W02"]
        ),
        "limit": st.integers(1, 99).map(str),
    }
    known = KNOWN[field]
    value = st.sampled_from(known.choices) if known.choices else values[known.shape]
    if known.alone or known.shape == "flag":
        return value.map(lambda one: f"{field}:{one}")
    return st.lists(value, min_size=1, max_size=2).map(lambda some: f"{field}:{','.join(some)}")


LEAF = st.one_of(
    st.sampled_from(["cargo", "fix", "std::io", "main()", "f(x", "->", "--flag", '"exit status"', '"a) b"']),
    st.sampled_from([name for name in FIELDS if not KNOWN[name].alone]).flatmap(pair),
)
QUERY = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        inner.map(lambda one: f"-{one}" if one[0] not in "->(" else f"-({one} )"),
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        inner.map(lambda one: f"({one} )"),
    ),
    max_leaves=8,
)


@given(st.one_of(BITS, QUERY, st.text(max_size=60)), st.sampled_from([None, *LISTS]))
def test_any_text_is_a_query_that_survives_printing_or_an_error_that_knows_its_spot(
    text: str, table: str | None
) -> None:
    wrong: Usage | None = None
    try:
        plan = parse(text, table=table)
    except Usage as error:
        wrong = error
    if isinstance(wrong, QueryError):
        assert 0 <= wrong.start < wrong.end <= len(text)
        assert wrong.message
        assert wrong.hint
        return
    if wrong is not None:
        assert "one order" in wrong.message
        return
    assert parse(render(plan), table=table) == plan
    again = render(plan, closed=True)
    assert parse(f"{again} -zebra").where[-1] == Not(Text("zebra"))


def things() -> tuple[Pattern | Session | Episode, ...]:
    pattern = {
        "id": "p-0123456789ab", "kind": "error_recovery", "title": "fix: exit status → cargo", "key": (),
        "uses": 7, "judged": 5, "successes": 4, "failures": 1, "partial": 0, "episodes": 6, "sessions": 2,
        "first_used": NOW - 50 * DAY, "last_used": NOW - 10 * DAY, "learned_at": NOW - 40 * DAY, "rate": 0.8,
        "low": 0.4, "project_names": ("github.com/jdx/mise", "x/y"), "files": ("src/main.rs", "a b"),
        "projects": 2,
    }  # fmt: skip
    fact = pattern | {
        "kind": "heuristic",
        "rate": None,
        "low": None,
        "judged": 0,
        "uses": 2,
        "files": (),
        "pinned": True,
    }
    told = {
        "native": "n",
        "agent": "claude-code",
        "project": "github.com/jdx/mise",
        "started": NOW - 31 * DAY,
    }
    session = told | {
        "id": "s-0123456789ab", "title": "cargo: exit status", "directory": "/x", "ended": NOW - 30 * DAY,
        "model": "claude-opus-4", "steps": 9, "outcomes": (("failure", 1), ("success", 2)), "episodes": 3,
    }  # fmt: skip
    episode = told | {
        "id": "e-0123456789ab", "session": "s-0123456789ab", "prompt": "fix main() in std::io",
        "ended": NOW - DAY, "outcome": Outcome("failure", 0.0, "test"), "files": ("src/main.rs",),
        "unworthy": "no prompt",
        "tools": (("shell", 3, 1),), "language": "rust", "task_type": "debugging", "complexity": "simple",
        "errors": 5, "steps": 2,
    }  # fmt: skip
    made: list[Any] = [Pattern(**pattern), Pattern(**fact), Session(**session), Episode(**episode)]  # type: ignore[arg-type]
    return tuple(made)


THINGS = things()


def word_begins(text: str, word: str) -> bool:
    """Where a word of the text begins with it, or anywhere if it begins with a sign."""
    places = [at for at in range(len(text)) if text.startswith(word, at)]
    return any(at == 0 or not (text[at - 1].isalnum() and word[0].isalnum()) for at in places)


def own(thing: Any, field: str) -> list[Any] | None:
    """The values of a thing in a field, written down anew; ``None`` where it has no such field."""
    if isinstance(thing, Pattern):
        verdict = thing.verdict or {"error_recovery": "recovery", "heuristic": "fact"}[thing.kind]
        return {
            "kind": [thing.kind],
            "verdict": [verdict],
            "project": thing.project_names,
            "file": thing.files,
            "lang": ["rust" if one.endswith(".rs") else "" for one in thing.files],
            "pinned": ["yes" if thing.pinned else "no"],
            "success": [thing.rate],
            "low": [thing.low],
            "uses": [thing.uses],
            "judged": [thing.judged],
            "successes": [thing.successes],
            "failures": [thing.failures],
            "projects": [thing.projects],
            "variants": [thing.variants],
            "sessions": [thing.sessions],
            "episodes": [thing.episodes],
            "used": [thing.last_used],
            "first": [thing.first_used],
            "learned": [thing.learned_at],
        }.get(field)  # type: ignore[return-value]
    both = {
        "project": [thing.project], "agent": [thing.agent], "steps": [thing.steps], "errors": [thing.errors],
        "tokens": [thing.tokens], "used": [thing.ended], "ended": [thing.ended], "started": [thing.started],
    }  # fmt: skip
    if isinstance(thing, Session):
        more = {
            "outcome": [label for label, _ in thing.outcomes], "model": [thing.model],
            "branch": [thing.branch], "episodes": [thing.episodes],
        }  # fmt: skip
    else:
        more = {
            "outcome": [thing.outcome.label], "file": list(thing.files), "lang": [thing.language],
            "tool": [name for name, _, _ in thing.tools], "source": [thing.outcome.source],
        "unworthy": [thing.unworthy],
        "task": [thing.task_type],
            "complexity": [thing.complexity],
        }  # fmt: skip
    return (both | more).get(field)  # type: ignore[return-value]


_BEGINNING = {"agent", "model", "branch", "unworthy"}


def says(pair: Pair, value: Any) -> bool:
    """Whether a value is as a pair says."""
    if value is None:
        return False
    shape = KNOWN[pair.field].shape
    if shape == "time":
        return when(pair, value)
    if shape in {"number", "share"}:
        low, high = float(pair.value), float(pair.most or pair.value)
        return {
            "=": value == low, ">": value > low, ">=": value >= low, "<": value < low, "<=": value <= low,
            "..": low <= value <= high,
        }[pair.op]  # fmt: skip
    value, wanted = value.casefold(), pair.value.casefold()
    if pair.field in {"project", "file"} and "*" not in wanted:
        return any("/".join(value.split("/")[at:]).startswith((f"{wanted}/",)) for at in range(9)) or (
            f"/{value}".endswith(f"/{wanted}")
        )
    if wanted == "*.rs":
        return bool(value.endswith(".rs"))
    return word_begins(value, wanted) if pair.field in _BEGINNING else bool(value == wanted)


DAYS = {
    "2026": (20454, 20819),
    "2025-12-31": (20453, 20454),
    "2025-11": (20393, 20423),
    "2026-01": (20454, 20485),
    "2026-W02": (20458, 20465),
}


def when(pair: Pair, at: int) -> bool:
    """Whether a time is as a pair says; the days above are days since 1970."""
    if pair.value in DAYS:
        first, last = DAYS[pair.value][0] * DAY, DAYS[pair.most or pair.value][1] * DAY
        return {"=": first <= at < last, "..": first <= at < last, ">": at >= last}[pair.op]
    hours = {"d": 24, "h": 1}
    ago = [int(one[:-1]) * hours[one[-1]] * 3_600_000 for one in (pair.value, pair.most) if one]
    if pair.op == "..":
        return ago[0] <= NOW - at <= ago[1]
    return NOW - at <= ago[0] if pair.op == "<" else NOW - at > ago[0]


def holds(node: Any, thing: Any) -> bool:
    """The same question as ``matches`` asks, answered the plain way."""
    if isinstance(node, Not):
        return not holds(node.part, thing)
    if isinstance(node, Both | Either):
        parts = [holds(part, thing) for part in node.parts]
        return all(parts) if isinstance(node, Both) else any(parts)
    if isinstance(node, Pair):
        return any(says(node, value) for value in own(thing, node.field) or ())
    text = {
        Pattern: lambda p: "\n".join((p.title, *p.files)),
        Session: lambda s: f"{s.title}\n{s.directory}",
        Episode: lambda e: "\n".join((e.prompt, *e.files)),
    }[type(thing)](thing)
    return node.value in text if node.exact else word_begins(text.casefold(), node.value)


@given(QUERY, st.sampled_from(THINGS))
def test_a_thing_fits_as_a_plain_evaluator_says(text: str, thing: Pattern | Session | Episode) -> None:
    try:
        plan = parse(text)
    except QueryError as error:
        assert "given twice" in error.message  # noqa: PT017
        return
    wanted: list[Any] = [Text(word) for word in plan.words] + [Text(one, exact=True) for one in plan.phrases]
    wanted += [
        Pair(name, getattr(plan, name))
        for name in ("kind", "project", "verdict", "file")
        if getattr(plan, name)
    ]
    wanted += [] if plan.pinned is None else [Pair("pinned", "yes" if plan.pinned else "no")]
    wanted += [] if plan.min_success is None else [Pair("success", str(plan.min_success), ">=")]
    wanted += [] if plan.used_within is None else [Pair("used", f"{plan.used_within}d", "<")]
    expected = all(holds(node, thing) for node in (*wanted, *plan.where))
    assert matches(plan, thing, NOW) is expected
    loose = [node for node in wanted if not isinstance(node, Text) or node.exact]
    assert judge(plan, NOW, words=False)(thing, None) is all(
        holds(node, thing) for node in (*loose, *plan.where)
    )


def test_the_query_of_the_manual_is_understood() -> None:
    text = (
        "kind:error_recovery verdict:helps success:>0.8 uses:>=5 file:src/main.rs project:x used:<30d "
        'lang:rs "exact words" Free words ~meaning sort:effectiveness limit:10'
    )
    assert parse(text) == Plan(
        words=("free", "words"),
        phrases=("exact words",),
        kind="error_recovery",
        project="x",
        verdict="helps",
        file="src/main.rs",
        used_within=30,
        sort="effectiveness",
        meaning=("meaning",),
        where=(Pair("success", "0.8", ">"), Pair("uses", "5", ">="), Pair("lang", "rust")),
        limit=10,
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("-word", Not(Text("word"))),
        ('-"Two words"', Not(Text("Two words", exact=True))),
        ("-kind:fact", Not(Pair("kind", "heuristic"))),
        ("kind:fact,recovery", Either((Pair("kind", "heuristic"), Pair("kind", "error_recovery")))),
        ('file:"a,b",c', Either((Pair("file", "a,b"), Pair("file", "c")))),
        ("a b OR c", Either((Both((Text("a"), Text("b"))), Text("c")))),
        ("-(a OR b)", Not(Either((Text("a"), Text("b"))))),
        ("--(a", None),
        ("uses:5..20", Pair("uses", "5", "..", "20")),
        ("success:>80%", Pair("success", "0.8", ">")),
        ("used:30d..1w", Pair("used", "7d", "..", "30d")),
        ("used:12h", Pair("used", "12h", "<")),
        ("used:>=1y", Pair("used", "365d", ">")),
        ("(a OR", None),
        ("a OR OR", None),
        ("( )", None),
    ],
)
def test_what_is_no_plain_pair_is_a_part_of_its_own(text: str, where: Any) -> None:
    assert parse(text).where == (() if where is None else (where,))


def test_what_says_the_same_is_the_same_plan() -> None:
    assert parse("success:>=80%") == parse(min_success=0.8)
    assert parse("used:<4w") == parse("used:28d") == parse(used_within=28)
    assert parse("-pinned:yes -archived:yes") == parse("pinned:no", archived=False)
    assert parse("kind:fact,fact") == parse("-(-kind:heuristic)") == parse("kind:fact OR kind:rule")
    assert parse("tool:Bash") == parse("tool:shell")
    assert parse("sort:uses", sort="uses") == parse(sort="uses")


@pytest.mark.parametrize(
    "text",
    [
        "std::io",
        "https://x.org/a?b=c",
        "~/.bashrc",
        "->",
        "--flag",
        "main()",
        "f(x",
        "a|b",
        "|",
        "or",
        "-",
        "~",
        "c#",
    ],
)
def test_what_only_looks_like_more_is_a_word(text: str) -> None:
    assert parse(text) == Plan(words=(text,))


@pytest.mark.parametrize(
    ("text", "table", "spot", "says"),
    [
        ("x uses:many", None, "many", "uses:>=5"),
        ("uses:9..2", None, "9..2", "lower end first"),
        ("success:>120%", None, ">120%", "80%"),
        ("used:<soon", None, "<soon", "30d"),
        ("used:2026-02-30", None, "2026-02-30", "2026-01-31"),
        ("used:30d..2026", None, "30d..2026", "two spans or two days"),
        ("-kind:fact,recovry x", None, "recovry", "recovery"),
        ("x -verdit:helps", None, "verdit:", "verdict:"),
        ("x kind:fact", "sessions", "kind:", "`memory patterns` knows it"),
        ("started:<3d", "patterns", "started:", "`memory sessions` and `memory episodes` know it"),
        ("x ~deep", "sessions", "~deep", "`memory patterns`"),
        ("(a sort:uses)", None, "sort:uses", "outside of brackets"),
        ("-limit:3", None, "-limit:3", "without a minus"),
        ("limit:0", None, "0", "from 1"),
        ("limit:3 limit:4", None, "limit:4", "Leave one out"),
        ("a -~b", None, "-~b", "without a minus"),
        ("(" * (DEEPEST + 1) + "a", None, "(", "fewer"),
        ("a" * (LONGEST + 3), None, "aaa", "Leave the rest out"),
        ("project:a project:b", None, "project:b", "project:a,b"),
        ("lang:.", None, ".", "lang:rust"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, table: str | None, spot: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, table=table)
    error = caught.value
    assert text[error.start : error.end] == spot
    assert says in error.hint


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00\x1b[31m\x07", "שלום עולם", "🦀 ❤️", "構築 失敗", "\u202eabc\u202c", "\ud800"]
)
def test_odd_texts_are_plain_words(text: str) -> None:
    plan = parse(text)
    assert plan == Plan(words=tuple(dict.fromkeys(text.casefold().split())))
    assert matches(plan, THINGS[0], NOW) is not plan.has_text


def test_a_week_is_that_of_utc_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monday = 1_770_076_800_000 - DAY  # 2026-02-02T00:00:00Z
    with monkeypatch.context() as patch:
        for zone in ("UTC", "America/New_York", "Asia/Tokyo"):
            patch.setenv("TZ", zone)
            time.tzset()
            for text, at, fits in (
                ("ended:2026-W06", monday, True),
                ("ended:2026-w06", monday + 7 * DAY - 1, True),
                ("ended:2026-W06", monday - 1, False),
                ("ended:2026-W06", monday + 7 * DAY, False),
                ("ended:2026-W06..2026-W07", monday + 14 * DAY - 1, True),
                ("ended:>2026-W06", monday + 7 * DAY, True),
            ):
                episode = replace(THINGS[3], ended=at)
                assert matches(parse(text), episode, NOW) is fits, (zone, text)
    time.tzset()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("project:jdx/mise", True),
        ("project:=jdx/mise", False),
        ("project:=github.com/jdx/mise", True),
        ('project:"=github.com/jdx/mise"', True),
        ("project:=github.com/JDX/mise", False),
        ("agent:claude", True),
        ("agent:=claude", False),
        ("agent:=claude-code", True),
        ("-agent:=claude-code", False),
    ],
)
def test_an_equals_sign_means_the_very_name(text: str, fits: bool) -> None:
    assert matches(parse(text), THINGS[2], NOW) is fits


def test_a_year_has_no_week_54() -> None:
    with pytest.raises(QueryError, match="cannot be"):
        parse("used:2026-W54")


def test_days_are_those_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    early = THINGS[0]
    assert isinstance(early, Pattern)
    with monkeypatch.context() as patch:
        for zone, fits in (("UTC", False), ("America/New_York", True)):
            patch.setenv("TZ", zone)
            time.tzset()
            at = 1_767_236_400_000  # 2026-01-01T03:00:00Z
            used = {"used": at}
            thing = Pattern(
                **{**{f: getattr(early, f) for f in early.__struct_fields__}, "last_used": used["used"]}
            )
            assert matches(parse("used:2025-12-31"), thing, NOW) is fits
            assert matches(parse("used:2026-01-01T03:00Z"), thing, NOW)
    time.tzset()
