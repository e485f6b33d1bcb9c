from tacit.core.learn.extractors.context import ContextExtractor

READ, EDIT = ("Read", "/home/dev/app/a.go"), ("Edit", "/home/dev/app/a.go")
TEST, LINT = ("Bash", "make test"), ("Bash", "make lint")


def found(steps, episode, calls, **fields):
    made = steps(*calls)
    _, built = episode(made, **fields)
    return ContextExtractor().extract(built, made)


def test_the_approach_is_the_order_in_which_phases_first_came(steps, episode):
    calls = [READ, ("Grep", "x"), EDIT, LINT, EDIT, TEST, EDIT, LINT, ("Bash", "git commit -m x")]
    (use,) = found(steps, episode, calls, label="partial")
    assert use.key == ("app", "go", "debugging", "explore → edit → lint → test → commit")
    assert (use.first, use.last, use.at, use.result) == (1, 9, 99_000, "partial")


def test_the_run_that_decided_is_no_phase(steps, episode):
    (use,) = found(steps, episode, [READ, EDIT, LINT, EDIT, TEST])
    assert (use.result, use.key[-1]) == ("success", "explore → edit → lint")


def test_the_prompt_tells_the_type_and_the_edits_the_language(steps, episode):
    (use,) = found(steps, episode, [READ, LINT], prompt="hello", label="success")
    assert use.key == ("app", "", "other", "explore → lint")
    (use,) = found(steps, episode, [READ, EDIT], prompt="refactor the parser", label="success")
    assert use.key[1:3] == ("go", "refactoring")


def test_one_phase_is_no_order(steps, episode):
    assert found(steps, episode, [READ, ("Grep", "x"), ("Bash", "cat a.go")], label="success") == []


def test_what_did_not_happen_is_no_phase(steps, episode):
    calls = [READ, (*TEST, "", "rejected"), (*LINT, "", "ok", {"left": True}), EDIT, ("TodoWrite", "x")]
    (use,) = found(steps, episode, calls, label="success")
    assert use.key[-1] == "explore → edit"


def test_editing_in_a_shell_is_editing(steps, episode):
    (use,) = found(steps, episode, [("Bash", "rg x"), ("Bash", "sed -i s/a/b/ a.go")], label="success")
    assert use.key[-1] == "explore → edit"


def test_what_came_after_the_decision_is_no_part_of_the_way_there(steps, episode):
    calls = [EDIT, LINT, EDIT, TEST, READ, ("Bash", "npm install")]
    (use,) = found(steps, episode, calls)
    assert (use.key[-1], use.first, use.last) == ("edit → lint", 1, 2)
    assert found(steps, episode, [TEST, READ, ("Bash", "npm install")]) == []
