"""What a person declared, over real and made-up transcripts: every shown use is of steps that hold it.

The other six kinds are read again in ``test_recount.py``; nothing here calls an extractor.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from transcript import START

from tacit import Memory
from tacit.core.demo.transcripts import write_transcripts
from tacit.core.model import Evidenced, Step

SAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "sessions" / "claude-code"
DECLARED = """
[[pattern]]
name = "read and edit"
actions = ["read *", "edit *"]

[[pattern]]
name = "read and edit in the end"
actions = ["read *", "...", "edit *"]

[[pattern]]
name = "a test was read"
tool = "read"
files = "*test*"

[[pattern]]
name = "an edit was refused"
error = "edit refused"
"""


@pytest.fixture(scope="module", params=["demo", "samples"])
def declared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    """A memory that learned with these patterns declared."""
    folder = tmp_path_factory.mktemp(request.param)
    source = SAMPLES
    if request.param == "demo":
        source = folder / "in"
        write_transcripts(source, START)
    elif not source.is_dir():
        pytest.skip("the sample transcripts are not here")
    (folder / "home").mkdir()
    (folder / "home" / "patterns.toml").write_text(DECLARED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACIT_HOME", str(folder / "home"))
        with Memory.open(folder / "store", clock=lambda: START) as memory:
            memory.import_paths([source])
            yield memory


def uses(memory: Memory, name: str) -> list[tuple[Evidenced, list[Step]]]:
    """The uses of a declared pattern and their steps, from the first to the last."""
    (row,) = [one for one in memory.patterns("kind:custom") if one.key == (name,)]
    found = memory.evidence(row.id)
    assert len(found) == row.uses
    assert len({use.episode for use in found}) == row.uses, "a key is used once an episode"
    return [
        (use, [step for step in memory.steps(use.episode) if use.first <= step.n <= use.last])
        for use in found
    ]


def labels(steps: list[Step]) -> list[str]:
    """The names of what was done, immediate repeats once, how it ended behind it where it failed."""
    main = [step for step in steps if step.agent is None and not step.left]
    done = [
        f"{action.name} failed" if action.status == "failed" else action.name
        for step in main
        if step.kind not in {"plan", "ask"} and step.status in {"ok", "error"}
        for action in step.actions
        if action.status != "skipped"
    ]
    return [label for label, _ in groupby(done)]


def test_every_use_of_a_sequence_holds_it_directly(declared: Memory):
    for _, steps in uses(declared, "read and edit"):
        done = labels(steps)
        assert any(fnmatchcase(a, "read *") and fnmatchcase(b, "edit *") for a, b in pairwise(done)), done


def test_every_use_of_a_sequence_with_a_gap_begins_and_ends_with_it(declared: Memory):
    for _, steps in uses(declared, "read and edit in the end"):
        assert fnmatchcase(labels(steps[:1])[0], "read *")
        assert fnmatchcase(labels(steps[-1:])[-1], "edit *")


def test_every_use_of_a_condition_is_one_step_that_meets_it(declared: Memory):
    for _, (step,) in uses(declared, "a test was read"):
        assert step.kind == "read"
        assert "test" in (step.target or "")
    for _, (step,) in uses(declared, "an edit was refused"):
        assert step.error is not None
        assert step.error.family == "edit refused"


def test_a_use_ended_as_its_episode_where_it_holds_none_of_the_evidence(declared: Memory):
    ended = {one.id: one.outcome for one in declared.episodes()}
    for row in declared.patterns("kind:custom"):
        for use in declared.evidence(row.id):
            evidence = {one.step for one in ended[use.episode].evidence}
            circular = not evidence.isdisjoint(range(use.first, use.last + 1))
            outside = ended[use.episode].source in {"mark", "label"}
            assert use.result in {"unknown", ended[use.episode].label}
            assert use.result == "unknown" or outside or not circular
