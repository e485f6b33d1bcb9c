"""What is found of another memory's store: each finding with its example, and nothing that was not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tacit.core.clock import parse_time
from tacit.core.notes.audit import Finding, StoreAudit, audit
from tacit.core.notes.audit_reading import survey
from tacit.core.notes.records import NoteStore
from tacit.core.redaction import Redactor

BEFORE = parse_time("2026-01-01")
SECRET = "sk-ant-" + "a1b2c3d4" * 5


def audited(
    path: Path, store: NoteStore, *, examples: int | None = 1, allow: tuple[str, ...] = ()
) -> StoreAudit:
    told, tally = survey(path, store, Redactor(b"", allow))
    return audit(store, "it", told, stale_before=BEFORE, examples=examples, unreadable=tally.skipped.items())


def finding(found: StoreAudit, name: str) -> Finding:
    (one,) = [one for one in found.findings if one.name == name]
    return one


def names(found: StoreAudit) -> list[str]:
    return [one.name for one in found.findings]


def listed(folder: Path, items: list[object]) -> Path:
    path = folder / "texts.json"
    path.write_text(json.dumps(items))
    return path


def graph(folder: Path, *lines: dict[str, object]) -> Path:
    path = folder / "memory.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))
    return path


def entity(name: str, *observations: str, **more: object) -> dict[str, object]:
    return {"type": "entity", "name": name, "entityType": "x", "observations": list(observations), **more}


def relation(one: str, other: str) -> dict[str, object]:
    return {"type": "relation", "from": one, "to": other, "relationType": "knows"}


DATED = {"created_at": "2026-06-01"}


def test_a_store_without_fault_has_no_finding(tmp_path: Path) -> None:
    path = listed(
        tmp_path, [{"text": "Tests are run with make", **DATED}, {"text": "Docs lie in docs", **DATED}]
    )
    found = audited(path, "json")
    assert (found.notes, found.left, found.findings) == (2, 2, ())
    assert found.bytes == len("Tests are run with make") + len("Docs lie in docs")
    assert found.largest == len("Tests are run with make")


def test_blanks_and_case_make_no_other_text_and_the_newest_copy_stays(tmp_path: Path) -> None:
    path = listed(
        tmp_path,
        [
            {"id": "old", "text": "Use  tabs", "created_at": "2026-02-01"},
            {"id": "new", "text": "use\ntabs ", "updated_at": "2026-03-01"},
            {"id": "none", "text": "USE TABS"},
        ],
    )
    found = audited(path, "json", examples=None)
    one = finding(found, "exact")
    assert (one.notes, one.left, found.left) == (2, 1, 1)
    assert [example.note.native for example in one.examples] == ["old", "none"]
    assert {example.other.native for example in one.examples if example.other} == {"new"}


def test_of_near_copies_two_places_and_the_likeness_are_told(tmp_path: Path) -> None:
    text = " ".join(f"word{n}" for n in range(20))
    path = listed(
        tmp_path,
        [{"id": "a", "text": text, **DATED}, {"id": "b", "text": text.replace("word9 ", "other "), **DATED}],
    )
    (example,) = finding(audited(path, "json"), "near").examples
    assert (example.note.native, example.other and example.other.native) == ("b", "a")
    assert example.likeness == pytest.approx(15 / 21, abs=1e-4)


def test_what_one_entity_says_twice_is_told_with_both_statements(tmp_path: Path) -> None:
    path = graph(
        tmp_path, entity("Ann", "Likes tea", "Lives in Rome", "likes  TEA"), entity("Bob", "Likes tea")
    )
    one = finding(audited(path, "mcp-memory"), "repeated")
    assert one.notes == 1
    (example,) = one.examples
    assert (example.note.native, example.text, example.more) == ("Ann", "likes TEA", "Likes tea")


def test_many_statements_of_one_entity_are_compared_too(tmp_path: Path) -> None:
    said = [
        f"On day {n} the harbour master wrote {n * 7} lines about ship number {n * n}" for n in range(200)
    ]
    path = graph(tmp_path, entity("Log", *said, f"{said[120]} again"))
    one = finding(audited(path, "mcp-memory", examples=None), "repeated")
    assert said[120] in [example.more for example in one.examples]


def test_stale_is_what_its_own_date_says_and_no_date_is_counted_apart(tmp_path: Path) -> None:
    path = listed(
        tmp_path,
        [
            {"id": "old", "text": "a a", "created_at": "2020-01-01"},
            {"id": "kept up", "text": "b b", "created_at": "2020-01-01", "updated_at": "2026-06-01"},
            {"id": "none", "text": "c c"},
        ],
    )
    found = audited(path, "json")
    (example,) = finding(found, "stale").examples
    assert (example.note.native, example.dated) == ("old", parse_time("2020-01-01"))
    assert finding(found, "undated").examples[0].note.native == "none"
    assert found.left == 2


def test_a_relation_to_nobody_leads_nowhere_from_either_end(tmp_path: Path) -> None:
    path = graph(
        tmp_path, entity("Ann", "a"), entity("Bob", "b"), relation("Ann", "Bob"), relation("Bob", "Cid"),
        relation("Dan", "Bob"), relation("x", "y"),
    )  # fmt: skip
    found = audited(path, "mcp-memory")
    one = finding(found, "dangling")
    assert one.notes == 1
    assert (one.examples[0].note.native, one.examples[0].more) == ("Bob", "Cid, Dan")
    assert dict(found.unreadable) == {"a relation of no entity": 1}
    assert found.left == 2, "it stays: the note itself may be worth something"


def test_links_of_markdown_are_resolved_by_title_name_and_path(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.md").write_text(
        "---\ntitle: First One\n---\n[[Second Note]] [[sub/b]] [[B|shown]] [[b#part]] [x](sub/b.md) "
        "[y](./sub/b.md#z) "
        "![[picture.png]] [web](https://example.org/no.md) `[[code]]`\n```\n[[fenced]]\n```\n"
        "[[Gone]] [z](sub/away.md)"
    )
    (tmp_path / "sub" / "b.md").write_text(
        "---\ntitle: Second note\n---\n[[first-one]] [up](../a.md) [out](../../x.md)"
    )
    one = finding(audited(tmp_path, "markdown"), "dangling")
    assert one.notes == 1
    assert one.examples[0].more == "Gone, sub/away.md"


def test_a_secret_is_counted_by_kind_and_shown_nowhere(tmp_path: Path) -> None:
    path = graph(
        tmp_path,
        entity(f"key {SECRET}", f"before {'x' * 300} the key is {SECRET} and more", "b"),
        entity("copy", f"the key is {SECRET}", f"The key is {SECRET}", createdAt="2020-01-01"),
        relation("copy", f"gone {SECRET}"),
    )
    found = audited(path, "mcp-memory", examples=None)
    one = finding(found, "secret")
    assert (one.notes, one.kinds) == (2, (("anthropic-key", 2),))
    assert "[REDACTED:anthropic-key]" in one.examples[0].text
    assert SECRET not in repr(found)
    assert "secret" not in names(audited(path, "mcp-memory", allow=(SECRET,)))


def test_empty_long_and_unreadable_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("---\ntitle: Nothing\n---\n")
    (tmp_path / "long.md").write_text("word " * 40_000)
    (tmp_path / "binary.md").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "fine.md").write_text("It is fine.")
    found = audited(tmp_path, "markdown")
    assert finding(found, "empty").examples[0].note.native == "empty.md"
    assert finding(found, "long").examples[0].note.native == "long.md"
    assert dict(found.unreadable) == {"binary file": 1}
    assert (found.notes, found.left) == (3, 2)


def test_the_same_store_gives_the_same_report(tmp_path: Path) -> None:
    lines = [
        entity(f"n{n}", f"Note {n % 7} says that there are {n % 5} of the things we count here")
        for n in range(60)
    ]
    path = graph(tmp_path, *lines)
    assert audited(path, "mcp-memory", examples=None) == audited(path, "mcp-memory", examples=None)
