from tacit.core.learn.extractors.file_group import FileGroupExtractor
from tacit.core.tables import MOST_FILES


def edit(name, *rest):
    return ("Edit", f"/home/dev/app/{name}", *rest)


def found(steps, episode, calls, **fields):
    made = steps(*calls)
    _, built = episode(made, **fields)
    return {use.key: use for use in FileGroupExtractor().extract(built, made)}


def test_every_pair_of_changed_files_is_a_use_in_the_order_of_names(steps, episode):
    uses = found(steps, episode, [edit("b.go"), edit("a.go"), edit("b.go"), edit("c/d.go")], label="success")
    assert set(uses) == {("app", "a.go", "b.go"), ("app", "a.go", "c/d.go"), ("app", "b.go", "c/d.go")}
    use = uses["app", "b.go", "c/d.go"]
    assert (use.first, use.last, use.at, use.result) == (1, 4, 99_000, "success")


def test_only_what_was_really_changed_counts(steps, episode):
    calls = [
        edit("a.go"),
        ("Read", "/home/dev/app/b.go"),
        edit("c.go", "no", "error"),
        edit("d.go", "", "rejected"),
        edit("e.go", "", "ok", {"left": True}),
        ("Write", "/tmp/x.go"),
    ]
    assert found(steps, episode, calls) == {}


def test_a_sub_agent_changes_files_too(steps, episode):
    uses = found(steps, episode, [edit("a.go"), edit("b.go", "", "ok", {"agent": "x", "parent": 1})])
    assert set(uses) == {("app", "a.go", "b.go")}


def test_an_episode_that_changed_very_many_files_says_nothing(steps, episode):
    calls = [edit(f"{n}.go") for n in range(MOST_FILES)]
    assert len(found(steps, episode, calls)) == MOST_FILES * (MOST_FILES - 1) // 2
    assert found(steps, episode, [*calls, edit("one-more.go")]) == {}
