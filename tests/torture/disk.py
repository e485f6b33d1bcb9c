"""A small disk of one's own, to be filled: a tmpfs that nobody else sees, where that may be mounted."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SIZE = 512 << 20


def go_apart(arguments: list[str]) -> None:
    """Begin this program anew where its mounts are its own; returns where that may not be."""
    if sys.platform != "linux" or os.geteuid() != 0 or (unshare := shutil.which("unshare")) is None:
        return
    if subprocess.run([unshare, "-m", "true"], capture_output=True, check=False).returncode == 0:
        os.execv(unshare, [unshare, "-m", sys.executable, *arguments])


class Disk:
    """The folder the store lies in. ``small`` says whether it is a disk of its own."""

    def __init__(self, folder: Path, *, mount: bool) -> None:
        folder.mkdir()
        self.folder = folder
        self.small = mount and self._mount()

    def fill(self, left: int) -> None:
        """Let only so many bytes be free."""
        if self.small and self.folder.is_mount():
            room = os.statvfs(self.folder)
            free = room.f_bavail * room.f_frsize - left
            with contextlib.suppress(OSError), (self.folder / "ballast").open("wb") as ballast:
                os.posix_fallocate(ballast.fileno(), 0, max(1, free))

    def clear(self) -> None:
        """Let there be room again."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def leave(self, keep: bool) -> None:
        """Unmount; what lies there is kept beside it, if wanted."""
        self.clear()
        if self.small:
            if keep:
                shutil.copytree(self.folder, self.folder.with_name("disk-left"))
            subprocess.run(["umount", "-l", self.folder], check=False)

    def _mount(self) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tacit-torture", self.folder]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
