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
    assert [is_generic(key) for key in (generic, command, failed)] == [True, False, False]
    assert is_generic(("search", "tool Skill"))
    assert specificity("tool_sequence", command) > specificity("tool_sequence", (*generic, "write *.go"))
    assert specificity("error_recovery", ("exact",)) > specificity("error_recovery", ("class",))
