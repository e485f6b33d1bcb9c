"""Size and place of a store: what works today and may not for ever."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tacit.core.config import load
from tacit.core.errors import StoreRemote
from tacit.core.places import Places
from tacit.core.room import Concern, concerns, over_quota
from tacit.core.tables import SCHEMA, STATE
from tacit.core.view import View
from tacit.store import guard
from tacit.store.store import Store


def opened(path: Path, **options: object) -> Store:
    return Store.open(path, SCHEMA, clock=lambda: 0, **options)  # type: ignore[arg-type]


def test_a_small_store_in_a_good_place_is_no_concern(tmp_path: Path) -> None:
    with opened(tmp_path / "s") as store:
        assert list(concerns(store, None)) == list(concerns(store, 1_000_000)) == []


def test_a_store_over_its_quota_is_told_with_both_sizes_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with opened(path) as store:
        taken = (path / "data.mdb").stat().st_size
        assert list(concerns(store, taken)) == []
        (concern,) = concerns(store, taken - 1)
    assert concern == over_quota(str(path), taken - 1)
    assert "more than its quota of" in concern.what
    for command in ("forget", "trash purge", "compact"):
        assert f"`memory {command}`" in concern.hint


def test_without_a_store_there_is_no_quota(tmp_path: Path) -> None:
    assert over_quota(str(tmp_path), 0) is None


def test_a_nearly_full_map_is_told(tmp_path: Path) -> None:
    noise = Random(1)
    with opened(tmp_path / "s", _map_sizes=(1 << 20,)) as store:
        for n in range(200):
            value = noise.randbytes(3_500)
            store.write(lambda write, n=n, value=value: write.set_value(STATE, b"%d" % n, value))  # type: ignore[misc]
            told = list(concerns(store, None))
            sizes = store.sizes()
            assert bool(told) == (sizes.file > 0.8 * sizes.map)
            if told:
                break
    assert isinstance(told[0], Concern)
    assert "of the 1.0 MB it can become" in told[0].what


def test_a_synced_folder_is_told(tmp_path: Path) -> None:
    with opened(tmp_path / "Dropbox" / "s") as store:
        (concern,) = concerns(store, None)
    assert "a folder of Dropbox" in concern.what
    assert "memory export" in concern.hint


def test_a_network_file_system_is_refused_unless_the_settings_allow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "filesystem", lambda device: "nfs4")
    with pytest.raises(StoreRemote, match="network file system") as told:
        View.open(tmp_path / "s")
    assert (told.value.exit_code, "store.network" in told.value.hint) == (3, True)
    allowed = Places({"TACIT_HOME": str(tmp_path), "TACIT_STORE_NETWORK": "allow"})
    for _ in range(2):
        with View.open(tmp_path / "s", config=load(allowed)) as view:
            assert view.sequence() == 0
    monkeypatch.setenv("TACIT_STORE_NETWORK", "refuse")
    with pytest.raises(StoreRemote):
        View.open(tmp_path / "s")


def test_settings_are_not_read_where_the_place_is_good(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TACIT_STORE_NETWORK", "nonsense")
    View.open(tmp_path / "s").close()
