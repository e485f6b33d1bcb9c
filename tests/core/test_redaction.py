"""Secrets out, everything else stays: a table of both, and properties."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tacit.core.redaction import Redactor

LONG = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"
HEX = "0123456789abcdef"
BODY = "MIIEpAIBAAKCAQEAabcdEFGH1234567890abcdEFGHMIIEpAIBAAKCAQEA"
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
MARK = re.compile(r"\[REDACTED:([a-z0-9-]+):[0-9a-f]{4}\]")

# kind, text before the secret, the secret, text behind it
TOKENS = [
    ("aws-access-key", "", "AKIAABCDEFGH12345678", ""),
    ("aws-access-key", "id ", "ASIAABCDEFGH12345678", "."),
    ("github-token", "", "ghp_" + LONG[:36], ""),
    ("github-token", "x=", "gho_" + LONG[:36], " "),
    ("github-token", "https://", "ghs_" + LONG[:36], "@github.com/a/b"),
    ("github-token", "", "github_pat_" + LONG + "_" + LONG, ""),
    ("gitlab-token", "", "glpat-" + LONG[:20], ""),
    ("openai-key", "", "sk-" + LONG + "12345678", ""),
    ("openai-key", "", "sk-proj-" + LONG, ""),
    ("anthropic-key", "", "sk-ant-api03-" + LONG, ""),
    ("slack-token", "", "xoxb-123456789012-abcdefghijkl", ""),
    (
        "slack-webhook",
        "https://hooks.slack.com/services/",
        "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "",
    ),
    ("stripe-key", "", "sk_live_" + LONG[:24], ""),
    ("stripe-key", "", "rk_live_" + LONG[:24], ""),
    ("stripe-key", "", "whsec_" + LONG[:32], ""),
    ("google-key", "", "AIza" + LONG[:35], ""),
    ("google-oauth", "", "ya29." + LONG, ""),
    ("npm-token", "//registry/:_authToken=", "npm_" + LONG[:36], ""),
    ("pypi-token", "", "pypi-AgEIcHlwaS5vcmc" + LONG, ""),
    ("huggingface-token", "", "hf_" + LONG[:34], ""),
    ("sendgrid-key", "", f"SG.{LONG[:22]}.{LONG}abc", ""),
    ("twilio-key", "", "SK" + HEX * 2, ""),
    ("digitalocean-token", "", "dop_v1_" + HEX * 4, ""),
    ("azure-key", "AccountName=x;AccountKey=", LONG + LONG + "==", ";"),
    ("jwt", "", f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{LONG}", ""),
    ("telegram-token", "bot123456789:", "AA" + LONG[:33], "/send"),
    ("url-password", "postgres://user:", "hunter", "@db/x"),
    ("url-password", "https://u:", "p%40ss", "@host.com"),
    ("url-password", "redis://:", "s3cret", "@localhost:6379"),
    ("bearer", "Authorization: Bearer ", LONG, ""),
    ("bearer", "curl -H 'authorization: bearer ", "abcDEF1234567890xyz", "'"),
    ("basic-auth", "Authorization: Basic ", "dXNlcjpwYXNzd29yZA==", ""),
    ("basic-auth", "'authorization': 'Basic ", "dXNlcjpwYXNzd29yZA==", "'"),
    ("basic-auth", "curl -u admin:", "hunter22", " https://x"),
    ("private-key", "", f"{BEGIN}\n{BODY}\n{BODY}\n{END}", "\n"),
    ("private-key", "", rf"{BEGIN}\n{BODY}\n{END}", r"\n"),
    ("private-key", "     1→", f"{BEGIN}\n     2→{BODY}\n     3→{END}", ""),
    ("private-key", "cut behind: ", f"{BEGIN}\n{BODY}\n{BODY}", ""),
    ("private-key", "", f"{BODY}\nMIIEpAIBAAKC=\n{END}", " cut before"),
]
ASSIGNMENTS = [
    ("API_KEY=", "abc12345", ""),
    ("export TOKEN=", "abc12345", "\n"),
    ('apiKey: "', "abc12345", '"'),
    ('"apiKey": "', "abc12345", '",'),
    (r"\"apiKey\": \"", "abc12345", r"\""),
    (r"\\\"apiKey\\\": \\\"", "abc12345", r"\\\""),
    ("password='", "hunter2hunter2", "'"),
    ("password: ", "hunter2hunter2", ""),
    ("  db_password = ", "hunter2hunter2", "\n"),
    ("client-secret: ", "abc12345def", "\n"),
    ('const apiKey: string = "', "abc12345", '";'),
    ('password: str = "', "hunter22", '"'),
    ('token := "', "abc12345", '"'),
    ('config["auth_token"] = "', "abc12345", '"'),
    ("--token ", "abc12345def", " --verbose"),
    ("--password=", "hunter22x", ""),
    ('SENTRY_DSN="', "https://abc123def@o1.ingest.sentry.io/42", '"'),
    ('-H "X-Api-Key: ', "abc12345def", '"'),
    ('APIKey = "', "abc12345", '"'),
    ("MYSQL_PASS=", "abc12345", " mysql"),
    ("password=", "p@ssw0rd!", ""),
    ('{"password":"', "p@ssw0rd!", '"}'),
    ("?api_key=", "abc12345", "&x=1"),
    ("Server=x;Password=", "Abc12345", ";"),
    ('"secret" => "', "abc12345", '"'),
    ('credential: "', "abc12345", '"'),
    ("aws_secret_access_key = ", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""),
    (r"a\ntoken=", "abc12345", r"\nb"),
]
HARMLESS = [
    "FOO=1 pytest",
    "key: ${{ secrets.TOKEN_1 }}",
    "API_KEY=$API_KEY_V1",
    'API_KEY="${API_KEY_V1}"',
    "total_tokens: 12345",
    '"max_tokens": 4096',
    'TrailerKey = "Base-Commit"',
    "token = get_token1(x)",
    'os.environ["API_KEY1"]',
    'token = os.environ["API_KEY1"]',
    "const t = process.env.API_KEY1",
    "apiKey: process.env.API_KEY1,",
    "password=[REDACTED:assignment:ab12]",
    'monkey = "abc12345"',
    'author: "abc12345"',
    "PASS: TestFoo12bar",
    "--- PASS: TestX1 (0.00s)",
    "key: Uint8Array",
    'password: "sha256"',
    "KeyError: 'abc12345'",
    "https://example.com:8080/a@b",
    "git@github.com:foo/bar1.git",
    "ssh://git@host:22/x",
    "postgres://user:$PASSWORD@db",
    "AKIA is a prefix",
    BEGIN,
    f'if x == "{BEGIN}" or x == "{END}":',
    "Authorization: Bearer $TOKEN1234567890abcd",
    "sk-learn is not sklearn",
    "task-1234567890abcdefghij",
    'key_path="/home/u/key1.pem"',
    "KEY_FILE=/etc/ssl/key1.pem",
    'token_type: "bearer12345"',
    "password: <your-password-1>",
    "key=item12345)",
    "return key == other_key1;",
    "f(token=user2token)",
    'key := fmt.Sprintf("%s1", x)',
    "cacheKey = `${a}-12345`",
    "sessionKey = session1.key2",
    "password: string",
    "_normalized_key = _pep_440_key",
    'key = "{0:02x}{1:02x}{2:02x}"',
    'TOKEN = "[a-zA-Z_][a-zA-Z0-9_-]*"',
    '"auth0": "types-auth0-python"',
    "for key, value in items1:",
]


@pytest.fixture
def redact():
    return Redactor(b"k" * 32)


@pytest.mark.parametrize(("kind", "before", "secret", "behind"), TOKENS)
def test_tokens_are_replaced_and_named(redact, kind, before, secret, behind):
    for text in (before + secret + behind, f"two\nlines {before}{secret}{behind}"):
        clean = redact(text)
        assert secret not in clean
        assert MARK.search(clean)[1] == kind
        assert clean.startswith(text[: len(text) - len(secret) - len(behind)])
        assert clean.endswith(behind)
    assert redact.counts == {kind: 2}


@pytest.mark.parametrize(("before", "secret", "behind"), ASSIGNMENTS)
def test_values_of_secret_names_are_replaced(redact, before, secret, behind):
    digits = redact.counts
    clean = redact(before + secret + behind)
    assert clean.startswith(before + "[REDACTED:assignment:")
    assert clean.endswith("]" + behind)
    assert digits == {"assignment": 1}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(redact, text):
    assert redact(text) == text
    assert redact(json.dumps({"x": text})) == json.dumps({"x": text})
    assert redact.counts == {}


def test_the_digits_depend_on_the_store(redact):
    text = "token=abc12345 and token=abc12345 and token=xyz98765"
    marks = MARK.findall(redact(text)), re.findall(r":([0-9a-f]{4})\]", redact(text))
    assert marks[1][0] == marks[1][1] != marks[1][2]
    assert Redactor(b"other")(text) != redact(text)


def test_what_is_allowed_stays():
    redact = Redactor(b"k", allow=["abc12345", r"test-\w+", "(broken"])
    assert redact("token=abc12345") == "token=abc12345"
    assert redact('password="test-hunter22"') == 'password="test-hunter22"'
    assert "hunter22" not in redact('password="hunter22"')


def test_a_part_replaces_a_secret_on_its_edge_whole(redact):
    text = "a " + "AKIAABCDEFGH12345678" + " b"
    assert redact.part(text, 0, 10) == "a [REDACTED:aws-access-key:" + redact(text)[-7:-2]
    assert redact.part(text, 10, len(text)).endswith("] b")
    assert redact.part(text, 0, 2) == "a "


@pytest.mark.parametrize(("kind", "before", "secret", "behind"), TOKENS)
def test_parts_never_hold_half_a_secret(redact, kind, before, secret, behind):
    text = before + secret + behind
    for edge in range(len(text)):
        for piece in (redact.part(text, 0, edge), redact.part(text, edge, len(text))):
            rest = MARK.sub("", piece)
            assert secret[:6] not in rest
            assert secret[-6:] not in rest


def test_letters_outside_ascii_change_no_position(redact):
    text = "İß→ token=abc12345 → ｆｕｌｌ password='hünter2x'"
    clean = redact(text)
    assert clean.startswith("İß→ token=[REDACTED:assignment:")
    assert "] → ｆｕｌｌ password='[REDACTED" in clean
    assert "hünter2x" not in clean


SECRETS = st.sampled_from(
    [before + secret + behind for _, before, secret, behind in TOKENS]
) | st.sampled_from([before + secret + behind for before, secret, behind in ASSIGNMENTS])
NOISE = st.text("aA0_-=:\"'\\ \n@/.→[]{}$é", max_size=12) | st.sampled_from(
    ["key", "token", "--", "\\n", "sk-"]
)
TEXTS = st.lists(SECRETS | NOISE, max_size=8).map("".join)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_doing_it_again_changes_nothing(text):
    redact = Redactor(b"k")
    once = redact(text)
    assert redact(once) == once


@given(st.dictionaries(st.sampled_from(["password", "content", "a"]), TEXTS), st.booleans())
@settings(max_examples=300, deadline=None)
def test_json_stays_json(value, plain):
    redact = Redactor(b"k")
    clean = redact(json.dumps(value, ensure_ascii=plain))
    assert json.loads(clean).keys() == value.keys()
    nested = json.loads(redact(json.dumps({"inner": json.dumps(value)})))
    assert json.loads(nested["inner"]).keys() == value.keys()
