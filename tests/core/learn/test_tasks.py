import pytest

from tacit.core.learn.tasks import complexity_of, language_of

ROOT = "/home/dev/app"


def edits(steps, *names, status="ok"):
    return steps(*(("Edit", f"{ROOT}/{name}", "", status) for name in names))


@pytest.mark.parametrize(
    ("steps", "complexity"),
    [
        (0, "simple"),
        (5, "simple"),
        (6, "moderate"),
        (15, "moderate"),
        (16, "complex"),
        (30, "complex"),
        (31, "expert"),
    ],
)
def test_complexity_goes_by_steps(steps, complexity):
    assert complexity_of(steps) == complexity


def test_the_language_is_that_edited_most(steps):
    assert language_of(edits(steps, "a.py", "b.go", "b.go")) == "go"
    assert language_of(edits(steps, "a.ts", "b.tsx", "c.py")) == "typescript"


def test_of_as_many_edits_the_first_by_name(steps):
    assert language_of(edits(steps, "mise.toml", "go.mod")) == "go"
    assert language_of(edits(steps, "go.mod", "mise.toml")) == "go"


def test_what_was_not_edited_says_nothing(steps):
    assert language_of(edits(steps, "a.py", status="error")) is None
    assert language_of(steps(("Read", f"{ROOT}/a.py"), ("Write", "/tmp/x.py"))) is None
    assert language_of(edits(steps, ".gitignore", "LICENSE")) is None


def test_sub_agents_edit_too_and_abandoned_branches_do_not(steps):
    made = steps(
        ("Edit", f"{ROOT}/a.rs", "", "ok", {"agent": "sub", "parent": 1}),
        ("Edit", f"{ROOT}/a.py", "", "ok", {"left": True}),
        ("Edit", f"{ROOT}/b.py", "", "ok", {"left": True}),
    )
    assert language_of(made) == "rust"


def test_an_unknown_extension_stands_for_itself(steps):
    assert language_of(edits(steps, "a.wibble")) == "wibble"
