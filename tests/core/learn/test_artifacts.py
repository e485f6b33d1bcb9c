import pytest

from tacit.core.learn.artifacts import Artifacts, artifacts_of
from tacit.core.model import Commit, PullRequest

PRINTED = "[main 1a2b3c4] fix: the parser\n 1 file changed, 2 insertions(+)"


def test_a_commit_is_known_by_what_git_printed(steps):
    made = steps(("Bash", "git add -A && git commit -m 'fix: the parser'", PRINTED))
    assert artifacts_of(made).commits == (Commit(1, "1a2b3c4", "fix: the parser"),)


@pytest.mark.parametrize(
    ("head", "short"),
    [
        ("[main (root-commit) 0123abc]", "0123abc"),
        ("[detached HEAD 89abcdef]", "89abcdef"),
        ("[feature/a-b 0123456789]", "0123456789"),
    ],
)
def test_every_head_of_a_commit(steps, head, short):
    assert artifacts_of(steps(("Bash", "git commit -m x", f"{head} x"))).commits == (Commit(1, short, "x"),)


def test_a_quiet_commit_is_one_without_a_name(steps):
    assert artifacts_of(steps(("Bash", "git commit -qm x", ""))).commits == (Commit(1),)


def test_a_commit_that_failed_or_was_only_talked_of_is_none(steps):
    made = steps(
        ("Bash", "git commit -m x", "nothing to commit", "error"),
        ("Bash", "git commit -m x", "", "rejected"),
        ("Bash", "git log -1", PRINTED),
        ("Bash", f"echo '{PRINTED}'", PRINTED),
        ("Bash", "git commit -m x", PRINTED, "ok", {"left": True}),
    )
    assert artifacts_of(made) == Artifacts()


def test_an_amended_commit_takes_the_place_of_the_one_before(steps):
    made = steps(
        ("Bash", "git commit -m one", "[main aaaaaaa] one"),
        ("Bash", "git commit --amend -m 'two --amend'", "[main bbbbbbb] two"),
        ("Bash", "git commit -m 'no --amend here'", "[main ccccccc] three"),
    )
    assert [one.hash for one in artifacts_of(made).commits] == ["bbbbbbb", "ccccccc"]


def test_a_commit_keeps_no_hash_of_a_secret(steps):
    made = steps(("Bash", "git commit -m x", "[main 1a2b3c4] use [REDACTED:github:0123abcd]"))
    assert artifacts_of(made).commits[0].subject == "use [REDACTED:github]"


def test_a_pull_request_is_the_address_that_was_printed(steps):
    url = "https://github.com/owner/name/pull/12"
    made = steps(
        ("Bash", "gh pr create --fill", f"Creating pull request for x into main\n\n{url}\n"),
        ("Bash", "gh pr create --fill", f"already exists: {url}", "error"),
        ("Bash", "gh pr view 9", "https://github.com/owner/name/pull/9"),
    )
    assert artifacts_of(made).pulls == (PullRequest(1, url),)


def test_names_of_all_that_was_made(steps):
    made = steps(
        ("Write", "/home/dev/app/a.py"),
        ("Write", "/tmp/scratch.py"),
        ("Bash", "git commit -m x", PRINTED),
        ("Bash", "gh pr create --fill", ""),
    )
    assert artifacts_of(made).names == ("a.py", "fix: the parser", "pull request")
