import pytest

from tacit.core.learn.phrases import reaction, repeats


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("no, that's not what I asked for", "correction"),
        ("That is wrong, use the other table", "correction"),
        ("it still doesn't work", "correction"),
        ("still failing with the same error", "correction"),
        ("why did you delete the tests?", "correction"),
        ("please revert that", "correction"),
        ("fix this: cannot use err as string", "correction"),
        ("thanks, but the tests are still failing", "correction"),
        ("thanks!", "thanks"),
        ("perfect. now add docs", "thanks"),
        ("ok great, commit it", "thanks"),
        ("it works now", "thanks"),
        ("lgtm", "thanks"),
        ("No, that's all. Thank you!", "thanks"),
        ("no, that's fine", None),
        ("No, that's alright. If nothing can be done, I'll leave it. Thanks for trying.", None),
        ("no, thanks", None),
        ("thanks anyway, I'll do it by hand", None),
        ("no thanks, revert that", "correction"),
        ("no, that's all wrong", "correction"),
        ("no, that's fine but it still doesn't work", "correction"),
        ("now add a button", None),
        ("can you check this is not replicating basic functionality?", None),
        ("would be great to have a test for the wrong password", None),
        ("add a page that says nothing is wrong", None),
        ("please add tests, thanks in advance", None),
        ("not great naming, rename it", None),
        ("notes about the know-how of nothing", None),
        ("the thanksgiving banner", None),
        ("great question, what about b?", None),
        ("", None),
    ],
)
def test_only_phrases_at_the_beginning_are_a_reaction(prompt, kind):
    found = reaction(prompt)
    assert (found[0] if found else None) == kind


def test_the_same_request_again_is_a_repeat():
    assert repeats("Make the parser faster please!", "make the parser faster, please")
    assert repeats("go on", "go on")
    assert not repeats("make the parser smaller", "write a lexer for the parser")
    assert not repeats("", "")
