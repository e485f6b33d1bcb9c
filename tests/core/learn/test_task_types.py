"""What prompts ask for, on prompts with traps in them and on the real ones."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.core.learn.task_types import task_type
from tacit.core.readers.base import Source
from tacit.core.readers.claude_code.reader import ClaudeCodeReader
from tacit.core.redaction import Redactor

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "sessions" / "claude-code"

PROMPTS = {
    "code_generation": """
        Add a list view to the latest screen
        Create an endpoint that returns failed jobs
        Implement retry logic for failed requests
        build a contest leaderboard page
        please make the button blue
        Could you please add support for PostgreSQL?
        This is a list of things I want
        Add a comment field to the form
        add debugging output to the logger
        Write a script that fixes the permissions
        Start with users and products. Users have email and role.
        Let's add charts to the dashboard. Revenue over time, orders by category.
    """,
    "testing": """
        write unit tests for the parser
        Add tests for the error handling in upload.py
        increase the test coverage of core/
        we need tests for redact.go
        test the new endpoint
        Time to set up proper testing. I want async tests and data factories.
    """,
    "debugging": """
        the tests fail on CI
        Fix the failing test in test_login.py
        lint and test failures :(
        TypeError: cannot read property 'x' of undefined
        I get an error when I run npm start
        it crashes when the file is empty, add a guard
        investigate why the build is broken
        why is the login page broken?
        The product list endpoint is slow.
        mise run lint is showing errors, can you take a look?
    """,
    "documentation": """
        Update the README with install instructions
        write docstrings for all public functions
        document the API
        can you generate me a summary for the PR?
    """,
    "analysis": """
        What does this function do?
        explain how the cache works
        review my changes
        how is the error handled in parse()?
        can you review the added tests that they don't duplicate testing
        can you check whether we use this anywhere?
        investigate the memory usage of the importer
        What are the commands to run this project locally? I keep forgetting.
    """,
    "refactoring": """
        rename foo to bar everywhere
        Please refactor the session module into smaller files
        extract the helper into utils
        The regex is duplicated and should be removed along with its tests
    """,
    "other": """
        bump lodash to 4.17.21
        commit and push
        merge main into this branch
        run the test suite
        1.25.6
        !!!
    """,
}
CASES = [(kind, line.strip()) for kind, text in PROMPTS.items() for line in text.strip().splitlines()]

# What each real prompt asks for, read by hand before the rules were written: file, then prompt by prompt.
REAL = {
    "01": "debugging",
    "02": "refactoring refactoring",
    "03": "debugging",
    "04": "debugging code_generation",
    "05": "debugging",
    "06": "debugging",
    "07": "other",
    "08": "other testing",
    "09": "documentation code_generation analysis documentation analysis analysis",
    "10": "debugging analysis",
    "11": "debugging",
    "12": "debugging",
    "13": "code_generation code_generation code_generation code_generation debugging",
    "14": "refactoring testing analysis testing",
}


@pytest.mark.parametrize(("kind", "prompt"), CASES)
def test_a_prompt_is_typed_by_what_it_asks_for(kind, prompt):
    assert task_type(prompt) == kind


@pytest.mark.parametrize("prompt", ["", " \n", "```\nfix the bug\n```"])
def test_where_nothing_is_asked_it_is_other(prompt):
    assert task_type(prompt) == "other"


def test_what_is_quoted_or_code_asks_for_nothing():
    assert task_type('rename the button "fix all errors"') == "refactoring"
    assert task_type("add this:\n```python\n# fix the tests\nraise ValueError: bad\n```") == "code_generation"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_type(prompt):
    assert task_type(prompt) in PROMPTS


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample transcripts are not here")
@pytest.mark.parametrize("session", sorted(REAL))
def test_the_real_prompts(session):
    transcript = ClaudeCodeReader().read(Source(FOLDER / f"session-{session}.jsonl"), Redactor(b"secret"))
    assert [task_type(draft.prompt) for draft in transcript.episodes()] == REAL[session].split()
