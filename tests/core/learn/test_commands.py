import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.core.learn.commands import parse


def names(command: str) -> list[str]:
    return [part.name for part in parse(command) if not part.silent]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cd x && FOO=1 python -m pytest -q tests/a.py", ["pytest"]),
        ("cargo check --all", ["cargo check"]),
        ("cargo +nightly clippy -- -D warnings", ["cargo clippy"]),
        ("npm run build", ["npm run build"]),
        ("npm --prefix web run lint", ["npm run lint"]),
        ("pnpm --filter app test", ["pnpm test"]),
        ("mise run lint", ["mise run lint"]),
        ("mise run test:ci 2>&1", ["mise run test:ci"]),
        ("mise exec node@22 -- npm test", ["npm test"]),
        ("make -j4 CC=gcc test", ["make test"]),
        ("just fmt", ["just fmt"]),
        ("git -C /tmp/x -c user.name=a commit -m 'fix; rm -rf /'", ["git commit"]),
        ("git stash pop", ["git stash pop"]),
        ("gh pr view 3 --json title", ["gh pr view"]),
        ("docker compose -f a.yml up -d", ["docker compose up"]),
        ("kubectl -n prod get pods", ["kubectl get"]),
        ("pip install -r requirements.txt", ["pip install"]),
        ("uv run --with x python -m pytest", ["pytest"]),
        ("poetry run pytest tests", ["pytest"]),
        ("poetry install", ["poetry install"]),
        ("bundle exec rspec", ["rspec"]),
        ("npx -y jest --ci", ["jest"]),
        ("sudo -u root env A=1 timeout 30s nohup go test ./...", ["go test"]),
        ("time cargo build --release", ["cargo build"]),
        ("$PYTHON -m pytest", ["pytest"]),
        ("/usr/local/bin/go vet ./...", ["go vet"]),
        ("/tmp/app-test --help", ["app-test"]),
        ("./gradlew test", ["gradlew test"]),
        ("bin/test tests/a.py", ["bin/test"]),
        ("./scripts/lint.sh", ["scripts/lint.sh"]),
        (".venv/bin/pytest -q", ["pytest"]),
        ("node_modules/.bin/eslint src", ["eslint"]),
        ("python scripts/gen.py --all", ["python scripts/gen.py"]),
        ("python /tmp/try.py", ["python"]),
        ("python3.12 scripts/gen.py", ["python scripts/gen.py"]),
        ("pip3 install x", ["pip install"]),
        ("python manage.py test", ["manage.py test"]),
        ("python -c 'import os; os.system(\"ls\")'", ["python"]),
        ("bash -lc 'go build ./... && go test ./...'", ["go build", "go test"]),
        ("X=$(git rev-parse HEAD)", ["git rev-parse"]),
        ("echo $(git rev-parse HEAD)", []),
        ("sed -n 1,5p a.go", ["sed"]),
        ("sed -i '' -e 's/a/b/' a.go", ["sed -i"]),
        ("f() { make test; }; f", ["f"]),
        ("# make test\nls  # make lint", ["ls"]),
        ("for f in *.go; do gofmt -l $f; done", ["gofmt"]),
    ],
)
def test_a_command_is_its_program_and_subcommand(command, expected):
    assert names(command) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("go test ./... 2>&1 | tail -30", ["go test"]),
        ("mise run fmt && mise run lint 2>&1 | tail -20", ["mise run fmt", "mise run lint"]),
        ("yes | apt-get install foo", ["apt-get install"]),
        ("cat <<EOF | python\nprint(1)\nEOF", ["python"]),
        ("a && b || c; d", ["a", "b", "c", "d"]),
    ],
)
def test_a_pipeline_is_its_first_program_and_a_compound_its_parts(command, expected):
    assert names(command) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("cat > a.py <<'EOF'\nimport os; make test && rm -rf x\nEOF\npython a.py", ["cat >", "python a.py"]),
        (
            "git commit -m \"$(cat <<'EOF'\nfix: a\n\nmake test && EOF\n)\" && git push",
            ["git commit", "git push"],
        ),
        ("cat <<EOF > f && git add f\nx; y\nEOF\nls", ["cat >", "git add", "ls"]),
        ("git commit -m 'run make lint; then test'", ["git commit"]),
        ('echo "a && make test"', []),
    ],
)
def test_heredocs_quotes_and_messages_are_no_commands(command, expected):
    assert names(command) == expected


def test_a_pipe_hides_the_exit_status_and_head_the_end_of_the_output():
    fmt, lint = parse("mise run fmt && mise run lint 2>&1 | head -20")
    assert (fmt.joined, fmt.piped, lint.piped, lint.head) == ("&&", False, True, 20)


def test_operators_join_a_part_with_the_next():
    assert [part.joined for part in parse("a && b || c; d & e\nf")] == ["&&", "||", ";", "&", ";", ""]


def test_set_e_joins_lines_and_pipefail_lets_the_status_through():
    parts = parse("set -euo pipefail\nmake test | cat\nls")
    assert [(part.name, part.joined, part.piped) for part in parts] == [
        ("make test", "&&", False),
        ("ls", "", False),
    ]


def test_bodies_of_branches_may_not_have_run():
    assert [part.conditional for part in parse("if [ -f x ]; then make test; fi; ls")] == [True, True, False]


def test_what_cannot_be_parsed_is_read_up_to_the_error():
    parts = parse("make test && ) done")
    assert [part.name for part in parts] == ["make test"]
    assert parts[-1].joined


def test_long_chains_and_deep_nests_are_read_as_far_as_it_makes_sense():
    assert len(parse(" && ".join(["make test"] * 3000))) == 100
    assert len(parse("(" * 5000 + "a" + ")" * 5000)) <= 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="ab &|;<>(){}$\"'`\n\\#!=-/.", max_size=120))
def test_no_text_makes_the_parser_raise(command):
    for part in parse(command):
        assert part.name
        assert "\n" not in part.name


@pytest.mark.parametrize("text", ["echo {\U000f0000x}", "echo \U0001f600{\u4e00}", "\ud800\udfff=1 {\uffff}"])
def test_characters_beyond_the_scanners_tables_end_no_process(text):
    """The grammar's scanner reads outside its tables for them. A crash is a signal: other processes try."""
    script = "import sys\nfrom tacit.core.learn.commands import parse\n"
    script += "for _ in range(50): parse(eval(sys.argv[1]))"
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", script, ascii(text)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
