import msgspec
from msgspec.structs import asdict

from tacit.core.learn.episode import described, digest_of
from tacit.core.model import Commit, Episode, Figure, PullRequest

EDIT = ("Edit", "/home/dev/app/a.go")


def test_counts_tell_main_and_sub_agents_apart(steps, episode):
    made = steps(
        EDIT,
        ("Edit", "/home/dev/app/b.go", "no", "rejected"),
        ("Edit", "/home/dev/app/b.go", "no", "cancelled"),
        ("Bash", "ls", "Exit code 1", "error"),
        ("Bash", "ls", "", "interrupted", {"left": True}),
        ("Write", "/tmp/x.py"),
        ("Write", "/home/dev/app/c.py", {"agent": "a", "parent": 1}),
        ("Read", "/x", "", "error", {"agent": "a", "parent": 1}),
    )
    _, built = episode(made, cut_steps=2)
    assert (built.steps, built.errors, built.cut_steps) == (8, 4, 2)
    assert (built.rejected, built.cancelled, built.interrupted, built.left) == (1, 1, 1, 1)
    assert (built.subagent_steps, built.subagent_errors) == (2, 1)
    assert built.files == ("a.go", "c.py")
    assert built.tools == (("edit", 3, 0), ("shell", 2, 1), ("write", 1, 0))


def test_worth_needs_a_prompt_two_steps_and_a_success(steps, episode):
    two = steps(EDIT, EDIT)
    assert episode(two)[1].unworthy is None
    assert episode(two, prompt=" ")[1].unworthy == "no prompt"
    assert episode(two[:1])[1].unworthy == "fewer than two steps"
    stopped = steps(("Bash", "ls", "", "rejected"), ("Bash", "ls", "", "cancelled"))
    assert episode(stopped)[1].unworthy == "abandoned before its first success"


def test_a_stop_that_something_else_outweighs_is_a_stop_still(steps, episode):
    stopped = steps(("Bash", "ls", "", "rejected"), ("Bash", "ls", "", "cancelled"))
    corrected = episode(stopped, next_prompt="no, that is wrong")[1]
    assert corrected.outcome.source == "prompt"
    assert corrected.unworthy == "abandoned before its first success"


def test_the_work_is_told_by_prompt_and_steps(steps, episode):
    made = steps(
        ("Edit", "/home/dev/app/a.go"),
        ("Edit", "/home/dev/app/b.py", "", "ok", {"agent": "a", "parent": 1}),
        ("Edit", "/home/dev/app/a.go"),
        ("Bash", "pytest --cov", "TOTAL   10   2   80%\n3 passed in 0.1s"),
        ("Bash", "git commit -m x", "[main 1a2b3c4] fix: the parser"),
        ("Bash", "gh pr create", "https://github.com/o/r/pull/7"),
        ("Bash", "ruff check .", "All checks passed!"),
    )
    built = episode(made)[1]
    assert (built.task_type, built.language, built.complexity) == ("debugging", "go", "moderate")
    assert built.commits == (Commit(5, "1a2b3c4", "fix: the parser"),)
    assert built.pulls == (PullRequest(6, "https://github.com/o/r/pull/7"),)
    assert (built.coverage, built.lint_warnings) == (Figure(80.0, 4), Figure(0.0, 7))


def test_what_whoever_opened_it_said_stands_before_the_prompt(steps, episode):
    assert episode(steps(EDIT), task_type="analysis")[1].task_type == "analysis"
    assert episode(steps(EDIT), task_type="surgery")[1].task_type == "debugging"


def test_the_digest_is_of_what_a_reader_saw_and_not_of_what_is_made_of_it(steps, episode):
    draft, built = episode(steps(EDIT, EDIT))
    assert built.digest == episode(steps(("Read", "/home/dev/app/a.go")))[1].digest == digest_of(draft)


def test_an_episode_stored_before_its_work_was_told_is_told_from_what_is_stored(steps, episode):
    made = steps(EDIT, ("Bash", "git commit -m x", "[main 1a2b3c4] fix: the parser"))
    built = episode(made)[1]
    told = ("task_type", "language", "complexity", "commits", "pulls", "coverage", "lint_warnings")
    old = msgspec.convert({name: value for name, value in asdict(built).items() if name not in told}, Episode)
    assert old.complexity is None
    assert described(old, made) == built


def test_the_digest_follows_the_content(steps, episode):
    one, _ = episode(steps(EDIT))
    other, _ = episode(steps(EDIT), next_prompt="thanks")
    assert digest_of(one) == digest_of(episode(steps(EDIT))[0])
    assert digest_of(one) != digest_of(other)
