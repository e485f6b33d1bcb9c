"""Reflections as a whole: their bounds, their wording, and those on the real transcripts."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.core.drafts import EpisodeDraft
from tacit.core.learn.episode import build_episode
from tacit.core.learn.reflection import MOST, reflect
from tacit.core.learn.remarks import Remark, listed, quoted, seconds_text, steps_text
from tacit.core.learn.understand import understand
from tacit.core.model import Session
from tacit.core.readers.base import Source
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

FOLDER = Path(__file__).parents[4].parent / "shared" / "data" / "sessions" / "claude-code"
A = "/home/dev/app/a.go"
UNREAD = "<tool_use_error>File has not been read yet. Read it first before writing to it.</tool_use_error>"
NOT_FOUND = "<tool_use_error>String to replace not found in file.</tool_use_error>"
SESSION = Session("s-1", "native", "claude-code", "app", "", "/home/dev/app", 0, 0)
DENIED = (
    "The tool use was rejected. To tell you how to proceed, the user said:\ntoo slow, run unit tests only."
)
LINT = "Exit code 1\na.go:1:1: exported func F should have comment (revive)\n1 issues:"


def test_nothing_is_said_of_nothing(steps, episode):
    reflection = reflect(episode([])[1], [])
    assert (reflection.successes, reflection.improvements, reflection.insights) == ((), (), ())


def test_words_of_remarks():
    assert steps_text((1, 2, 3, 7, 9, 10)) == "steps 1–3, 7, 9–10"
    assert steps_text(range(1, 16, 2)) == "steps 1, 3, 5, 7, 9, 11, 13, 15"
    assert steps_text(range(1, 100, 2)) == "steps 1, 3, 5, 7, 9, 11, 13, 15, … 42 more"
    assert Remark("It is so", (4,), "tool", 1).sentence == "It is so (step 4)."
    assert [seconds_text(n) for n in (0.04, 59.9, 59.96, 60, 125, 3600 + 185)] == [
        "0.0 s", "59.9 s", "1 min", "1 min", "2 min 5 s", "1 h 3 min"
    ]  # fmt: skip
    assert listed(["a", "b", "a", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    assert quoted("<path>:<n>: undefined: x") == "“undefined: x”"
    assert len(quoted("x" * 500)) == 112


CALLS = st.tuples(
    st.sampled_from(("Edit", "Read", "Write", "Bash", "Grep", "Task", "TodoWrite", "WebFetch", "Odd")),
    st.sampled_from((A, "pytest -q", "git commit -m x", "ruff check . | tail", "ls; cat x", "", "'")),
    st.sampled_from((NOT_FOUND, UNREAD, LINT, DENIED, "3 passed in 0.1s", "0 issues.", "")),
    st.sampled_from(("ok", "error", "rejected", "cancelled", "interrupted", "unfinished")),
    st.fixed_dictionaries(
        {"seconds": st.none() | st.floats(0, 900), "left": st.booleans()},
        optional={"agent": st.just("sub"), "parent": st.just(1)},
    ),
)


@settings(deadline=None)
@given(calls=st.lists(CALLS, max_size=25), ended=st.integers(0, 2_000_000), tokens=st.integers(0, 200_000))
def test_whatever_was_done_can_be_reflected_on(steps, calls, ended, tokens):
    made = steps(*calls)
    built = build_episode(SESSION, EpisodeDraft("e", "fix a.go", 0, ended, (), tokens=tokens), made)
    found = reflect(built, made)
    assert found == reflect(built, made)
    main = {step.n for step in made if step.agent is None and not step.left}
    for remarks in (found.successes, found.improvements, found.insights):
        assert len({remark.text for remark in remarks}) == len(remarks) <= MOST
        for remark in remarks:
            assert "  " not in remark.text
            assert main.issuperset(remark.steps) or remark.topic in {"artifact", "outcome"}


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample transcripts are not here")
def test_every_real_sentence_rests_on_steps_that_are_there():
    told = {}
    for path in sorted(FOLDER.glob("*.jsonl")):
        transcript = ClaudeCodeReader().read(Source(path), Redactor(b"secret"))
        head = transcript.session
        session = Session("s-1", head.native, head.agent, "app", "", head.directory, 0, 0)
        for number, draft in enumerate(transcript.episodes(), 1):
            steps = [understand(step, head.directory) for step in draft.steps]
            found = reflect(build_episode(session, draft, steps), steps)
            known = {step.n for step in steps}
            for remarks in (found.successes, found.improvements, found.insights):
                assert len(remarks) <= MOST
                assert all(remark.steps and known.issuperset(remark.steps) for remark in remarks)
                assert [one.weight for one in remarks] == sorted(
                    (one.weight for one in remarks), reverse=True
                )
            told[path.stem[-2:], number] = found
    assert told["11", 1].successes[0].steps == (1, 24, 28, 31, 32)
    assert told["14", 2].improvements[0].steps == (8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 21)
    assert told["08", 2].improvements[0].text.endswith("“don't run CI or integration tests, too slow”")
    assert (
        told["13", 4]
        .improvements[0]
        .text.startswith("Judged a success by a build or lint, yet the next prompt")
    )
