import pytest

from tacit.core.learn.titles import is_generic, parts_of, specificity, title_of


def test_a_recovery_reads_as_error_action_and_what_succeeded():
    assert (
        title_of("error_recovery", ("class", "edit refused", "read", "edit")) == "edit refused → read → edit"
    )
    assert title_of("error_recovery", ("class", "edit refused", "edit", "edit")) == "edit refused → edit"
    assert title_of("error_recovery", ("class", "edit refused", "write", "edit")) == "edit refused → write"
    assert (
        title_of("error_recovery", ("class", "test failed", "make test", "test")) == "test failed → make test"
    )
    assert title_of("error_recovery", ("class", "usage", "read", "sed")) == "usage → read → sed"


def test_a_fact_names_its_project():
    assert title_of("heuristic", ("app", "test", "bin/test")) == "test in app: bin/test"
    assert title_of("heuristic", ("work/src/app", "test", "bin/test")) == "test in src/app: bin/test"


def test_step_sets():
    assert parts_of("error_recovery", ("class", "usage", "read", "sed")) == {"usage", "read"}
    assert len(parts_of("heuristic", ("a", "test", "x"))) == 1
    assert parts_of("tool_sequence", ("a", "b", "a")) == {"a", "b"}


def test_commands_and_failures_make_a_sequence_specific():
    generic, command, failed = (
        ("read *.go", "edit *.go"),
        ("edit *.go", "make"),
        ("edit *.go failed", "read *.go"),
    )
    assert [is_generic("tool_sequence", key) for key in (generic, command, failed)] == [True, False, False]
    assert is_generic("tool_sequence", ("search", "tool Skill"))
    assert specificity("tool_sequence", command) > specificity("tool_sequence", (*generic, "write *.go"))
    assert specificity("error_recovery", ("exact",)) > specificity("error_recovery", ("class",))


@pytest.mark.parametrize(
    ("kind", "key", "title"),
    [
        ("decision_point", ("cargo test failed", "read"), "after cargo test failed: read"),
        (
            "context",
            ("a/b/c", "go", "code_generation", "edit → test"),
            "b/c (go, code generation): edit → test",
        ),
        ("context", ("c", "", "other", "explore → lint"), "c: explore → lint"),
        ("file_group", ("a/b/c", "go.mod", "go.sum"), "b/c: go.mod + go.sum"),
        ("custom", ("mine",), "mine"),
        ("custom", ("mine", "part"), "mine: part"),
    ],
)
def test_titles_of_the_other_kinds(kind, key, title):
    assert title_of(kind, key) == title


def close(kind, one, other):
    """Whether two patterns are one family."""
    a, b = parts_of(kind, one), parts_of(kind, other)
    return 2 * len(a & b) >= len(a | b)


def test_what_is_one_family_and_what_is_not():
    context = ("app", "go", "testing")
    assert close("context", (*context, "explore → edit → test"), (*context, "explore → edit"))
    assert not close("context", (*context, "explore → edit"), ("api", "go", "testing", "explore → edit"))
    assert not close("file_group", ("app", "a", "b"), ("app", "a", "c"))
    assert not close("file_group", ("app", "a", "b"), ("api", "a", "b"))
    assert not close("decision_point", ("x failed", "read"), ("x failed", "edit"))
    assert not close("decision_point", ("x failed", "read"), ("y failed", "read"))
    assert not close("custom", ("a", "b"), ("a", "c"))


def test_an_approach_that_only_explores_and_edits_is_generic():
    assert is_generic("context", ("app", "go", "testing", "explore → edit"))
    assert not is_generic("context", ("app", "go", "testing", "explore → edit → test"))
    assert not is_generic("decision_point", ("edit failed", "read"))
