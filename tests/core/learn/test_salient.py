from tacit.core.learn.salient import MOST, Salient, salient


def test_files_are_paths_and_names_with_a_known_ending():
    prompt = (
        "see src/app/main.py:281, ./Makefile and `go.mod`, not e.g. version 1.25.6 or https://x.com/a/b.html"
    )
    assert salient(prompt).files == ("src/app/main.py", "./Makefile", "go.mod")
    assert salient("look into /etc/nginx/sites and core/learn/extractors/base").files == (
        "/etc/nginx/sites",
        "core/learn/extractors/base",
    )
    assert salient("before / after, and/or, 2026/01/23, node.js3 and example.com").files == ()


def test_tools_are_known_names_and_commands_that_say_what_they_are_for():
    prompt = (
        "mise run lint fails, then run `go test ./...` with golangci-lint; make sure it is digital, go ahead"
    )
    assert salient(prompt).tools == ("mise run lint", "go test", "golangci-lint")


def test_a_name_inside_a_word_or_a_path_is_no_tool():
    assert salient("legit ruffian in src/redis/git.go").tools == ()


def test_errors_are_lines_that_read_like_one_and_names_of_errors():
    prompt = "fix this: error: cannot open x\nfine line\nhandle cli.SilentError quietly"
    assert salient(prompt).errors == ("fix this: error: cannot open x", "cli.SilentError")
    assert salient("handling errors is hard, the terror is real").errors == ()


def test_decisions_are_sentences_with_a_word_of_deciding():
    prompt = "It is slow. Let's use a queue instead of polling. Don't touch the API! The list is long."
    assert salient(prompt).decisions == ("Let's use a queue instead of polling.", "Don't touch the API!")
    assert salient("an outlet’s mustard is here").decisions == ()


def test_what_is_named_often_is_named_once_and_not_without_end():
    assert salient("a.py and a.py").files == ("a.py",)
    assert len(salient(" ".join(f"f{n}.py" for n in range(50))).files) == MOST


def test_no_hash_of_a_secret_is_kept():
    assert salient("error: bad token [REDACTED:github:0123abcd]").errors == (
        "error: bad token [REDACTED:github]",
    )


def test_nothing_is_named_by_nothing():
    assert salient("") == Salient()
