"""The directory an export goes to: what may lie there already, in which form it ever is."""

import pytest

from tacit.core.errors import Usage
from tacit.exports.formats import FORMS, writer_of
from tacit.exports.manifest import is_export


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"markdown"}))
def test_a_link_to_a_folder_is_written_to_as_the_folder_itself(memory, tmp_path, content, form):
    write = writer_of(form)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write(memory, tmp_path / "link", None, None)
    write(memory, tmp_path / "plain", None, None)
    assert content(tmp_path / "real") == content(tmp_path / "plain")
    memory.patterns = memory.patterns[:1]
    write(memory, tmp_path / "link", None, None)
    write(memory, tmp_path / "plain", None, None)
    assert content(tmp_path / "real") == content(tmp_path / "plain")


@pytest.mark.parametrize("form", ["jsonl", "csv", "msgpack"])
def test_a_tree_can_join_the_single_files(memory, tmp_path, form):
    writer_of(form)(memory, tmp_path, None, None)
    before = {path.name for path in tmp_path.iterdir()}
    writer_of("json")(memory, tmp_path, None, None)
    assert is_export(tmp_path)
    assert before < {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_in_its_place_is_told(memory, tmp_path, form):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Usage, match="is not a directory"):
        writer_of(form)(memory, tmp_path / "file", None, None)
    assert (tmp_path / "file").read_text() == "mine"
