from tacit.core.learn.extractors.decision import DecisionExtractor

READ, EDIT = ("Read", "/home/dev/app/a.go"), ("Edit", "/home/dev/app/a.go")
REFUSED = (*EDIT, "File has not been read yet.", "error")
FAIL, PASS = ("Bash", "make test", "FAIL", "error"), ("Bash", "make test")


def found(steps, episode, calls, **fields):
    made = steps(*calls)
    _, built = episode(made, **fields)
    return {use.key: use for use in DecisionExtractor().extract(built, made)}


def test_what_came_after_a_failure_is_a_choice_and_counts_once(steps, episode):
    uses = found(steps, episode, [REFUSED, READ, EDIT, REFUSED, READ], label="success")
    assert set(uses) == {("edit failed", "read")}
    use = uses["edit failed", "read"]
    assert (use.first, use.last, use.at, use.result) == (1, 2, 99_000, "success")


def test_a_choice_is_told_without_how_it_ended_and_a_retry_is_one(steps, episode):
    uses = found(steps, episode, [REFUSED, REFUSED, READ], label="failure")
    assert set(uses) == {("edit failed", "edit"), ("edit failed", "read")}


def test_a_run_that_went_well_is_a_situation_a_plain_read_or_edit_is_none(steps, episode):
    uses = found(steps, episode, [READ, EDIT, PASS, ("Bash", "git add ."), READ, EDIT], label="success")
    assert set(uses) == {("make test", "git add")}


def test_nobody_decides_between_the_parts_of_one_command(steps, episode):
    calls = [("Bash", "make lint && make build && ls"), READ]
    assert found(steps, episode, calls, label="success") == {}
    calls = [("Bash", "ls && make lint"), ("Bash", "make build && ls")]
    assert set(found(steps, episode, calls, label="success")) == {("make lint", "make build")}


def test_a_hidden_end_is_no_situation(steps, episode):
    assert found(steps, episode, [("Bash", "make test; ls"), READ], label="success") == {}
    assert found(steps, episode, [("Bash", "make test | tail -1"), READ], label="success") == {}


def test_a_call_made_before_the_result_was_told_answers_nothing(steps, episode):
    slow = ("Bash", "make test", "FAIL", "error", {"seconds": 1.5})
    assert found(steps, episode, [slow, READ, EDIT], label="success") == {}
    done = ("Bash", "make test", "FAIL", "error", {"seconds": 0.5})
    assert set(found(steps, episode, [done, READ], label="success")) == {("make test failed", "read")}


def test_the_evidence_is_neither_situation_nor_choice(steps, episode):
    uses = found(steps, episode, [FAIL, EDIT, PASS])
    assert set(uses) == {("make test failed", "edit")}
    assert found(steps, episode, [EDIT, FAIL, READ, PASS]) == {}


def test_what_did_not_happen_and_plans_stand_between_nothing(steps, episode):
    calls = [REFUSED, ("TodoWrite", "x"), ("Bash", "ls", "", "rejected"), READ]
    assert set(found(steps, episode, calls, label="failure")) == {("edit failed", "read")}
    branch = [REFUSED, ("Bash", "pwd", "", "ok", {"left": True}), READ]
    assert set(found(steps, episode, branch, label="failure")) == {("edit failed", "read")}


def test_no_decision_reaches_across_a_cut(steps, episode):
    made = steps(FAIL, READ, READ, EDIT, READ)
    _, built = episode(made, label="success")
    kept = [made[0], *made[3:]]
    assert DecisionExtractor().extract(built, kept) == []
