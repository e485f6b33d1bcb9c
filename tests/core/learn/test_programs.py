import pytest

from tacit.core.learn.programs import intent_of


@pytest.mark.parametrize(
    ("name", "intent"),
    [
        ("pytest", "test"),
        ("go test", "test"),
        ("mise run test:ci", "test"),
        ("bin/test", "test"),
        ("manage.py test", "test"),
        ("python tests/run_tests.py", "test"),
        ("yarn run e2e", "test"),
        ("cargo build", "build"),
        ("npm run build", "build"),
        ("make", "build"),
        ("cargo check", "check"),
        ("npm run typecheck", "check"),
        ("mypy", "check"),
        ("make lint", "lint"),
        ("ruff check", "lint"),
        ("golangci-lint run", "lint"),
        ("mise run format-check", "lint"),
        ("just fmt", "format"),
        ("gofmt", "format"),
        ("pip install", "install"),
        ("npm ci", "install"),
        ("pip install requirements.txt", "install"),
        ("npm run dev", "run"),
        ("cargo run", "run"),
        ("git commit", "commit"),
        ("git status", ""),
        ("make clean", ""),
        ("ls", ""),
        ("python", ""),
        ("", ""),
    ],
)
def test_a_name_tells_what_a_command_is_for(name, intent):
    assert intent_of(name) == intent
