"""Pages to read: what they show, that nothing of a record becomes markup, and whose files they touch."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from marked_up import HOSTILE, codes, links, parsed
from msgspec.structs import replace

from tacit.core.errors import TacitError, Usage
from tacit.core.ids import note_id
from tacit.core.model import Elsewhere, Evidenced, Part, Signature, Tally
from tacit.core.notes.records import Note
from tacit.exports.page_index import EVERYTHING, MOST, Held, index_page, note_row_of, row_of
from tacit.exports.page_note import note_page
from tacit.exports.page_pattern import pattern_page
from tacit.exports.page_session import session_page
from tacit.exports.pages import write_pages
from tacit.exports.source import Selection

NOW = 1_780_000_000_000
DAY = 86_400_000


@pytest.fixture
def memory(memory, made):
    """Also tells uses and steps of tasks, and which patterns rest on one."""
    session = memory.sessions[0]
    task = made.episode(session, 0).id
    uses = [Evidenced(task, session.id, "shop", "success", session.started, 1, 2)]
    memory.newest_uses = lambda _pattern, limit: uses[:limit]
    memory.steps = lambda _task, first=1, limit=None: [made.step(1), memory.error_step]
    memory.patterns_of = lambda _task: memory.patterns[:1]
    memory.notes = []
    memory.export_notes = lambda: iter(memory.notes)
    return memory


@pytest.fixture
def rich(made):
    """A pattern with everything that a page can tell."""
    return made.pattern(
        "class", "edit refused", "read", "edit",
        kind="error_recovery", verdict=None, expected=1.5, projects=2, project_names=("shop", "bank"),
        parts=tuple(Part(name, 2, 1, 1, 0, 0, 2, 1, NOW - DAY, NOW, 1.0) for name in ("shop", "bank")),
        claim=Tally(2, 2, 2, 1.0), since=Tally(2, 1, 0, 0.0), pinned=True, archived=True,
        variants=6, variant_ids=tuple(f"p-{'0' * 11}{n}" for n in range(6)),
        weeks=((NOW - 14 * DAY, 1, 1, 1), (NOW, 3, 2, 1)),
        elsewhere=(Elsewhere("alice", NOW, 9, 8, 7, "helps"),),
    )  # fmt: skip


def test_the_pages_have_the_published_layout(memory, tmp_path, content):
    report = write_pages(memory, tmp_path / "out")
    refused, tested = memory.patterns[1], memory.patterns[0]
    assert list(content(tmp_path / "out")) == [
        "index.md",
        f"patterns/error_recovery/edit-refused-read-{refused.id}.md",
        f"patterns/tool_sequence/edit-py-pytest-{tested.id}.md",
    ]
    assert (report.files, report.written, report.patterns, report.sessions) == (3, 3, 2, 0)


def test_the_index_links_every_pattern_and_each_page_leads_back(memory, tmp_path):
    write_pages(memory, tmp_path)
    index = (tmp_path / "index.md").read_text()
    pages = [tmp_path / place for place in links(index)]
    assert len(pages) == len(memory.patterns)
    for page in pages:
        assert [(page.parent / place).resolve() for place in links(page.read_text())] == [
            tmp_path / "index.md"
        ]
    assert "| 67 % [20–90] n=3 of 4 |" in index


def test_the_page_of_a_pattern_tells_all_that_is_known(memory, rich):
    text = "\n".join(pattern_page(memory, rich, {}))
    for part in (
        "After an error of the class `edit refused`: `read`, then `edit` again.",
        "- Success: **67 % [20–90] n=3 of 4**: 2 went well, 1 did not, of 1 nobody knows",
        "- Compared: 2 of 3, expected 1.5, going by how often this error was left behind",
        "- Since then: 0 % (0 of 1) in 2 uses",
        "- `bank`: 100 % n=1 of 2, last 2026-05-28",
        "- Files, the most frequent first: `a.py`",
        "- 1 ✓ `Bash` `pytest -q`\n- 2 ✗ `Bash` `pytest -q`: `test`, `AssertionError`",
        "- `alice`: 7 of 8, helps there, shared 2026-05-28",
        "- Pinned: ",
        "- Archived: ",
        "- Behind it: 6 variants, `p-000000000000`",
    ):
        assert part in text


def test_a_verdict_comes_with_its_reason(memory, made):
    pattern = made.pattern("edit *.py", "pytest", verdict="unproven", expected=2.2)
    text = "\n".join(pattern_page(memory, pattern, {}))
    assert (
        "- Verdict: unproven: 2 of 3, expected 2.2, going by tasks without it of the same project, length "
        "and kind of evidence; not proven either way"
    ) in text


def every_page(memory, made, rich, text):
    """A page of each sort with a text wherever a record has any."""
    pattern = replace(
        rich, title=text, key=("class", text, text, text), project_names=(text,), files=(text, text),
        parts=tuple(replace(part, project=text) for part in rich.parts),
        elsewhere=(Elsewhere(text, NOW, 1, 1, 1),),
    )  # fmt: skip
    step = made.step(1, tool=text, parameters=text, target=text, status="error", error=Signature(text, text))
    session = made.session("one", title=text, project=text, branch=text, version=text, model=text)
    task = made.episode(session, 0, prompt=text, followups=(text,), files=(text,), language=text)
    note = Note(note_id("json", text, text), "json", text, text, text, text, NOW, (text,), (text, text))
    memory.newest_uses = lambda *_: [Evidenced(task.id, session.id, text, "success", NOW, 1, 2)]
    memory.steps = lambda *_: [step, memory.error_step]
    memory.export_episodes = lambda _session: [(task, [step])]
    memory.patterns_of = lambda _task: [pattern]
    held = Held({rich.kind: [row_of(pattern, "p.md")]}, [(session, "s.md")], [note_row_of(note, "n.md")])
    yield pattern_page(memory, pattern, {session.id: "s.md"})
    yield session_page(memory, session, {pattern.id: "p.md"})
    yield note_page(note)
    yield index_page(held, part=False)


@given(text=HOSTILE.filter(bool))
@example(text="a | b")
@example(text="x\n```\n# y")
def test_nothing_of_a_record_becomes_markup(memory, made, rich, text):
    plain = [shape("\n".join(page)) for page in every_page(memory, made, rich, "words")]
    assert [shape("\n".join(page)) for page in every_page(memory, made, rich, text)] == plain


def shape(text):
    """The markup of a page: its tokens but for text and code, and where its links lead."""
    tokens, inside = parsed(text)
    marks = [token.type for token in inside if token.type not in {"text", "code_inline", "softbreak"}]
    return [token.type for token in tokens], marks, links(text)


def test_nothing_that_drives_a_terminal_or_belongs_to_one_store_leaves(memory, made, tmp_path, content):
    title = "\x1b]52;c;aGk=\x07\u202e[REDACTED:token:0f3a]"
    memory.patterns = [made.pattern("x", kind="error_recovery", verdict=None, title=title)]
    write_pages(memory, tmp_path)
    text = b"".join(content(tmp_path).values()).decode()
    assert not set("\x1b\x07\u202e") & set(text)
    assert "[REDACTED:token]" in text
    assert "0f3a" not in text


def test_two_exports_are_the_same_bytes_in_any_order_and_zone(memory, tmp_path, content, monkeypatch):
    write_pages(memory, tmp_path / "a")
    memory.patterns.reverse()
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        write_pages(memory, tmp_path / "b")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_what_did_not_change_is_not_rewritten_and_what_is_gone_is_removed(memory, tmp_path):
    def state():
        return {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in tmp_path.rglob("*") if p.is_file()}

    write_pages(memory, tmp_path)
    before = state()
    assert write_pages(memory, tmp_path).unchanged == 3
    assert state() == before
    memory.patterns.pop()
    report = write_pages(memory, tmp_path)
    assert (report.written, report.unchanged, report.removed) == (1, 1, 1)
    assert not (tmp_path / "patterns" / "error_recovery").exists()


def test_a_link_to_a_folder_is_written_to_as_the_folder_itself(memory, tmp_path, content):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert write_pages(memory, tmp_path / "link").written == 3
    memory.patterns.pop()
    assert write_pages(memory, tmp_path / "link").removed == 1
    write_pages(memory, tmp_path / "plain")
    assert content(tmp_path / "real") == content(tmp_path / "plain")


def test_a_file_that_no_export_wrote_is_never_touched(memory, tmp_path, content):
    write_pages(memory, tmp_path)
    folder = tmp_path / "patterns" / "error_recovery"
    own = ("notes.md", "patterns/custom.md", "patterns/error_recovery/mine.md", "sessions/log.txt")
    (tmp_path / "sessions").mkdir()
    for name in own:
        (tmp_path / name).write_text("mine")
    outside = tmp_path / "patterns" / "outside"
    outside.write_text("mine")
    link = folder / f"a-{memory.patterns[0].id}.md"
    link.symlink_to(outside)
    memory.patterns.clear()
    assert write_pages(memory, tmp_path).removed == 2
    assert all((tmp_path / name).read_text() == "mine" for name in own)
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["index.md", "other.txt"])
def test_a_directory_of_somebody_else_is_refused(memory, tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(Usage, match="no export of Tacit"):
        write_pages(memory, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_part_does_not_empty_an_export_of_everything(memory, tmp_path, content):
    write_pages(memory, tmp_path)
    before = content(tmp_path)
    with pytest.raises(Usage, match="export of everything"):
        write_pages(memory, tmp_path, Selection(memory.patterns[:1]))
    assert content(tmp_path) == before


def test_an_export_that_broke_off_says_so_and_goes_on(memory, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(memory, "newest_uses", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_pages(memory, tmp_path)
    assert (tmp_path / "index.md").read_text().endswith("not come to its end; run it again.\n")
    assert write_pages(memory, tmp_path).files == 3
    assert len(links((tmp_path / "index.md").read_text())) == 2


def test_a_kind_with_many_patterns_has_a_page_of_its_own_for_them(memory, made, tmp_path):
    memory.patterns = [made.pattern(f"n{n}", rank=n.to_bytes(4, "big")) for n in range(MOST + 5)]
    write_pages(memory, tmp_path)
    index = links((tmp_path / "index.md").read_text())
    assert index[-1] == "patterns/tool_sequence.md"
    assert len(index) == MOST + 1
    whole = (tmp_path / index[-1]).read_text()
    assert [name.split("-")[0] for name in codes(whole)] == [f"n{n}" for n in range(MOST + 5)]
    assert all((tmp_path / "patterns" / place).exists() for place in links(whole))
    memory.patterns = memory.patterns[:1]
    write_pages(memory, tmp_path)
    assert not (tmp_path / index[-1]).exists()


def test_a_chosen_session_has_a_page_that_its_patterns_lead_to(memory, tmp_path):
    [session, _], [pattern, _] = memory.sessions, memory.patterns
    report = write_pages(memory, tmp_path, Selection((pattern,), (session,)))
    assert (report.patterns, report.sessions) == (1, 1)
    [page] = (tmp_path / "sessions").iterdir()
    [task, _] = links(next((tmp_path / "patterns").rglob("*.md")).read_text())
    place, _, anchor = task.partition("#")
    assert (tmp_path / "patterns" / pattern.kind / place).resolve() == page
    headings = [line for line in page.read_text().splitlines() if line.startswith("## ")]
    assert anchor in [line[3:].lower().replace(" ", "-") for line in headings]
    assert (page.parent / links(page.read_text())[0]).resolve().name.endswith(f"{pattern.id}.md")
    assert len(links((tmp_path / "index.md").read_text())) == 2


def test_a_note_that_was_moved_in_has_a_page_while_it_is_there(memory, tmp_path):
    note = Note(
        note_id("json", "mem", "1"), "json", "mem", "1", "Use ruff", "Always\nuse it.", NOW, ("style",)
    )
    memory.notes = [note]
    assert write_pages(memory, tmp_path).notes == 1
    [page] = (tmp_path / "notes").iterdir()
    assert page.name == f"use-ruff-{note.id}.md"
    assert "```text\nAlways\nuse it.\n```" in page.read_text()
    assert f"notes/{page.name}" in links((tmp_path / "index.md").read_text())
    memory.notes.clear()
    assert write_pages(memory, tmp_path).removed == 1
    assert not page.parent.exists()


def test_it_stays_whole_where_it_cannot_be_written(memory, tmp_path):
    (tmp_path / "patterns").write_text("a file")
    (tmp_path / "index.md").write_text(EVERYTHING)
    with pytest.raises(TacitError, match="is not a folder"):
        write_pages(memory, tmp_path)


def test_a_memory_tells_the_same_pages_whenever_it_is_asked(open_memory, told, tmp_path, content):
    memory = open_memory("one")
    memory.import_path(told)
    memory.export(tmp_path / "a", format="markdown")
    memory.clock = lambda: NOW + 400 * DAY
    memory.export(tmp_path / "b", format="markdown")
    assert content(tmp_path / "a") == content(tmp_path / "b")
    one = memory.patterns("kind:recovery")[0]
    assert len(links((tmp_path / "a" / "index.md").read_text())) == memory.stats().patterns
    memory.export(tmp_path / "part", format="markdown", plan=memory.plan("kind:recovery"))
    assert all("error_recovery" in place for place in links((tmp_path / "part" / "index.md").read_text()))
    memory.export(tmp_path / "ids", format="markdown", ids=[one.id, memory.sessions()[0].id])
    assert len(links((tmp_path / "ids" / "index.md").read_text())) == 2


def test_a_memory_that_took_a_tree_back_tells_the_same_pages(open_memory, told, tmp_path, content):
    first, second = open_memory("one"), open_memory("two")
    first.import_path(told)
    first.export(tmp_path / "tree")
    second.import_path(tmp_path / "tree")
    for name, memory in (("a", first), ("b", second)):
        memory.export(tmp_path / name, format="markdown")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_the_mirror_is_not_made_of_pages(open_memory):
    with pytest.raises(Usage, match="needs a directory"):
        open_memory("one").export(format="markdown")
