from tacit.core.learn.episode import digest_of

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


def test_the_digest_follows_the_content(steps, episode):
    one, _ = episode(steps(EDIT))
    other, _ = episode(steps(EDIT), next_prompt="thanks")
    assert digest_of(one) == digest_of(episode(steps(EDIT))[0])
    assert digest_of(one) != digest_of(other)
