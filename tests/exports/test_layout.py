"""Names of files: from any title a short plain slug, and known again by name alone."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tacit.exports.layout import SLUG, is_pattern_name, is_session_name, pattern_name, session_name, slug


@given(st.text(max_size=200))
def test_a_slug_is_plain_and_short_whatever_the_title(title):
    made = slug(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= SLUG


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("edit *.go → mise run lint", "edit-go-mise-run-lint"),
        ("Éclair à l'œuvre", "eclair-a-l-uvre"),
        ("日本語", "untitled"),
        ("", "untitled"),
        ("../..", "untitled"),
        ("a" * 47 + " b", "a" * 47),
    ],
)
def test_slugs(title, expected):
    assert slug(title) == expected


@given(st.text(max_size=60))
def test_our_own_names_are_known_again(made, title):
    assert is_pattern_name(pattern_name(made.pattern("x", title=title)))
    assert is_session_name(session_name(made.session("x", title=title)))


@pytest.mark.parametrize(
    "name",
    [
        "x.json",
        "p-000000000000.json",
        "x-p-00000000000l.json",
        "x-p-000000000000.json\n",
        "X-p-000000000000.json",
        "x-s-000000000000.json",
        "../x-p-000000000000.json",
        "x-p-000000000000.json.bak",
    ],
)
def test_other_names_are_not_ours(name):
    assert not is_pattern_name(name)
    assert not is_session_name(name)


def test_a_name_holds_no_hash_of_the_store(made):
    assert "beef" not in pattern_name(made.pattern("x", title="[REDACTED:token:beef]"))


@pytest.mark.parametrize("public_id", ["", "p-", "s-000000000000", "../../x", "p-000000000000/.."])
def test_no_name_is_made_of_a_false_id(made, public_id):
    with pytest.raises(ValueError, match="not a public id"):
        pattern_name(replace(made.pattern("x"), id=public_id))
