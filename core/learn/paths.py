"""Paths as patterns see them: the same for every worktree, checkout and home directory."""

from __future__ import annotations

import posixpath
import re

_WORKTREE = re.compile(r"/(?:\.worktrees|\.claude/worktrees|\.git/worktrees)/[^/]+")
_HOME = re.compile(r"/(?:(?:home|Users)/[^/]+|root)(?=/|$)")
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]")
_SCRATCH = re.compile(r"(/private)?/(tmp|var/tmp|var/folders|dev)/|~/\.claude/")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([^/:\s]+)(?::\d+(?=/))?[:/]+(.+)")
_EXTENSION = re.compile(r"\.[A-Za-z0-9_+-]{1,12}")

UNTOLD = "unknown"
"""The project of whatever told neither a directory nor a repository."""

NAME_BYTES = 200
"""The most that the name of a project has; indexes tell names of this length apart."""


def project_of(directory: str, repository: str | None) -> str:
    """The project a session belongs to, from what its transcript says alone.

    The normalised repository URL (``github.com/owner/name``) where there is one, else the working
    directory less home and worktree: ``/home/me/src/app/.worktrees/2`` is ``src/app``. A long one is
    shortened (:func:`short_name`).
    """
    return short_name(_project_of(directory, repository))


def short_name(name: str) -> str:
    """The name of a project in at most 200 bytes: of a longer one a hash and its last parts.

    The same name always becomes the same, and a short one stays as it is.
    """
    if _size(name) <= NAME_BYTES:
        return name
    from hashlib import blake2b

    mark = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    room = NAME_BYTES - len(mark) - 1
    end = name[-room:]
    while _size(end) > room:
        end = end[1:]
    return f"{mark}/{end.partition('/')[2] or end}"


def _project_of(directory: str, repository: str | None) -> str:
    if repository:
        normal = _repository(repository)
        if normal:
            return normal
    if not directory:
        return UNTOLD
    path = _normal(directory)
    home = _HOME.match(path)
    inside = path[home.end() :].lstrip("/") if home else path
    return inside or "~"


def relative(path: str, root: str) -> str:
    """A path relative to the project root; outside of it ``~/…`` under a home, else as it is.

    ``.`` is the root itself. Worktrees of the project count as its root.
    """
    if not path:
        return ""
    path = _normal(path)
    if not path.startswith("/"):
        return path
    root = _normal(root) if root else ""
    if root and path == root:
        return "."
    if root and root != "/" and path.startswith(f"{root}/"):
        return path[len(root) + 1 :]
    home = _HOME.match(path)
    return "~" + path[home.end() :] if home else path


def is_scratch(target: str) -> bool:
    """Whether a target is of no project: temporary folders and the agent's own notes."""
    return _SCRATCH.match(target) is not None


def file_kind(target: str) -> str:
    """``*.go`` for a file with an extension, else its name: ``Makefile``, ``.gitignore``."""
    name = posixpath.basename(target.rstrip("/"))
    stem, extension = posixpath.splitext(name)
    if extension and stem and _EXTENSION.fullmatch(extension):
        return f"*{extension.lower()}"
    return name[:40]


def file_name(target: str) -> str:
    """The last part of a target."""
    return posixpath.basename(target.rstrip("/"))


def _size(name: str) -> int:
    """Bytes of a name in an index, where the control characters 0 and 1 take two."""
    return len(name.encode("utf-8", "surrogatepass")) + name.count("\0") + name.count("\1")


def _normal(path: str) -> str:
    if _WINDOWS.match(path):
        path = "/" + path[0].lower() + path[2:]
    path = path.replace("\\", "/") if "/" not in path else path
    path = posixpath.normpath(path)
    if path.startswith("//"):
        path = path[1:]
    return _WORKTREE.sub("", path)


def _repository(url: str) -> str:
    """``git@github.com:Owner/name.git`` and ``https://user:pw@github.com/Owner/name/`` are one."""
    found = _URL.fullmatch(url.strip())
    if not found:
        return ""
    path = found[2].strip("/").removesuffix(".git").rstrip("/")
    return f"{found[1].lower()}/{path}" if path else ""
