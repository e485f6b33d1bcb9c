"""``memory models`` on a really compiled model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from compiled import lend
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tacit.core.embedding.packaged import PACKAGED

FOLDER = Path(__file__).parents[3] / "exports" / "schema"
SCHEMAS = [json.loads(path.read_text()) for path in FOLDER.glob("*.json")]
REGISTRY = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in SCHEMAS])


@pytest.fixture
def models(compiled_model: Path, home: Path) -> Path:
    """The folder of models of this test's home, with the packaged one in use."""
    return lend(compiled_model, home)


def named(call: Any) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in call("models", "list", "--format", "json").json()["models"]}


def test_the_list_tells_how_good_each_is_and_what_is_embedded(call: Any, models: Path) -> None:
    done = call("models", "use", PACKAGED)
    assert done.code == 0
    assert f"{PACKAGED} is in use now." in done.err
    form = call("models", "list", "--format", "json").json()
    listing = next(one for one in SCHEMAS if one["$id"].endswith(":list"))
    Draft202012Validator(listing, registry=REGISTRY).validate(form)
    (one,) = form["models"]
    assert (one["state"], one["in_use"], one["dimensions"], one["waiting"]) == ("built", True, 384, 0)
    assert one["embedded"] > 0
    assert one["worst"] >= 0.985
    head, row = call("models").out.splitlines()
    assert head.split() == [
        "MODEL",
        "STATE",
        "WEIGHTS",
        "SIZE",
        "WORST",
        "SAME",
        "EMBEDDED",
        "WAITING",
        "SOURCE",
    ]
    assert row.split()[:4] == [PACKAGED, "in", "use", "int8"]


def test_building_when_one_is_in_use_says_nothing_if_only_needed_when_none_is(
    call: Any, models: Path
) -> None:
    done = call("models", "build", "--if-none")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_building_what_is_built_embeds_what_waits(call: Any, models: Path) -> None:
    (models / "in_use").unlink()
    done = call("models", "build")
    assert done.code == 0
    assert f"{PACKAGED} is built already; --again builds it anew." in done.err
    assert f"{PACKAGED} is in use now." in done.err
    assert "Embedded" in done.err
    assert named(call)[PACKAGED]["waiting"] == 0


def test_a_compiled_folder_of_another_machine_is_taken_over(
    call: Any, models: Path, compiled_model: Path
) -> None:
    done = call("models", "add", str(compiled_model / PACKAGED), "--as", "other")
    assert (done.code, done.out) == (0, "Added other.\n")
    both = named(call)
    assert both["other"]["state"] == "built"
    assert not both["other"]["in_use"]
    assert both["other"]["space"].startswith("local/other/")
    assert call("models", "add", str(compiled_model / PACKAGED), "--as", "other").code == 2
    assert call("models", "use", "other").code == 0
    both = named(call)
    assert both["other"]["in_use"]
    assert both["other"]["embedded"] > 0
    assert call("models", "remove", PACKAGED).code == 0


def test_a_damaged_compiled_folder_is_not_taken_over(
    call: Any, home: Path, compiled_model: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(compiled_model / PACKAGED, tmp_path / "copy"))
    with (copy / "model.onnx").open("r+b") as file:
        file.truncate(1000)
    done = call("models", "add", str(copy), "--as", "broken")
    assert done.code == 1
    assert "model.onnx is not what was built" in done.err
    assert "broken" not in named(call)


def test_the_model_in_use_is_removed_only_when_told_twice(call: Any, models: Path) -> None:
    done = call("models", "remove", PACKAGED)
    assert done.code == 2
    assert f"memory models remove {PACKAGED} --yes" in done.err
    assert call("models", "remove", PACKAGED, "--yes").code == 0
    assert not (models / PACKAGED).exists()
    assert not (models / "in_use").exists()
    assert named(call)[PACKAGED]["state"] == "not built"


def test_a_damaged_model_is_listed_as_one(call: Any, models: Path) -> None:
    (models / PACKAGED / "model.onnx").unlink()
    done = call("models")
    assert done.code == 0
    assert "damaged" in done.out
    assert f"`memory models build {PACKAGED}` builds it again" in done.err
    assert named(call)[PACKAGED]["problem"] == "model.onnx is missing"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("use", "nix"), 1, "There is no compiled model “nix”."),
        (("use", "../../etc"), 1, "There is no compiled model “../../etc”."),
        (("build", "nix"), 1, "There is no model “nix” to build."),
        (("remove", "nix"), 1, "There is no model “nix”."),
        (("add", "/no/such/folder"), 1, "There is no folder /no/such/folder."),
        (("add", "some", "--as", "../up"), 0, "Next: `memory models build up`."),
        (("add", "some", "--as", "A b"), 2, "“a b” cannot be the name of a model."),
        (("add", "\x1b[31mred"), 2, "cannot be the name of a model."),
    ],
)
def test_what_is_not_there_or_no_name_is_told(
    call: Any, home: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    done = call("models", *words)
    assert done.code == code
    assert told in done.err
    assert "\x1b" not in done.err


def test_a_folder_without_a_model_is_refused(call: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = call("models", "add", str(tmp_path / "empty"))
    assert done.code == 2
    assert "holds no model" in done.err


def test_an_added_folder_is_listed_to_be_built(call: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    assert call("models", "add", str(tmp_path / "mine")).code == 0
    assert named(call)["mine"]["state"] == "not built"
    assert named(call)["mine"]["source"] == str(tmp_path / "mine")
    assert call("models", "remove", "mine").code == 0
    assert "mine" not in named(call)


def test_readonly_forbids_what_changes_models(call: Any, home: Path) -> None:
    assert call("models", "use", PACKAGED, "--readonly").code == 3


def test_a_model_cut_short_is_listed_as_damaged_and_one_not_in_use_is_told_as_that(
    call: Any, models: Path
) -> None:
    call("models", "use", PACKAGED)
    (models / "in_use").unlink()
    said = call("stats").out
    hint = f"`memory models use {PACKAGED}` takes one."
    assert f"No embedding model is in use. {hint}" in " ".join(said.split())
    model = models / PACKAGED / "model.onnx"
    content = model.read_bytes()
    model.unlink()  # the fixture lends it by a hard link
    model.write_bytes(content[: len(content) // 2])
    assert named(call)[PACKAGED]["state"] == "damaged"
