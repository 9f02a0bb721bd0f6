"""Redaction from its front door: what goes, what stays, and what holds for every text."""

import random
import string
from concurrent.futures import ThreadPoolExecutor

import pytest

from whence.secrets.redaction import is_secret_file, redact, redact_path

pytestmark = pytest.mark.quick

ALNUM = string.ascii_letters + string.digits
BASE64 = ALNUM + "+/"
HEX = "0123456789abcdef"


def drawn(prefix: str, alphabet: str, count: int, seed: int = 7) -> str:
    """A credential of that shape; made at run time, so that no secret-shaped literal lies in the repository."""
    return prefix + "".join(random.Random(seed).choices(alphabet, k=count))


def block(kind: str = "RSA PRIVATE KEY", lines: int = 6) -> list[str]:
    """The lines of a key in PEM."""
    body = [drawn("", BASE64, 64, seed) for seed in range(lines)]
    return ["-----BEGIN " + kind + "-----", *body, drawn("", BASE64, 38, 99) + "==", "-----END " + kind + "-----"]


GITHUB = drawn("gh" + "p_", ALNUM, 36)
AWS = drawn("AK" + "IA", string.ascii_uppercase + "234567", 16)
AWS_SECRET = drawn("", BASE64, 40, 3)
HEX32 = drawn("", HEX, 32)
TOKEN = drawn("", ALNUM, 40)
PASSWORD = "Tr0ub4" + "dor!"


def check(text: str, *names: str, gone: str) -> None:
    """The text loses the secret and says what went; its lines keep their numbers; a second pass changes nothing."""
    result = redact(text)
    assert gone not in result.text
    assert result.found == names
    assert [f"[redacted: {name}]" in result.text for name in names] == [True] * len(names)
    assert result.text.count("\n") == text.count("\n")
    assert redact(result.text).text == result.text


@pytest.mark.parametrize(
    ("secret", "name"),
    [
        (AWS, "aws-access-key"),
        (GITHUB, "github-token"),
        (drawn("github_" + "pat_", ALNUM, 22) + "_" + drawn("", ALNUM, 59), "github-token"),
        (drawn("glp" + "at-", ALNUM, 20), "gitlab-token"),
        (drawn("xox" + "b-", string.digits, 12) + "-" + drawn("", ALNUM, 24), "slack-token"),
        (drawn("sk_" + "live_", ALNUM, 24), "stripe-key"),
        (drawn("sk-" + "proj-", ALNUM + "_-", 80), "openai-key"),
        (drawn("sk-" + "ant-api03-", ALNUM + "_-", 93), "anthropic-key"),
        (drawn("AI" + "za", ALNUM + "_-", 35), "google-api-key"),
        (drawn("np" + "m_", ALNUM, 36), "npm-token"),
        (drawn("S" + "G.", ALNUM, 22) + "." + drawn("", ALNUM, 43), "sendgrid-key"),
        (drawn("ey" + "J", ALNUM, 33) + "." + drawn("ey" + "J", ALNUM, 60) + "." + drawn("", ALNUM, 43), "jwt"),
        (drawn("do" + "p_v1_", HEX, 64), "digitalocean-token"),
        (drawn("acme_", ALNUM, 40), "high-entropy-secret"),
    ],
)
@pytest.mark.parametrize(
    "frame",
    ["{}", 'call("{}")', "2026-05-01 INFO got {} here", "+{}", "-x = '{}'", "line\\n{}\\n", "`{}`", "<v>{}</v>"],
    ids=["bare", "in a call", "in a log", "added", "removed", "between escapes", "in Markdown", "in XML"],
)
def test_a_credential_with_a_shape_is_known_anywhere(secret: str, name: str, frame: str) -> None:
    check(frame.format(secret), name, gone=secret)


@pytest.mark.parametrize(
    "frame",
    [
        "API_TOKEN={}",
        "export API_TOKEN='{}'",
        '{{"apiToken": "{}"}}',
        'x = "{{\\"apiToken\\": \\"{}\\"}}"',
        "api_token: {}",
        'api-token = "{}"',
        '<add key="ApiToken" value="{}" />',
        "<apiToken>{}</apiToken>",
        'const apiToken: string = "{}";',
        'private static final String API_TOKEN = "{}";',
        'let api_token = String::from("{}");',
        "'api_token' => '{}',",
        "define('API_TOKEN', '{}');",
        'os.environ.get("API_TOKEN", "{}")',
        "process.env.API_TOKEN || '{}'",
        'builder.setApiToken("{}");',
        "tool --api-token {} run",
        'curl -H "X-Api-Token: {}" https://api.example.com',
        "https://api.example.com/v1?api_token={}&page=2",
        "- name: API_TOKEN\n  value: {}",
        "api_token: >-\n  {}\nport: 80",
        '@@ -1 +1,2 @@\n a\n+api_token = "{}"',
        "RuntimeError: login(api_token='{}') failed",
    ],
)
@pytest.mark.parametrize("secret", [HEX32, TOKEN], ids=["hexadecimal", "mixed"])
def test_a_value_beside_a_telling_name_goes(frame: str, secret: str) -> None:
    check(frame.format(secret), "high-entropy-secret", gone=secret)


@pytest.mark.parametrize(
    "text",
    [
        "password = 'hunt' + 'er2'".replace("' + '", ""),
        f"DB_PASSWORD={PASSWORD}",
        f'"password": "{PASSWORD}",',
        f"password: {PASSWORD}",
        f"ALTER USER app IDENTIFIED BY '{PASSWORD}';",
        f"mysql -u root -p{PASSWORD} shop",
        f"curl -u ann:{PASSWORD} https://api.example.com",
        f"Server=db;User Id=sa;Password={PASSWORD};Encrypt=True",
        f"jdbc:mysql://db/app?user=root&password={PASSWORD}",
        f"machine git.example.com login ann password {PASSWORD}",
        f"The password is {PASSWORD}",
        f"contraseña = '{PASSWORD}'",
        f"пароль: '{PASSWORD}'",
        "passphrase: 'correct-horse" + "-battery-staple'",
    ],
)
def test_a_password_goes_though_it_is_not_random(text: str) -> None:
    result = redact(text)
    assert result.found == ("password",)
    assert PASSWORD not in result.text
    assert "hunter2" not in result.text
    assert "staple" not in result.text


def test_the_password_of_a_url_goes_and_the_rest_stays() -> None:
    result = redact("postgres://app:s3cr" + "etPw@db.example.com:5432/app?sslmode=require")
    assert result.text == "postgres://app:[redacted: url-password]@db.example.com:5432/app?sslmode=require"


def test_headers_lose_their_credentials_and_keep_their_names() -> None:
    text = f"Authorization: Bearer {TOKEN}\nCookie: theme=dark; sessionid={HEX32}; lang=de\nAccept: */*"
    assert redact(text).text == (
        "Authorization: Bearer [redacted: bearer-token]\n"
        "Cookie: theme=dark; sessionid=[redacted: cookie]; lang=de\n"
        "Accept: */*"
    )


def test_an_aws_secret_goes_even_bare_near_its_key() -> None:
    check(f"{AWS}\n{AWS_SECRET}", "aws-access-key", "aws-secret-key", gone=AWS_SECRET)


@pytest.mark.parametrize(
    "frame",
    [
        'key = (\n    "{}"\n    "{}"\n)',
        'key = "{}" +\n  "{}";',
        '+key = "{}"\n+    + "{}"',
        'k = "{}" . "{}"',
        "KEY={}\\\n{}",
    ],
    ids=["python", "javascript", "a diff", "php", "a shell's continuation"],
)
def test_a_credential_in_two_pieces_goes_whole(frame: str) -> None:
    first, second = GITHUB[:20], GITHUB[20:]
    result = redact(frame.format(first, second))
    assert first not in result.text
    assert second not in result.text
    assert set(result.found) == {"github-token"}


@pytest.mark.parametrize("kind", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_a_private_key_leaves_its_marker_and_its_newlines(kind: str) -> None:
    lines = block(kind)
    assert redact("a = 1\n" + "\n".join(lines) + "\nb = 2\n").text == (
        "a = 1\n[redacted: private-key]" + "\n" * (len(lines) - 1) + "\nb = 2\n"
    )


@pytest.mark.parametrize("sign", "+-")
def test_a_private_key_in_a_diff_keeps_the_signs(sign: str) -> None:
    lines = block()
    text = "@@ -1,9 +1,9 @@\n a\n" + "\n".join(sign + line for line in lines) + "\n b"
    expected = ["@@ -1,9 +1,9 @@", " a", sign + "[redacted: private-key]", *[sign] * (len(lines) - 1), " b"]
    assert redact(text).text.split("\n") == expected


@pytest.mark.parametrize("part", [slice(0, 4), slice(3, None)], ids=["its head", "its tail"])
@pytest.mark.parametrize("prefix", ["", "+", " ", "    ", "# "])
def test_a_part_of_a_private_key_goes(part: slice, prefix: str) -> None:
    lines = block()[part]
    result = redact("\n".join(prefix + line for line in lines) + "\nplain words below\n")
    assert result.found == ("private-key",)
    assert not any(line in result.text for line in lines if not line.startswith("-----"))
    assert result.text.endswith("\nplain words below\n")


def test_a_private_key_in_json_goes() -> None:
    lines = block("PRIVATE KEY")
    text = '{"type": "x", "private_key": "' + "\\n".join(lines) + '\\n", "id": 1}'
    assert redact(text).text == '{"type": "x", "private_key": "[redacted: private-key]\\n", "id": 1}'


UUID = "123e4567" + "-e89b-42d3-a456-426614174000"
HARMLESS = [
    "commit " + drawn("", HEX, 40),
    "Fix the token refresh (see " + drawn("", HEX, 40) + ")",
    drawn("", HEX, 64) + "  app-1.0.tar.gz",
    "image: registry.example.com/token-service@sha256:" + drawn("", HEX, 64),
    '"integrity": "sha512-' + drawn("", BASE64, 86) + '==",',
    "github.com/acme/secret-store v1.0.0 h1:" + drawn("", BASE64, 43) + "=",
    '{file = "keyring-24.3.0.whl", hash = "sha256:' + drawn("", HEX, 64) + '"}',
    '"token_sha256": "' + drawn("", HEX, 64) + '"',
    f'"token_id": "{UUID}"',
    f"GET /secrets/{UUID}/password 200",
    "cacheKey: '" + drawn("", HEX, 32) + "'",
    'background: url("data:image/png;base64,' + drawn("iVBORw0KGgo", BASE64, 400) + '")',
    "\n".join(drawn("", BASE64, 76, seed) for seed in range(8)),
    "-----BEGIN CERTIFICATE-----\n" + "\n".join(block()[1:-1]) + "\n-----END CERTIFICATE-----",
    "ssh-" + "ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + drawn("", BASE64, 43) + " ann@laptop",
    'PEM = "-----BEGIN PRIVATE KEY-----"\nif PEM in text:\n    found = text.index(PEM)\n',
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "aws_access_key_id = AKIAIOSFODNN7" + "EXAMPLE",
    "GITHUB_TOKEN=gh" + "p_" + "x" * 36,
    "OPENAI_API_KEY=sk-your-key-here",
    "password: changeme",
    'password: "********"',
    "password: ${DB_PASSWORD}",
    "token: ${{ secrets.GITHUB_TOKEN }}",
    'password: "{{ vault_db_password }}"',
    'password = os.environ["DB_PASSWORD"]',
    "const key = process.env.STRIPE_SECRET_KEY;",
    "password: str",
    "token: Optional[str] = None",
    "def set_password(self, password: str) -> None:",
    "submit(user: string, password: string): Promise<Token> {",
    "mutation login($password: String!) {",
    'password = getpass("Password: ")',
    'token = request.headers.get("x-auth-token")',
    'fields = ("username", "password1", "password2")',
    'logger.info("Password reset requested for %s", user)',
    '"password": "Passwort",',
    '"password": "パスワード",',
    '<input type="password" name="password" autocomplete="current-password">',
    "password: /^(?=.*[A-Z])(?=.*\\d).{8,32}$/",
    '"password": {"type": "string", "format": "password", "minLength": 8}',
    "password VARCHAR(255) NOT NULL,",
    "curl -u username:password https://api.example.com",
    "postgres://user:password@localhost:5432/db",
    "https://ann@git.example.com/team/app.git",
    "pwd: /home/ann/project-2",
    "pass: 12, fail: 3",
    '"def f(a=1, b=2): pass", "x1"',
    "max_tokens: 4096, tokens: 1523",
    'tokens = ["<|im_start|>", "<|im_end|>"]',
    "Button_button__a1B2c css-1x2y3z-MuiButton-root",
    "AbstractAuthenticationTokenProcessingFilterBean",
    "export TOKEN=$(cat token.txt)",
]


@pytest.mark.parametrize("text", HARMLESS, ids=lambda text: text[:40])
@pytest.mark.parametrize("sign", ["", "+"], ids=["alone", "in a diff"])
def test_what_only_looks_like_a_secret_stays(text: str, sign: str) -> None:
    text = "\n".join(sign + line for line in text.split("\n"))
    assert redact(text) == redact("") if not text else redact(text).text == text
    assert redact(text).found == ()


def test_what_was_found_is_named_in_order_of_appearance() -> None:
    text = f"password = '{PASSWORD}'\n{AWS}\ntoken: {GITHUB}\nhttp://ann:{PASSWORD}x@example.com/\n"
    assert redact(text).found == ("password", "aws-access-key", "github-token", "url-password")


def test_markers_that_stood_there_are_not_counted_again() -> None:
    text = "password: [redacted: password]\n" + AWS
    assert redact(text).found == ("aws-access-key",)


PIECES = [
    "\n", "\r\n", "\\n", '"', "'", "`", "=", ": ", "  ", "-", "+", "@", "\ud800", "İ", "\0", "\x85", "\u2028", "é",
    "密码", "password", "token=", "key", "api_key: ", "[redacted: password]", "[redacted: x", "]", "|\n  ", ">-\n  ",
    "://", "${", "{{", '"""', "<", ">", "/", "\\", "Private-Lines: 3\n", 'secret: "', "Bearer ", "Cookie: sid=",
    "-----BEGIN " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----",
    GITHUB, AWS, TOKEN, HEX32, PASSWORD, *block(), *HARMLESS,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_any_text_is_taken_once_and_keeps_its_lines(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        parts = [rng.choice(PIECES) for _ in range(rng.randint(1, 14))]
        parts = [part[: rng.randint(1, len(part))] if rng.random() < 0.2 else part for part in parts]
        text = "".join(parts)
        result = redact(text)
        assert redact(result.text).text == result.text
        assert redact(result.text).found == ()
        assert result.text.count("\n") == text.count("\n")
        assert result.found or result.text == text
        redact_path(text)
        is_secret_file(text)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "\n",
        "-",
        "=",
        '"',
        "\\",
        "password=",
        "://a:",
        "eyJ",
        "-----BEGIN " + "PRIVATE KEY-----",
        "\ud800",
        "key: |\n",
    ],
)
def test_a_megabyte_of_anything_is_taken(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert redact(text).text.count("\n") == text.count("\n")


def test_several_threads_get_what_one_gets() -> None:
    texts = [f"{frame}{secret}" for frame in ("token = ", "+", "password: ") for secret in (GITHUB, AWS, PASSWORD)] * 20
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(redact, texts)) == [redact(text) for text in texts]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/home/ann/My Notes/{GITHUB}.txt", "github-token"),
        (f"C:\\Users\\Ann\\dump-{AWS}\\out.log", "aws-access-key"),
        (f"backups/password={PASSWORD}/readme.md", "password"),
    ],
)
def test_a_secret_in_a_path_goes_and_the_folders_stay(path: str, name: str) -> None:
    result = redact_path(path)
    assert result.found == (name,)
    assert result.text.count("/") + result.text.count("\\") == path.count("/") + path.count("\\")
    assert GITHUB not in result.text
    assert AWS not in result.text
    assert PASSWORD not in result.text


@pytest.mark.parametrize(
    "path",
    [
        "src/auth/password_reset_v2.py",
        "C:\\Users\\Ann\\token-service\\README.md",
        "node_modules/@babel/plugin-transform-react-jsx/lib/index.js",
        ".git/objects/ab/" + drawn("", HEX, 38),
        "docs/Übersicht über Tokens.md",
        "tokens/" + UUID + ".json",
    ],
)
def test_a_harmless_path_stays(path: str) -> None:
    assert redact_path(path).text == path


@pytest.mark.parametrize(
    "path",
    [
        ".env", "config/.env.local", ".env.example", "prod.env", "C:\\app\\.env", "server.key", "certs/ca.pem",
        "id_rsa", "/home/ann/.ssh/id_ed25519", "/home/ann/.ssh/work", "app.keystore", "release.JKS", ".netrc", ".npmrc",
        ".pypirc", ".aws/credentials", ".docker/config.json", "client_secret_12.json", "terraform.tfstate.backup",
        "secrets.yaml",
    ],
)  # fmt: skip
def test_secret_files_are_told_by_their_names(path: str) -> None:
    assert is_secret_file(path)


@pytest.mark.parametrize(
    "path",
    [
        "src/env.ts", "environment.py", "secrets.py", "credentials.ts", "id_rsa.pub", "tokenizer.py", "keyboard.js",
        "README.md", "package.json", "config.json", ".ssh/known_hosts", ".ssh/config", "design-tokens.json", "",
    ],
)  # fmt: skip
def test_other_files_are_read(path: str) -> None:
    assert not is_secret_file(path)


@pytest.mark.parametrize(
    "begins", ["iVBORw0KGgoAAAANSUhEUg", "/9j/4AAQSkZJRgABAQ", "R0lGODlhAQABAIAA", "d09GMgABAAAAA"]
)
def test_a_picture_in_a_text_is_left_whole_whatever_its_bytes_look_like(begins: str) -> None:
    kind = "font/woff2" if begins.startswith("d09") else "image/png"
    bytes = "Zm9vYmFyYmF6cXV4" * 4
    picture = f'<img src="data:{kind};base64,{begins}{bytes}/AKIAQ3EGRTZKDWNMXPLB/{bytes}==">'
    assert redact(picture).text == picture
    beside = redact(f"{picture} AKIAQ3EGRTZKDWNMXPLB")
    assert beside.text == f"{picture} [redacted: aws-access-key]"
    assert redact(f"data:{kind};base64,AKIAQ3EGRTZKDWNMXPLB").found == ("aws-access-key",)
