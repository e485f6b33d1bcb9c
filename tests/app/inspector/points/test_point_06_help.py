"""Point 6: ``?`` is made of the live bindings, the current screen's first, and can be searched."""

from __future__ import annotations

import pytest

from tacit import __version__
from tacit.app.inspector.keys.shown import GROUPS
from tacit.widgets.help import Help


def listed(played) -> list[tuple[str, str, str]]:
    assert isinstance(played.app.screen, Help)
    return [(one.group, one.key, one.name) for one in played.app.screen.choices]


async def test_it_is_searched_and_enter_does_what_the_key_does(demo, play) -> None:
    async with play(demo) as played:
        await played.press("question_mark", note="?: the keys of this screen come first")
        await played.type("undo")
        await played.press(*["backspace"] * 4, *"copy id", note="words in any order")
        await played.press("enter", note="Enter does it")
        assert played.app.clipboard == played.app.screen.list.row.id


async def test_the_screens_own_keys_come_first_then_moves_then_what_holds_everywhere(demo, play) -> None:
    async with play(demo, record=False) as played:
        await played.press("question_mark")
        groups = [group for group, _, _ in listed(played) if group in GROUPS]
        assert groups == sorted(groups, key=GROUPS.index)
        assert set(groups) == set(GROUPS)
        keys = {key for _, key, _ in listed(played)}
        assert keys >= {"/", "d", "e", "y", "?", "q", "j/k", "Enter", "ctrl+d", ":", "ctrl+p", "ctrl+o"}


@pytest.mark.parametrize(
    ("keys", "has", "has_not"),
    [
        ([], {"steps", "pin", "filter"}, {"undo", "apply", "outcome"}),
        (["d", "y"], {"undo", "delete"}, {"apply"}),
        (["4"], {"tick"}, {"steps", "outcome"}),
        (["2"], {"filter", "forget for good"}, {"pin", "tick"}),
    ],
)
async def test_it_follows_what_holds_now(demo, play, keys, has, has_not) -> None:
    async with play(demo, record=False) as played:
        await played.press(*keys, "question_mark")
        labels = {label for _, _, label in listed(played)}
        assert has <= labels
        assert not has_not & labels


async def test_a_memory_only_read_has_no_key_that_writes(demo_store, play, tmp_path) -> None:
    import shutil

    from tacit.memory import Memory

    path = shutil.copytree(demo_store, tmp_path / "store")
    with Memory.open(path, readonly=True) as memory:
        async with play(memory, record=False) as played:
            await played.press("question_mark")
            labels = {label for _, _, label in listed(played)}
            assert not labels & {"delete", "undo", "pin", "import", "custom pattern"}


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 36)])
async def test_its_end_tells_where_everything_lies(demo, play, size, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("TACIT_HOME", str(tmp_path))
    async with play(demo, size, record=False) as played:
        await played.press("question_mark")
        ends = {key: name for _, key, name in listed(played)[-4:]}
        assert ends["store"] == str(demo.path)
        assert ends["settings"].endswith("config.toml")
        assert ends["log"].endswith("tacit.log")
        assert ends["version"] == f"Tacit {__version__}"
        seen = await played.type("log")
        assert "log" in seen
        assert str(tmp_path)[:20] in seen
