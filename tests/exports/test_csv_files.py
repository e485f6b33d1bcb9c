"""CSV: five tables, read back by other programs and compared with the JSON Lines export."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tacit.core.errors import TacitError, Usage
from tacit.core.ids import note_id
from tacit.core.notes.records import Note
from tacit.exports.csv_columns import COLUMNS, cell, header
from tacit.exports.csv_files import write_csv
from tacit.exports.lines import write_lines
from tacit.exports.source import Selection

SCHEMAS = Path(__file__).parents[2] / "exports" / "schema"
FILES = ["episodes.csv", "notes.csv", "patterns.csv", "sessions.csv", "steps.csv"]
csv.field_size_limit(sys.maxsize)


def table(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def told_in_lines(path):
    """What the JSON Lines say, as the rows of the five tables."""
    found = {name: [] for name in COLUMNS}
    for one in map(json.loads, path.read_text("utf-8").splitlines()):
        if one["type"] == "pattern":
            found["patterns"].append(without_type(one))
        elif one["type"] == "note":
            found["notes"].append(without_type(one))
        elif one["type"] == "session":
            session = one["session"]
            found["sessions"].append(session)
            for copy, entry in [(False, e) for e in one["episodes"]] + [(True, e) for e in one["copies"]]:
                judged = {"reward": entry["reward"], "reflection": entry["reflection"], "copy": copy}
                found["episodes"].append(entry["episode"] | judged)
                of = {"session": session["id"], "episode": entry["episode"]["id"], "copy": copy}
                found["steps"] += [step | of for step in entry["steps"]]
    return found


def note(native, **more):
    named = {"title": native, "text": native} | more
    return Note(note_id("json", "facts", native), "json", "facts", native, taken_at=1, **named)


def without_type(one):
    return {key: value for key, value in one.items() if key != "type"}


def check_row(row, record, before=""):
    """That the cells of a row are those of a JSON record; looked at without the code that is tested."""
    for key, value in record.items():
        text = row.get(before + key)
        if isinstance(value, dict):
            check_row(row, value, f"{before}{key}_")
        elif isinstance(value, str):
            assert (text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in set("=+-@") else text) == value
        elif value is None:
            assert not text
        else:
            assert json.loads(text) == value


def test_every_row_says_what_the_json_says(open_memory, told, tmp_path):
    memory = open_memory("store")
    memory.import_path(told)
    report = memory.export(tmp_path / "csv", format="csv")
    lines = memory.export(tmp_path / "lines", format="jsonl")
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == FILES
    assert (report.files, report.written, report.patterns) == (5, 5, lines.patterns)
    expected = told_in_lines(tmp_path / "lines" / "tacit.jsonl")
    for name in COLUMNS:
        rows = table(tmp_path / "csv", name)
        assert len(rows) == len(expected[name])
        for row, record in zip(rows, expected[name], strict=True):
            check_row(row, record)
            assert {key.split("_")[0] for key, text in row.items() if text} <= {
                key.split("_")[0] for key, value in record.items() if value is not None
            }


@pytest.mark.parametrize("form", ["pattern", "session", "episode", "step"])
def test_there_is_a_column_for_every_key_of_the_schema(form):
    schema = json.loads((SCHEMAS / f"{form}.json").read_text())
    columns = COLUMNS[f"{form}s"]
    for key, one in schema["properties"].items():
        paths = {f"{key}.{name}" for name in keys_of(schema, one)} or {key}
        assert paths <= set(columns)


def keys_of(schema, one):
    """The keys of an object, which may be null; none of anything else."""
    if "$ref" in one:
        one = schema["$defs"][one["$ref"].rpartition("/")[2]]
    inner = [key for other in one.get("oneOf", ()) for key in keys_of(schema, other)]
    return [*one.get("properties", ()), *inner]


def test_the_form_is_that_of_the_standard(memory, tmp_path):
    memory.patterns[0] = replace(memory.patterns[0], title='say "hi", then\nleave')
    write_csv(memory, tmp_path)
    content = (tmp_path / "patterns.csv").read_bytes()
    head, rest = content.split(b"\r\n", 1)
    assert head.decode() == ",".join(header("patterns"))
    assert b'"say ""hi"", then\nleave"' in rest
    assert rest.endswith(b"\r\n")
    assert rest.count(b"\r\n") == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("-1.5e3", "-1.5e3"),
        ("a=1", "a=1"),
        (-1, "-1"),
        (1.0, "1.0"),
        (None, ""),
        (True, "true"),
        (["=1", None, {"a": "é\x9b"}], '["=1",null,{"a":"é\\u009b"}]'),
        ("\r\nx", "'\r\nx"),
        ("\rx\x1b[2J\x00\x7f", "␍x␛[2J␀␡"),
        ("a\x9b\u202eb\u2028", "a��b�"),
    ],
)
def test_a_cell_is_shown_and_never_run(value, shown):
    assert cell(value) == shown


def test_a_selection_leaves_alone(memory, tmp_path):
    report = write_csv(memory, tmp_path, Selection(patterns=memory.patterns[:1]))
    assert [len(table(tmp_path, name)) for name in COLUMNS] == [1, 0, 0, 0, 0]
    assert (report.patterns, report.sessions) == (1, 0)
    write_csv(memory, tmp_path, Selection(sessions=memory.sessions[:1]))
    assert [len(table(tmp_path, name)) for name in COLUMNS] == [0, 1, 2, 4, 0]


def test_query_and_ids_choose_as_in_the_other_forms(open_memory, told, tmp_path):
    memory = open_memory("store")
    memory.import_path(told)
    session = memory.sessions()[0]
    memory.export(tmp_path, format="csv", ids=[session.id, memory.patterns()[0].id])
    assert [row["id"] for row in table(tmp_path, "sessions")] == [session.id]
    assert [row["id"] for row in table(tmp_path, "patterns")] == [memory.patterns()[0].id]
    memory.export(tmp_path, format="csv", plan=memory.plan("kind:heuristic"))
    assert {row["kind"] for row in table(tmp_path, "patterns")} == {"heuristic"}


def test_only_what_changed_is_written(memory, tmp_path):
    write_csv(memory, tmp_path)
    before = {name: (tmp_path / name).stat() for name in FILES}
    assert write_csv(memory, tmp_path).unchanged == 5
    memory.patterns = memory.patterns[:1]
    report = write_csv(memory, tmp_path)
    assert (report.written, report.unchanged) == (1, 4)
    same = [name for name in FILES if (tmp_path / name).stat().st_ino == before[name].st_ino]
    assert same == ["episodes.csv", "notes.csv", "sessions.csv", "steps.csv"]


def test_a_failure_keeps_all_files_that_were_there(memory, tmp_path, content):
    write_csv(memory, tmp_path)
    before = content(tmp_path)
    memory.patterns, memory.fail_after = [], 1
    with pytest.raises(RuntimeError):
        write_csv(memory, tmp_path)
    assert content(tmp_path) == before


def test_one_export_at_a_time(memory, tmp_path):
    def meanwhile(_done):
        with pytest.raises(TacitError, match="Another export"):
            write_csv(memory, tmp_path)

    write_csv(memory, tmp_path, None, meanwhile)


def test_the_mirror_is_json(open_memory):
    for form in ("csv", "msgpack"):
        with pytest.raises(Usage, match="needs a directory"):
            open_memory(form).export(format=form)
    with pytest.raises(Usage, match="no export form"):
        open_memory("other").export(format="xml")


def test_sqlite_reads_the_same_rows(open_memory, told, tmp_path):
    program = shutil.which("sqlite3")
    if program is None:
        pytest.skip("there is no sqlite3")
    memory = open_memory("store")
    memory.import_path(told)
    memory.export(tmp_path, format="csv")
    for name in COLUMNS:
        done = subprocess.run(
            [program, "-json", ":memory:", f".import --csv {name}.csv t", "SELECT * FROM t"],
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        assert json.loads(done.stdout or "[]") == table(tmp_path, name)


def test_copies_and_notes_are_told_as_in_the_lines(memory, made, tmp_path):
    memory.sessions = [made.session("one", episodes=1, title="=1, [2]")]
    memory.notes = [
        note("one", title="-x", text="a\n\nb", tags=("=t",), links=("knows → b",), changed=1),
        note("2"),
    ]
    write_csv(memory, tmp_path)
    write_lines(memory, tmp_path)
    expected = told_in_lines(tmp_path / "tacit.jsonl")
    assert [len(expected[name]) for name in COLUMNS] == [2, 1, 2, 4, 2]
    for name in COLUMNS:
        for row, record in zip(table(tmp_path, name), expected[name], strict=True):
            check_row(row, record)
    assert [row["copy"] for row in table(tmp_path, "episodes")] == ["false", "true"]


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_stand_in_the_docs(name):
    page = (SCHEMAS.parents[1] / "docs" / "export.md").read_text("utf-8")
    listed = page.split(f"`{name}.csv`\n\n")[1].split("\n\n")[0]
    assert listed.replace(",", " ").split() == header(name)
