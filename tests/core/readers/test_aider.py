"""Chat histories of aider: what was typed, what aider wrote by itself, and what its lines say was done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_sessions import Read, sessions_in
from told import story
from written_aider import quoted, typed, write

from tacit.core.drafts import EpisodeDraft
from tacit.core.learn.artifacts import artifacts_of
from tacit.core.learn.outcome import judge
from tacit.core.learn.understand import understand
from tacit.core.limits import EPISODE_BYTES, OBSERVATION_BYTES, PROMPT_BYTES, size
from tacit.core.readers.aider.reader import AiderReader
from tacit.core.readers.base import ReadTally, Source, Unreadable
from tacit.core.readers.registry import load_readers
from tacit.core.redaction import Redactor

HEADER = "\n# aider chat started at 2026-01-05 10:00:00\n\n"
TOKENS = "> Tokens: 4.2k sent, 1k cache hit, 300 received. Cost: $0.02 message, $0.02 session.  \n"
YES = "(Y)es/(N)o [Yes]: y"


def reading(path: Path) -> tuple[Read, ReadTally]:
    """Every session of a history."""
    return sessions_in(AiderReader(), path)


@pytest.fixture
def chat(tmp_path):
    """Reads the one session of these lines."""

    def read(*lines: str, header: str = HEADER) -> list[EpisodeDraft]:
        path = tmp_path / "shop" / ".aider.chat.history.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(header + "".join(lines), encoding="utf-8", newline="")
        ((_, episodes),) = reading(path)[0]
        return episodes

    return read


def steps(episode: EpisodeDraft) -> list[tuple[str, str, str]]:
    """Tool, what about, and status."""
    understood = [understand(step, "/") for step in episode.steps]
    return [(one.tool, one.target or one.parameters, one.status) for one in understood]


def label(episode: EpisodeDraft) -> str:
    return judge(episode, [understand(step, "/") for step in episode.steps]).label


def block(path: str, old: str = "a = 1", new: str = "a = 2") -> str:
    return f"\n{path}\n```python\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n\n"


def test_a_history_is_known_by_how_it_begins_and_a_page_about_it_is_not(tmp_path):
    reader = AiderReader()
    begins = b"\n# aider chat started at 2026-01-05 10:00:00\n\n> Aider v0.86.2  \n"
    assert reader.recognises(tmp_path / "x", begins)
    assert reader.recognises(tmp_path / "x", b"\xef\xbb\xbf" + begins.replace(b"\n", b"\r\n"))
    for other in (
        b"# How to read a history\n" + begins,
        b"\n# aider chat started at noon\n\n",
        b"# aider chat started at 2026-01-05\n",
        b"> Aider v0.86.2  \n\n#### hello  \n",
        b"{}",
        b"",
        b"\xff\xfe\x00",
    ):
        assert not reader.recognises(tmp_path / "x", other)
    assert "aider" in load_readers().names()


def test_several_lines_are_one_prompt_and_quotes_in_an_answer_are_none(chat):
    (one, two) = chat(
        typed("Rename it\n\nand keep the name"),
        "\n#### A heading\n> a quote\n# aider chat began\n\n#### Another\n\n",
        TOKENS,
        typed("What does it do?"),
        "\nIt adds.\n\n",
        TOKENS,
    )
    assert one.prompt == "Rename it\n\nand keep the name"
    assert two.prompt == "What does it do?"
    assert one.next_prompt == two.prompt
    assert (one.tokens, two.tokens) == (3500, 3500)


def test_a_history_whose_spaces_an_editor_took_is_read_all_the_same(chat):
    lines = [typed("Fix it"), block("a.py"), TOKENS, *quoted("Applied edit to a.py")]
    (one,) = chat(*(line.replace("  \n", "\n") for line in lines))
    assert one.prompt == "Fix it"
    assert steps(one) == [("edit", "a.py", "ok")]


def test_line_ends_of_windows_change_nothing(chat):
    lines = [HEADER, typed("Fix it\nnow"), block("a.py"), TOKENS, *quoted("Applied edit to a.py")]
    (one,) = chat(*(line.replace("\n", "\r\n") for line in lines), header="")
    assert one.prompt == "Fix it\nnow"
    assert '"diff":"<<<<<<< SEARCH' in one.steps[0].parameters


def test_what_aider_writes_in_the_place_of_words_opens_no_task(chat):
    plan = "I would rename it\n\n- in a.py\n> and note that"
    episodes = chat(
        typed("/ask what is it?"),
        typed("what is it?"),
        "\nA name.\n\n",
        TOKENS,
        typed("Rename it"),
        f"\n{plan}\n\n",
        TOKENS,
        *quoted(f"Edit the files? {YES}"),
        typed(plan),
        block("a.py"),
        TOKENS,
        *quoted("Applied edit to a.py"),
        typed("Add file to the chat? (Y)es/(N)o/(A)ll/(S)kip all/(D)on't ask again [Yes]: all"),
        typed("# Fix any errors below, if possible.\n\n## Running: flake8"),
        typed("# Question: how do I undo?\n\n# Relevant docs:\n\n<doc>x</doc>"),
        typed("<blank>"),
    )
    assert [one.prompt for one in episodes] == ["what is it?", "Rename it"]
    assert steps(episodes[1]) == [("edit", "a.py", "ok")]


def test_an_edit_is_told_with_its_blocks_and_the_commit_behind_it_is_no_success(chat):
    (one,) = chat(
        typed("Rename it"),
        block("src/a.py") + block("b.py", "x", "y").lstrip(),
        TOKENS,
        *quoted("Applied edit to b.py", "Applied edit to src/a.py", "Commit 1a2b3c4 refactor: rename it"),
        *quoted("You can use /undo to undo and discard each aider commit."),
    )
    assert steps(one) == [("edit", "b.py", "ok"), ("edit", "src/a.py", "ok")]
    assert "x\\n=======\\ny\\n" in one.steps[0].parameters
    assert "a = 1" not in one.steps[0].parameters
    assert one.steps[1].observation == "Applied edit to src/a.py\nCommit 1a2b3c4 refactor: rename it"
    assert label(one) == "unknown"
    made = artifacts_of([understand(step, "/") for step in one.steps])
    assert [(commit.hash, commit.subject) for commit in made.commits] == [("1a2b3c4", "refactor: rename it")]


def test_an_edit_that_the_person_took_back_was_rejected(chat):
    lines = [typed("Rename it"), block("a.py"), TOKENS, *quoted("Applied edit to a.py", "Commit 1a2b3c4 x")]
    (one,) = chat(*lines, typed("/undo"), *quoted("Removed: 1a2b3c4 x", "Now at:  0000000 y"))
    assert steps(one) == [("edit", "a.py", "rejected")]
    assert label(one) == "failure"
    assert one.followups == ("/undo",)
    (other,) = chat(*lines, typed("/undo"), *quoted("Removed: 7777777 of before", "Now at:  0000000 y"))
    assert steps(other) == [("edit", "a.py", "ok")]


def test_a_commit_that_was_asked_for_is_a_command_and_evidence(chat):
    (one,) = chat(
        typed("Rename it"),
        block("a.py"),
        TOKENS,
        *quoted("Applied edit to a.py"),
        typed("/commit"),
        *quoted("Commit 1a2b3c4 it's renamed"),
    )
    assert steps(one)[1][2] == "ok"
    assert one.steps[1].parameters == '{"command":"git commit -am \'it\'\\"\'\\"\'s renamed\'"}'
    assert label(one) == "success"
    made = artifacts_of([understand(step, "/") for step in one.steps])
    assert [commit.hash for commit in made.commits] == ["1a2b3c4"]
    (none,) = chat(typed("Do it"), typed("/commit now"), *quoted("No more changes to commit."))
    assert steps(none)[0][2] == "error"


def test_edits_that_do_not_fit_are_errors_of_their_files(chat):
    error = (
        "> # 2 SEARCH/REPLACE blocks failed to match!\n\n"
        "## SearchReplaceNoExactMatch: This SEARCH block failed to exactly match lines in a.py\n"
        "<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n\n"
        "## SearchReplaceNoExactMatch: This SEARCH block failed to exactly match lines in b.py\n"
        "Just reply with fixed versions of the blocks above that failed to match.  \n"
    )
    (one,) = chat(
        typed("Rename it"),
        block("a.py"),
        TOKENS,
        *quoted("The LLM did not conform to the edit format.", "https://aider.chat/docs/edit-errors.html"),
        error,
        block("a.py", "a = 0"),
        TOKENS,
        *quoted("Applied edit to a.py"),
    )
    assert steps(one) == [("edit", "a.py", "error"), ("edit", "b.py", "error"), ("edit", "a.py", "ok")]
    assert one.steps[0].observation.startswith("The LLM did not conform")
    assert one.steps[0].observation.endswith("failed to match.")
    assert "a = 0" in one.steps[2].parameters


def test_an_edit_of_another_form_that_does_not_fit_names_its_file_too(chat):
    refused = quoted("The LLM did not conform to the edit format.", "https://aider.chat/x.html")
    error = (
        "> UnifiedDiffNoMatch: hunk failed to apply!\n\n"
        "src/a.py does not contain lines that match the diff you provided!\nTry again.  \n"
    )
    (one,) = chat(typed("Rename it"), "\n--- a\n+++ b\n\n", TOKENS, *refused, error)
    assert steps(one) == [("edit", "src/a.py", "error")]
    (other,) = chat(
        typed("Rename it"), "\nx\n\n", TOKENS, *quoted("Exception while updating files:", "Disk full")
    )
    assert steps(other) == [("edit", "{}", "error")]
    assert other.steps[0].observation == "Exception while updating files:\nDisk full"


def test_edits_the_person_did_not_want_are_rejected_and_new_files_are_written(chat):
    (one,) = chat(
        typed("Make two files"),
        block("new.py", "") + block("no.py", ""),
        TOKENS,
        *quoted("new.py", f"Create new file? {YES}", "no.py", "Create new file? (Y)es/(N)o [Yes]: n"),
        *quoted("Skipping edits to no.py", "Skipping edits to .env that matches gitignore spec."),
        *quoted("Applied edit to new.py", "Did not apply edit to x.py (--dry-run)"),
    )
    wanted = [("edit", "no.py", "rejected"), ("edit", ".env", "error"), ("write", "new.py", "ok")]
    assert steps(one) == wanted


def test_a_test_tells_how_it_ended_and_no_other_command_does(chat):
    (one,) = chat(
        typed("Make it pass"),
        "\nI will.\n\n",
        TOKENS,
        typed("/test pytest -q"),
        *quoted("Added 12 lines of output to the chat."),
        block("a.py"),
        TOKENS,
        *quoted("Applied edit to a.py"),
        typed("/test pytest -q"),
        typed("/run make"),
        *quoted("Add 0.3k tokens of command output to the chat? (Y)es/(N)o [Yes]: y"),
        *quoted("Added 3 lines of output to the chat."),
        typed("!ls"),
        *quoted("Add 0.1k tokens of command output to the chat? (Y)es/(N)o [Yes]: n"),
    )
    assert [(command, status) for _, command, status in steps(one)] == [
        ('{"command":"pytest -q"}', "error"),
        ("a.py", "ok"),
        ('{"command":"pytest -q"}', "ok"),
        ('{"command":"make"}', "unfinished"),
        ('{"command":"ls"}', "unfinished"),
    ]
    assert one.followups == ()
    assert label(one) == "success"


def test_a_test_at_the_very_end_may_still_run(chat):
    (one,) = chat(typed("Make it pass"), "\nDone.\n\n", TOKENS, typed("/test pytest -q"))
    assert steps(one) == [("shell", '{"command":"pytest -q"}', "unfinished")]


def test_older_versions_print_into_the_chat_and_do_not_tell_of_tests_that_passed(chat):
    (one,) = chat(
        typed("Make it pass"), typed("/test pytest"), "> collected 2\n2 passed  \n", typed("thanks")
    )
    assert steps(one) == [("shell", '{"command":"pytest"}', "unfinished")]
    assert one.steps[0].observation == "collected 2\n2 passed"


def test_a_test_of_the_settings_is_not_named(chat):
    failed = quoted("Added 2 lines of output to the chat.")
    (one,) = chat(typed("Rename it"), typed("/test"), *failed, typed("/run"), typed("/git"), typed("thanks"))
    assert steps(one) == [("test", "{}", "error")]


def test_git_says_itself_whether_it_failed(chat):
    (one,) = chat(
        typed("Commit it"),
        typed("/git commit -am 'x'"),
        "> [main 1a2b3c4] x\n 1 file changed  \n",
        typed("/git push"),
        "> fatal: No configured push destination.\nEither name it  \n",
    )
    assert [one for *_, one in steps(one)] == ["ok", "error"]
    assert one.steps[0].observation == "[main 1a2b3c4] x\n 1 file changed"


def test_commands_the_agent_wanted_are_run_or_refused(chat):
    ask = "Run shell command? (Y)es/(N)o/(D)on't ask again [Yes]: "
    (one,) = chat(
        typed("Install it"),
        "\n```bash\npip install x\n```\n\n",
        TOKENS,
        *quoted("pip install x", f"{ask}y", "Running pip install x"),
        *quoted(
            "Add command output to the chat? (Y)es/(N)o [Yes]: y", "Added 4 lines of output to the chat."
        ),
        *quoted("rm -rf /", f"{ask}n", "Running into trouble is no command"),
    )
    assert steps(one) == [
        ("shell", '{"command":"pip install x"}', "unfinished"),
        ("shell", '{"command":"rm -rf /"}', "rejected"),
    ]


def test_a_linter_or_a_test_that_aider_runs_by_itself_is_told_where_it_failed(chat):
    (one,) = chat(
        typed("Rename it"),
        block("a.py"),
        TOKENS,
        *quoted(
            "Applied edit to a.py", "Commit 1a2b3c4 x", "## Running: flake8", "a.py:1:1: E999 SyntaxError"
        ),
        *quoted(f"Attempt to fix lint errors? {YES}"),
        *quoted("Added 9 lines of output to the chat.", f"Attempt to fix test errors? {YES}"),
    )
    assert steps(one) == [("edit", "a.py", "ok"), ("lint", "{}", "error"), ("test", "{}", "error")]
    assert one.steps[1].observation == "## Running: flake8\na.py:1:1: E999 SyntaxError"


def test_files_in_the_chat_are_read_for_the_prompt_that_follows_and_once(chat):
    (one, two) = chat(
        *quoted("Aider v0.86.2", "Added a.py to the chat.", "Added CONVENTIONS.md to the chat (read-only)."),
        typed("Explain it"),
        *quoted("b.py", "Add file to the chat? (Y)es/(N)o/(D)on't ask again [Yes]: y"),
        "\nIt adds.\n\n",
        TOKENS,
        typed("/add c.py"),
        *quoted("Added c.py to the chat", "Added 2 files from directory x to read-only files."),
        typed("/chat-mode ask"),
        *quoted("Aider v0.86.2", "Added a.py to the chat.", "Added c.py to the chat."),
        typed("/drop a.py"),
        *quoted("Removed a.py from the chat", "Added a.py to the chat"),
        typed("Explain more"),
    )
    read = [[about for tool, about, status in steps(each)] for each in (one, two)]
    assert read == [["a.py", "CONVENTIONS.md", "b.py"], ["c.py", "a.py"]]
    assert one.followups == ("/add c.py", "/chat-mode ask", "/drop a.py")


def test_ctrl_c_stops_an_answer_and_nothing_at_the_prompt(chat):
    stopped = "> \n> \n> ^C again to exit  \n"
    (one, two) = chat(
        typed("Rename it"), stopped, "\nI was ab\n\n", typed("Explain it"), "\nYes.\n\n", TOKENS, stopped
    )
    assert (one.interrupted, two.interrupted) == (True, False)


def test_one_file_has_many_sessions_and_a_session_its_model_and_version(tmp_path):
    path = write(story(), tmp_path)
    write(story(start=story().start + 3_600_000), tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n# aider chat started at 2026-01-06 10:00:00\n\n> Aider v0.86.2  \n")
    found, tally = reading(path)
    assert [head.started for head, _ in found] == [1_767_607_200_000, 1_767_610_800_000]
    assert {(head.model, head.version, head.directory) for head, _ in found} == {
        ("some-model-1", "0.86.2", str(path.parent))
    }
    assert all(len(episodes) == 2 for _, episodes in found)
    assert len({one.native for _, episodes in found for one in episodes}) == 4
    assert tally.lines == path.read_bytes().count(b"\n")
    assert all(step.seconds is None for _, episodes in found for one in episodes for step in one.steps)


def test_two_repositories_in_one_second_are_two_sessions_and_a_copy_is_the_same(tmp_path):
    one, other = write(story(), tmp_path / "one"), tmp_path / "other.md"
    other.write_bytes(one.read_bytes().replace(b"12 files", b"13 files"))
    copy = tmp_path / "copy.md"
    copy.write_bytes(one.read_bytes() + one.read_bytes())
    natives = [reading(path)[0][0][0].native for path in (one, other, copy)]
    assert natives[0] == natives[2] != natives[1]
    assert reading(copy)[1].skipped == {"repeated session": 1}
    assert reading(copy)[0][0][0].directory == ""


def test_in_an_archive_the_folder_is_the_one_inside(tmp_path):
    path = write(story(), tmp_path)
    told = []
    for name in ("/a/b.tar!work/shop/.aider.chat.history.md", "/a/b.tar!.aider.chat.history.md", ""):
        (transcript, *_) = AiderReader().read(Source(path, name=name), Redactor(b"k" * 32))
        told.append(transcript.session.directory)
    assert told == ["work/shop", "", str(path.parent)]


def test_a_history_that_grows_keeps_its_sessions_and_tasks_and_a_half_line_waits(tmp_path):
    path = write(story(), tmp_path)
    content = path.read_bytes()
    before: dict[str, int] = {}
    for end in range(0, len(content) + 1, 97):
        path.write_bytes(content[:end])
        try:
            (_, episodes), *_ = reading(path)[0]
        except Unreadable:
            assert not before
            continue
        now = {one.native: len(one.steps) for one in episodes}
        assert before.keys() <= now.keys()
        before = now
    path.write_bytes(content + b"\n#### half a pro")
    found, tally = reading(path)
    assert [one.prompt for one in found[0][1]] == [task.prompt for task in story().tasks]
    assert tally.read_to == len(content) + 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"\xff\xfe#\0", "wrong encoding"),
        (b"nothing of aider's", "no prompt or call in it"),
        (HEADER.encode(), "no prompt or call in it"),
        (HEADER.encode() + b"> Aider v0.86.2  \n> Added a.py to the chat.  \n", "no prompt or call in it"),
    ],
)
def test_what_holds_no_chat_is_refused_with_a_reason(tmp_path, content, reason):
    path = tmp_path / "x.md"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        reading(path)
    assert refused.value.reason == reason


def test_a_command_before_any_prompt_stands_alone(chat):
    (one,) = chat(typed("/test pytest"), *quoted("Added 3 lines of output to the chat."))
    assert (one.prompt, steps(one)) == ("", [("shell", '{"command":"pytest"}', "error")])
    (asked,) = chat(typed("/test pytest"), *quoted("Added 3 lines of output to the chat."), typed("Mend it"))
    assert (asked.prompt, len(asked.steps), asked.native) == ("Mend it", 1, one.native)


def test_secrets_and_wrong_bytes_do_not_pass(tmp_path):
    key = "sk-ant-api03-" + "a1B2" * 24
    path = tmp_path / "x.md"
    lines = [HEADER, typed(f"Use {key}"), block("a.py", key, "b"), TOKENS, *quoted(f"Applied edit to {key}")]
    path.write_bytes("".join(lines).encode() + b"\n#### \xff\xc3 bytes  \n")
    found, _ = reading(path)
    assert key not in repr(found)
    assert found[0][1][1].prompt == "�� bytes"


def test_a_large_history_and_lines_without_end_are_cheap(tmp_path):
    path = tmp_path / "x.md"
    nasty = [
        HEADER,
        typed("Do it"),
        "<<<<<<< SEARCH\n" * 50_000,
        " " * 200_000 + "x\n" + "> " + " " * 200_000 + "x\n",
        "".join(quoted(*(f"Applied edit to {n}.py" for n in range(3_000)))),
        typed("x" * 3_000_000),
        ("\nSome answer of a line or two.\n" * 40 + TOKENS + typed("Go on with that one")) * 3_000,
    ]
    path.write_text("".join(nasty), encoding="utf-8")
    ((_, episodes),) = reading(path)[0]
    assert len(episodes) == 3_001
    assert max(size(one.prompt) for one in episodes) <= PROMPT_BYTES


CONTENT = [HEADER, typed("Rename it\nplease"), block("a.py"), TOKENS]
CONTENT += quoted(
    "b.py", f"Create new file? {YES}", "Applied edit to b.py", "Commit 1a2b3c4 x", "Removed: 1a2b3c4 x"
)
CONTENT += [
    typed("/test pytest"),
    *quoted("Added 2 lines of output to the chat.", f"Run shell command? {YES}"),
]
CONTENT += [
    typed("/git status"),
    "> fatal: no\nrepository  \n",
    typed("/ask why"),
    typed("why"),
    *quoted("^C again to exit"),
]
CONTENT += [
    *quoted("The LLM did not conform to the edit format."),
    "> failed\nto exactly match lines in a.py  \n",
]
BYTES = "".join(CONTENT + CONTENT).encode()


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_done_to_the_bytes_sessions_are_read_or_a_reason_is_given(tmp_path_factory, data):
    content = bytearray(BYTES)
    for _ in range(data.draw(st.integers(1, 8))):
        at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 60))
        piece = data.draw(st.sampled_from([b"", b"\xff", b"\n", b"> ", b"#### ", b"  \n", b"\0", b"\r\n"]))
        content[at : at + length] = piece
    path = tmp_path_factory.mktemp("mutated") / "x.md"
    path.write_bytes(bytes(content))
    try:
        found, _ = reading(path)
    except Unreadable:
        return
    for _, episodes in found:
        assert len({one.native for one in episodes}) == len(episodes)
        for one in episodes:
            assert size(one.prompt) <= PROMPT_BYTES
            assert sum(size(step.parameters) for step in one.steps) <= EPISODE_BYTES
            assert all(size(step.observation) <= OBSERVATION_BYTES for step in one.steps)
            for step in one.steps:
                understand(step, "/")
