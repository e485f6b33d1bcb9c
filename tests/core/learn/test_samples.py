"""The real sample transcripts, where they lie beside the project."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tacit.core.learn.episode import build_episode
from tacit.core.learn.extractors.hybrid import extract
from tacit.core.learn.paths import project_of
from tacit.core.learn.understand import understand
from tacit.core.model import Session
from tacit.core.readers.base import Source
from tacit.core.readers.claude_code import ClaudeCodeReader
from tacit.core.redaction import Redactor

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "sessions" / "claude-code"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample transcripts are not here")


@pytest.fixture(scope="module")
def learned():
    found = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        transcript = ClaudeCodeReader().read(Source(path), Redactor(b"secret"))
        head = transcript.session
        project = project_of(head.directory, head.repository)
        session = Session(path.stem[-2:], head.native, head.agent, project, "", head.directory, 0, 0)
        for draft in transcript.episodes():
            steps = [understand(step, head.directory) for step in draft.steps]
            found.append((build_episode(session, draft, steps), steps))
    return found


def test_counts(learned):
    episodes = [episode for episode, _ in learned]
    total = Counter()
    for name in (
        "steps",
        "errors",
        "rejected",
        "cancelled",
        "interrupted",
        "subagent_steps",
        "subagent_errors",
    ):
        total[name] = sum(getattr(episode, name) for episode in episodes)
    assert list(total.values()) == [318, 38, 6, 1, 1, 27, 4]
    assert len({episode.project for episode in episodes}) == 5


def test_edit_refused_read_edit_is_four_of_seven(learned):
    uses = defaultdict(list)
    for episode, steps in learned:
        for use in extract(episode, steps):
            if use.key == ("class", "edit refused", "read", "edit"):
                uses[episode.session].append(use.result)
    assert dict(uses) == {
        "01": ["success"],
        "07": ["success", "success"],
        "11": ["success"],
        "14": ["failure", "failure", "failure"],
    }


def test_no_action_is_a_fragment(learned):
    names = {action.name for _, steps in learned for step in steps for action in step.actions}
    assert all(name.isprintable() and "EOF" not in name and '"' not in name for name in names)


def test_no_sequence_rests_on_its_own_evidence(learned):
    for episode, steps in learned:
        evidence = episode.outcome.evidence
        if evidence and evidence[0].step is not None:
            for use in extract(episode, steps):
                if use.kind == "tool_sequence":
                    assert not use.first <= evidence[0].step <= use.last
