"""The file one memory shares with others: its form, and whatever else may be handed in as one."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tacit.core.errors import NothingUsable, TacitError, Usage
from tacit.core.ids import pattern_id
from tacit.core.redaction import Redactor
from tacit.core.sharing_form import source_json, taken_json
from tacit.exports.shareable_form import MOST, MOST_BYTES, parcel_from

EXPORTS = Path(__file__).parents[2] / "exports"
SAMPLE = EXPORTS / "samples" / "shareable.json"
SCHEMAS = {path.stem: json.loads(path.read_text()) for path in (EXPORTS / "schema").glob("*.json")}
REGISTRY = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()]
)
NOW = 1_780_000_000_000
DAY = 86_400_000


def fits(name, form):
    Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(form)


def sample():
    return json.loads(SAMPLE.read_text())


def parcel(form, **options):
    content = form if isinstance(form, bytes) else json.dumps(form).encode()
    return parcel_from(content, Redactor(b"key"), now=NOW, **options)


def changed(**fields):
    """The sample with one pattern, some fields of which are others."""
    told = sample()
    return told | {"patterns": [told["patterns"][0] | fields]}


@pytest.fixture
def shop(open_memory):
    memory = open_memory("shop")
    memory.import_path(EXPORTS / "golden")
    return memory


def test_the_sample_is_what_is_shared_of_the_golden_memory(shop):
    made = shop.share(name="sam", with_project=True)
    assert made.content == SAMPLE.read_bytes(), "wanted? write made.content there, and read the difference"
    assert sum(made.kinds.values()) == len(sample()["patterns"]) == len(shop.patterns())


def test_the_sample_and_what_is_told_of_it_fit_their_schemas(shop, open_memory, tmp_path):
    fits("shareable", sample())
    memory = open_memory("other")
    taken = memory.import_shared(SAMPLE)
    fits("taken", taken_json(taken))
    sources = [source_json(one) for one in memory.shared()]
    fits("list", {"schema": 1, "total": 1, "truncated": False, "sources": sources})
    memory.export(tmp_path / "tree")
    fits("shared", json.loads((tmp_path / "tree" / "shared.json").read_text()))
    for path in (tmp_path / "tree" / "patterns").rglob("*.json"):
        fits("pattern", json.loads(path.read_text()))
    fits("stats", json.loads((tmp_path / "tree" / "stats.json").read_text()))


def test_all_that_is_shared_is_taken(shop):
    made = shop.share(with_project=True)
    found = parcel(made.content)
    assert len(found.patterns) == sum(made.kinds.values())
    assert not found.skipped


def test_ids_and_titles_are_made_here(shop):
    told = changed(id="p-000000000000", title="\x1b[31m<b>obey me</b>")
    one = parcel(told).patterns[0]
    assert one.id == pattern_id(one.kind, one.key)
    assert "obey" not in repr(one)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": "spell"}, "form"),
        ({"key": "read"}, "form"),
        ({"key": ["a", 1]}, "form"),
        ({"key": []}, "key"),
        ({"key": ["one"]}, "key"),
        ({"key": ["a\u0000", "b", "c", "d"], "kind": "custom", "verdict": "unproven"}, "characters"),
        ({"uses": -1}, "numbers"),
        ({"uses": 10**12}, "numbers"),
        ({"uses": True}, "form"),
        ({"uses": 1.5}, "form"),
        ({"uses": None}, "form"),
        ({"uses": 10**40}, "numbers"),
        ({"judged": 10**6}, "numbers"),
        ({"successes": 10**6}, "numbers"),
        ({"sessions": 0}, "numbers"),
        ({"sessions": 99_999}, "numbers"),
        ({"projects": 99_999}, "numbers"),
        ({"episodes": 99_999}, "numbers"),
        ({"rate": 0.123}, "numbers"),
        ({"low": None}, "numbers"),
        ({"high": 7}, "numbers"),
        ({"verdict": "best"}, "form"),
        ({"first_used": "yesterday"}, "times"),
        ({"first_used": "2026-13-01"}, "times"),
        ({"first_used": "0000-00-00"}, "times"),
        ({"first_used": "2026-03-02T10:00:00Z"}, "times"),
        ({"first_used": "2299-01-01", "last_used": "2299-01-01"}, "times"),
        ({"first_used": "2026-03-04", "last_used": "2026-03-03"}, "times"),
        ({"key": ["ghp_" + "a1B2" * 9], "kind": "custom", "verdict": "unproven"}, "secret"),
        ({"key": ["[REDACTED:token:0f3a]"], "kind": "custom", "verdict": "unproven"}, "secret"),
    ],
)
def test_what_is_wrong_in_a_pattern_leaves_it_out_and_is_counted(fields, why):
    told = changed(**fields)
    whole = told | {"patterns": [*told["patterns"], sample()["patterns"][1]]}
    found = parcel(whole)
    assert len(found.patterns) == 1
    assert [reason for reason in found.skipped if why in reason] == list(found.skipped)
    with pytest.raises(NothingUsable, match=why):
        parcel(told)


def test_a_verdict_belongs_to_kinds_that_have_one():
    fact = sample()["patterns"][0]
    assert fact["verdict"] is None
    sequence = fact | {"kind": "tool_sequence", "key": ["ruff check failed", "edit *.py"]}
    assert parcel(sample() | {"patterns": [sequence | {"verdict": "harms"}]}).patterns[0].verdict == "harms"
    for wrong in (fact | {"verdict": "helps"}, sequence):
        with pytest.raises(NothingUsable, match="verdict"):
            parcel(sample() | {"patterns": [wrong]})


def test_a_pattern_that_is_told_twice_counts_once():
    told = sample()
    found = parcel(told | {"patterns": [told["patterns"][0]] * 3})
    assert (len(found.patterns), found.skipped) == (1, {"told twice": 2})


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no file of shared patterns"),
        (b"[]", "no file of shared patterns"),
        (b"\xff\xfe{}", "no file of shared patterns"),
        (b'{"format": "tacit-export", "schema": 1}', "no file of shared patterns"),
        (b'{"format": ["tacit-shareable"]}', "no file of shared patterns"),
        (b'{"format": "tacit-shareable", "version": 2}', "version is 2"),
        (b'{"format": "tacit-shareable", "version": 0}', "version is 0"),
        (b'{"format": "tacit-shareable", "version": 1}', "no file of shared patterns"),
        (b"[" * 100_000, "deep|no file"),
        (b'{"x":' * 100_000, "deep|no file"),
        (b" " * (MOST_BYTES + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_such_file_says_so(content, what):
    with pytest.raises(NothingUsable, match=what):
        parcel(content)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"shared_at": "soon"}, "when it was shared"),
        ({"shared_at": "2299-01-01T00:00:00Z"}, "in the future"),
        ({"source": ""}, "name of its source"),
        ({"source": "a\u202eb"}, "name of its source"),
        ({"source": "x" * 61}, "name of its source"),
        ({"patterns": [{}] * (MOST + 1)}, "more than 10,000"),
        ({"patterns": {}}, "no file"),
    ],
)
def test_a_wrong_head_is_refused_whole(fields, what):
    with pytest.raises(NothingUsable, match=what):
        parcel(sample() | fields)


def test_a_name_given_here_stands_for_that_of_the_file():
    assert parcel(sample() | {"source": "\x1b"}, source="carol").patterns[0].source == "carol"
    secret = parcel(sample() | {"source": "ghp_" + "a1B2" * 9}).source
    assert "ghp_" not in secret


def test_a_file_without_patterns_takes_back_what_its_source_shared(open_memory):
    memory = open_memory("other")
    memory.import_shared(SAMPLE)
    later = sample() | {"shared_at": "2026-05-28T20:26:41Z", "patterns": []}
    taken = memory.import_shared(io.BytesIO(json.dumps(later).encode()))
    assert taken.gone == len(sample()["patterns"])
    assert not memory.patterns()
    assert not memory.shared()


def test_nothing_is_stored_of_what_is_refused(open_memory):
    memory = open_memory("other")
    memory.import_shared(SAMPLE)
    before, rows = memory.sequence(), memory.patterns()
    for form in ({"patterns": [{}]}, {"version": 3}, {"source": "\n"}):
        with pytest.raises(NothingUsable):
            memory.import_shared(io.BytesIO(json.dumps(sample() | form).encode()))
    assert (memory.sequence(), memory.patterns()) == (before, rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(list(SCHEMAS["shareable"]["properties"]["patterns"]["items"]["properties"]))
TEXT = st.text(alphabet=st.characters(), max_size=30)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(FIELDS, JSON | st.lists(TEXT, max_size=6), max_size=3), max_size=4),
    st.dictionaries(
        st.sampled_from(["format", "version", "source", "shared_at", "patterns"]), JSON, max_size=1
    ),
)
def test_whatever_is_in_a_file_it_is_taken_soundly_or_refused(patches, head):
    told = sample()
    patterns = [one | patch for one, patch in zip(told["patterns"], patches, strict=False)]
    content = json.dumps(told | {"patterns": patterns} | head, ensure_ascii=True).encode()
    try:
        found = parcel(content)
    except NothingUsable:
        return
    for one in found.patterns:
        assert one.id == pattern_id(one.kind, one.key)
        assert 0 <= one.successes <= one.judged <= one.uses
        assert one.judged == one.successes + one.failures + one.partial
        assert 0 <= one.first_used <= one.last_used <= found.shared_at + DAY
        assert all(part.isprintable() for part in one.key)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.builds(lambda cut: SAMPLE.read_bytes()[:cut], st.integers(0, 1000)))
def test_any_bytes_are_refused_with_words(content):
    with pytest.raises(TacitError):
        parcel(content)


def test_a_file_is_private_and_never_takes_the_place_of_something_else(shop, tmp_path):
    path = tmp_path / "patterns.json"
    shop.share(path, name="sam")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.stat().st_mtime_ns
    shop.share(path, name="sam")
    assert path.stat().st_mtime_ns == before
    shop.share(path, name="sam again")
    assert json.loads(path.read_text())["source"] == "sam again"
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    link = tmp_path / "link.json"
    link.symlink_to(path)
    for taken in (other, link, tmp_path):
        with pytest.raises(Usage):
            shop.share(taken)
    assert other.read_text() == "mine"
    with pytest.raises(TacitError):
        shop.share(tmp_path / "no" / "such" / "folder.json")


def test_a_part_can_be_shared(shop):
    recoveries = shop.share(plan=shop.plan("kind:recovery"))
    assert set(recoveries.kinds) == {"error_recovery"}
    one = shop.patterns("kind:recovery")[0]
    assert shop.share(ids=[one.id]).kinds == {"error_recovery": 1}
    with pytest.raises(Usage, match="Only patterns"):
        shop.share(ids=[shop.sessions()[0].id])
    with pytest.raises(Usage, match="name of a source"):
        shop.share(name="a\nb")
