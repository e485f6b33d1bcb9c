"""What was given to agents and what they said leaves with an export and comes back."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tacit.core.ids import session_id
from tacit.exports.layout import OFFERS

SCHEMA = json.loads((Path(__file__).parents[2] / "exports" / "schema" / "offers.json").read_text())
SHOP = "0b6f2c1e-0000-4000-8000-000000000001"


@pytest.fixture
def learned(open_memory, told):
    memory = open_memory("learned")
    memory.import_path(told)
    first, second = (one.id for one in memory.patterns()[:2])
    door = {"door": "mcp", "how": "search_patterns", "agent": "claude-code"}
    memory.offer([first, second], **door, project="shop", session=SHOP)
    memory.offer([first], **door)
    memory.feedback(first, "helped", agent="claude-code", session=SHOP)
    memory.tell_outcome(
        SHOP, "claude-code", "failure", "the person wants export SHOP_API_TOKEN=q7w8e9r1t2y3u4i5"
    )
    memory.tell_outcome("later", "claude-code", "success")
    memory.learn_pending()
    return memory


def test_a_tree_tells_them_and_is_the_same_after_it_was_taken_back(learned, open_memory, tmp_path, content):
    learned.export(tmp_path / "one")
    first = content(tmp_path / "one")
    form = json.loads(first[OFFERS])
    Draft202012Validator(SCHEMA).validate(form)
    assert (len(form["offers"]), len(form["outcomes"])) == (3, 2)
    assert "q7w8e9r1" not in str(form)
    fresh = open_memory("fresh")
    for _ in range(2):
        fresh.import_path(tmp_path / "one")
        assert list(fresh.export_offers()) == list(learned.export_offers())
    fresh.export(tmp_path / "two")
    assert content(tmp_path / "two") == first
    assert all(finding.level == "ok" for finding in fresh.doctor())


def test_a_word_does_not_count_twice_in_what_comes_back(learned, open_memory, tmp_path):
    """Evidence that was told beside the transcript is in the session's file, and in the file of words."""
    learned.export(tmp_path / "tree")
    fresh = open_memory("fresh")
    fresh.import_path(tmp_path / "tree")
    (told,) = (one for one in fresh.episodes() if any(e.told for e in one.outcome.evidence))
    assert (told.outcome.label, told.outcome.source) == ("failure", "label")
    assert [(e.source, e.told) for e in told.outcome.evidence] == [("label", True), ("test", False)]
    (tmp_path / "tree" / OFFERS).unlink()
    without = open_memory("without")
    without.import_path(tmp_path / "tree")
    assert without.get(told.id).outcome.label == "success", "as the tests say"


def test_a_part_tells_what_is_of_it_alone(learned, tmp_path):
    session = session_id("claude-code", SHOP)
    learned.export(tmp_path / "session", ids=[session])
    form = json.loads((tmp_path / "session" / OFFERS).read_text())
    assert {one["session"] for one in (*form["offers"], *form["outcomes"])} == {session}
    second = learned.patterns()[1].id
    learned.export(tmp_path / "pattern", ids=[second])
    form = json.loads((tmp_path / "pattern" / OFFERS).read_text())
    assert {one["pattern"] for one in form["offers"]} == {second}
    assert form["outcomes"] == []
    learned.export(tmp_path / "none", ids=[learned.patterns()[2].id])
    assert not (tmp_path / "none" / OFFERS).exists()


def test_json_lines_tell_them_behind_the_sessions(learned, tmp_path):
    learned.export(tmp_path, format="jsonl")
    lines = [json.loads(line) for line in (tmp_path / "tacit.jsonl").read_text().splitlines()]
    assert [line["type"] for line in lines[-5:]] == ["offer"] * 3 + ["outcome"] * 2
    assert [line["feedback"] for line in lines[-5:-2]].count("helped") == 1


def test_the_file_goes_from_the_tree_with_what_it_told_of(learned, tmp_path):
    learned.export(tmp_path / "tree")
    session = session_id("claude-code", SHOP)
    learned.delete([session])
    learned.export(tmp_path / "tree")
    assert session not in (tmp_path / "tree" / OFFERS).read_text()
    learned.forget(sessions=[session, session_id("claude-code", "later")])
    learned.purge_trash()
    for one in learned.patterns():
        learned.delete([one.id])
    learned.purge_trash()
    learned.export(tmp_path / "tree")
    assert not (tmp_path / "tree" / OFFERS).exists()


def test_what_was_forgotten_here_does_not_come_back_with_a_tree(learned, tmp_path):
    learned.export(tmp_path / "tree")
    learned.forget(matching="the person wants")
    before = list(learned.export_outcomes()), list(learned.export_offers())
    learned.import_path(tmp_path / "tree")
    assert (list(learned.export_outcomes()), list(learned.export_offers())) == before


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("not JSON", lambda form: "{"),
        ("newer", lambda form: json.dumps({**form, "schema": 2})),
        ("wrong form", lambda form: json.dumps({**form, "offers": [{"pattern": "p-zzzz"}]})),
        (
            "wrong form",
            lambda form: json.dumps({**form, "offers": [{**form["offers"][0], "pattern": "s-1"}]}),
        ),
        ("wrong form", lambda form: json.dumps({**form, "offers": [{**form["offers"][0], "at": "soon"}]})),
        (
            "wrong form",
            lambda form: json.dumps({**form, "outcomes": [{**form["outcomes"][0], "outcome": "x"}]}),
        ),
        (
            "wrong form",
            lambda form: json.dumps({**form, "outcomes": [{**form["outcomes"][0], "note": "x" * 99_999}]}),
        ),
        ("unreadable", None),
    ],
)
def test_a_file_that_is_none_is_left_out_whole(learned, open_memory, tmp_path, reason, change):
    learned.export(tmp_path / "tree")
    path = tmp_path / "tree" / OFFERS
    form = json.loads(path.read_text())
    if change is None:
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_text(change(form))
    fresh = open_memory("fresh")
    report = fresh.import_path(tmp_path / "tree")
    assert report.skipped == {reason: 1}
    assert report.sessions == 3
    assert list(fresh.export_offers()) == list(fresh.export_outcomes()) == []
