"""Folders that a sync client owns are known by their names and marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tacit.store.guard import synced_by


@pytest.mark.parametrize(
    ("folder", "client"),
    [
        ("Dropbox/data/store", "Dropbox"),
        ("Dropbox (Work)/store", "Dropbox"),
        ("OneDrive/store", "OneDrive"),
        ("OneDrive - Firm/store", "OneDrive"),
        ("Library/CloudStorage/OneDrive-Personal/store", "OneDrive"),
        ("Library/CloudStorage/GoogleDrive-me@example.org/My Drive/store", "Google Drive"),
        ("Library/Mobile Documents/com~apple~CloudDocs/store", "iCloud Drive"),
        ("Google Drive/store", "Google Drive"),
        ("code/dropbox-sdk/store", ""),
        ("Dropboxes/store", ""),
        ("plain/store", ""),
    ],
)
def test_names_of_sync_clients(tmp_path: Path, folder: str, client: str) -> None:
    assert synced_by(str(tmp_path / folder)) == client, "the folder need not be there yet"


@pytest.mark.parametrize(("mark", "client"), [(".stfolder", "Syncthing"), (".dropbox.cache", "Dropbox")])
def test_marks_of_sync_clients_up_the_tree(tmp_path: Path, mark: str, client: str) -> None:
    store = tmp_path / "shared" / "data" / "store"
    store.mkdir(parents=True)
    assert synced_by(str(store)) == ""
    (tmp_path / "shared" / mark).mkdir()
    assert synced_by(str(store)) == client


def test_a_link_into_a_synced_folder_is_one(tmp_path: Path) -> None:
    (tmp_path / "Dropbox" / "store").mkdir(parents=True)
    (tmp_path / "store").symlink_to(tmp_path / "Dropbox" / "store")
    assert synced_by(str(tmp_path / "store")) == "Dropbox"
