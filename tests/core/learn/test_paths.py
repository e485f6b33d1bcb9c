import pytest

from tacit.core.learn.paths import file_kind, is_scratch, project_of, relative


@pytest.mark.parametrize(
    ("directory", "repository", "project"),
    [
        ("/home/dev/src/app", None, "src/app"),
        ("/Users/ann/src/app/.worktrees/2", None, "src/app"),
        ("/root/app/.claude/worktrees/fix-1", None, "app"),
        ("/home/dev/app/.git/worktrees/x", None, "app"),
        ("/srv/app", None, "/srv/app"),
        ("/home/dev", None, "~"),
        ("", None, "unknown"),
        ("/home/dev/x", "git@GitHub.com:Owner/name.git", "github.com/Owner/name"),
        ("/home/dev/x", "https://me:pw@github.com/Owner/name/", "github.com/Owner/name"),
        ("/home/dev/x", "ssh://git@host:22/a/b.git", "host/a/b"),
        ("/home/dev/x", "nonsense", "x"),
    ],
)
def test_a_project_is_its_repository_or_its_directory_less_home_and_worktree(directory, repository, project):
    assert project_of(directory, repository) == project


@pytest.mark.parametrize(
    ("path", "root", "target"),
    [
        ("/home/dev/app/a/b.go", "/home/dev/app", "a/b.go"),
        ("/home/dev/app/.worktrees/2/a/b.go", "/home/dev/app/.worktrees/2", "a/b.go"),
        ("/home/dev/app/.worktrees/2/a/b.go", "/home/dev/app", "a/b.go"),
        ("/home/dev/app", "/home/dev/app", "."),
        ("./a/../b.go", "/home/dev/app", "b.go"),
        ("/home/dev/other/x", "/home/dev/app", "~/other/x"),
        ("/home/dev/application/x", "/home/dev/app", "~/application/x"),
        ("/etc/hosts", "/home/dev/app", "/etc/hosts"),
        ("/home/dev/x", "", "~/x"),
        ("", "/home/dev/app", ""),
    ],
)
def test_a_target_is_the_same_in_every_worktree_and_home(path, root, target):
    assert relative(path, root) == target


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("a/b.go", "*.go"),
        ("A.PY", "*.py"),
        ("Makefile", "Makefile"),
        (".gitignore", ".gitignore"),
        (".goreleaser.yaml", "*.yaml"),
        ("x.test.ts", "*.ts"),
    ],
)
def test_a_file_kind_is_its_extension_or_its_name(target, kind):
    assert file_kind(target) == kind


def test_notes_and_temporary_files_belong_to_no_project():
    assert is_scratch("/tmp/x")
    assert is_scratch("~/.claude/plans/a.md")
    assert not is_scratch("tmp/x")
