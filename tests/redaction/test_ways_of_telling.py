"""Ways in which people and tools tell a secret: the word before or behind, what stands between, the command."""

import random
import string

import pytest

from whence.secrets.redaction import redact

pytestmark = pytest.mark.quick


def drawn(alphabet: str, count: int, seed: int = 6) -> str:
    """A random value; made at run time, so that no secret-shaped literal lies in the repository."""
    return "".join(random.Random(seed).choices(alphabet, k=count))


KEY = drawn(string.ascii_letters + string.digits, 32, 10)
PASSWORD = "tR4" + "vz!Wq" + "92k"
LETTERS = drawn(string.ascii_letters, 12, 12)
NUMBERED = "Lantern" + "#42!"
HEX = drawn("0123456789abcdef", 32)
BETWEEN = "amber46" + "05walrus"
SMALL = drawn(string.ascii_lowercase, 16, 11)
DASHED = "-".join(drawn(string.digits, 4, seed) for seed in (1, 2, 3))

TOLD = {
    "both, one after the other": (f'password was "{PASSWORD}", now it\'s "{KEY[:12]}"', (PASSWORD, KEY[:12])),
    "an aside before the colon": (
        f"Password for the app user (reset with `bin/reset-password`): {PASSWORD}",
        (PASSWORD,),
    ),
    "in front of the word": (f"ssh to 10.0.0.7, {LETTERS} is the pw", (LETTERS,)),
    "with what it is used for": (f"unlock with {NUMBERED} when it asks for the password", (NUMBERED,)),
    "two slashes": (f"hey, creds for the box: root // {PASSWORD}", (PASSWORD,)),
    "of one application": (f"msmtp: password {SMALL}", (SMALL,)),
    "behind a capital in Russian": (f"Пароль от сервера: {NUMBERED}", (NUMBERED,)),
    "a word with a number between": ("step 3; password amber46" + "05walrus", ("amber46" + "05walrus",)),
    "several words in quotes": ('the wifi passphrase is "orchid ' + 'walrus meadow"', ("orchid walrus",)),
    "digits that a token is": (
        f"the token you need is {drawn('0123456789abcdef', 40)}",
        (drawn("0123456789abcdef", 40),),
    ),
    "what a shell feeds to a command": (f"ldapadd -y /dev/stdin -D cn=x <<< {NUMBERED}", (NUMBERED,)),
    "what a tool reads from its input": (f"docker login -u ci --password-stdin <<< {NUMBERED}", (NUMBERED,)),
    "a salt within a name": (f"$CFG->passwordsaltmain = '{KEY}';", (KEY,)),
    "small letters behind an unknown prefix": (
        "we ran it with quux_" + drawn(string.ascii_lowercase + string.digits, 44),
        (drawn(string.ascii_lowercase + string.digits, 44),),
    ),
    "a key of AWS that begins as a path": (
        f"aws_secret_access_key=/7d0QMgPd2P3DU/5r/{KEY[:23]}",
        (KEY[:23],),
    ),
    "behind a user whom everybody has": (f"ann: try admin:{BETWEEN}", (BETWEEN,)),
    "below the question": (f"ann: what's the pw again?\nbob: {BETWEEN}", (BETWEEN,)),
    "right behind the word": (f"账号admin，密码{KEY[:14]}", (KEY[:14],)),
    "for what it signs": (f"secret for the webhook signature is {HEX}", (HEX,)),
    "a code of two groups": ("recovery code a7m1w-9ents", ("a7m1w",)),
    "behind a login's name": (f"cache_peer p.x parent 3128 0 login=ann:{BETWEEN}", (BETWEEN,)),
    "a secret that was made up": (f"bindmethod=simple credentials={BETWEEN}", (BETWEEN,)),
    "what a command prints": (f'--ldap_password_cmd="echo -n {BETWEEN}"', (BETWEEN,)),
    "what a field is filled with": (f'strcpy(passwd, "{LETTERS}1");', (LETTERS,)),
    "what is bound with": (f'ldap_bind($ds, "CORP\\\\svc", "{KEY[:14]}");', (KEY[:14],)),
    "what is hashed for a server": (f'"app" "md5{HEX}"', (HEX,)),
    "behind any words of its sentence": (f"I rotated the prod DB password, new one is {BETWEEN}", (BETWEEN,)),
    "before the word": (f"type {BETWEEN} at the password prompt", (BETWEEN,)),
    "in Russian, changed": (f"сменил пароль на {BETWEEN}", (BETWEEN,)),
    "in Chinese, changed": (f"登录密码改成了{BETWEEN}", (BETWEEN,)),
    "drawn of letters, in Arabic": (f"كلمة المرور هي {LETTERS}", (LETTERS,)),
    "below the question, marked": (f"> what is the sandbox password?\n\n`{BETWEEN}`", (BETWEEN,)),
    "what signs sessions": (f'sessions.NewCookieStore([]byte("{KEY}"))', (KEY,)),
    "in a block of a factory": (f'factory(:user) {{ password {{ "{BETWEEN}" }} }}', (BETWEEN,)),
    "a term and what it is": (f"<dt>Password</dt><dd>{BETWEEN}</dd>", (BETWEEN,)),
    "an address with a login": (f"https://dav.example/ ann {BETWEEN}", (BETWEEN,)),
    "a login with its database": (f"connect system/{BETWEEN}@orcl", (BETWEEN,)),
    "a link that lets in": (f"https://x.example/reset/{KEY}", (KEY,)),
    "behind a prefix with a dot": (f"we used vk1.{KEY}{KEY[:12]} until May", (KEY,)),
    "in Portuguese": (f"a palavra-passe é {PASSWORD}", (PASSWORD,)),
    "in a script without spaces": (f"トークンは{KEY}です", (KEY,)),
    "a network for somebody": (f"WiFi for guests: {NUMBERED}", (NUMBERED,)),
    "codes of digits": (f"backup codes: {DASHED}", (DASHED,)),
    "what a tool has drawn": (f"New value: {KEY[:18]}*=", (KEY[:18],)),
    "a relay on one line": (f"smtp_map: [smtp.example.com]:587 ann@example.com:{PASSWORD}", (PASSWORD,)),
    "an argument without a name": (f"useradd -m -p $(openssl passwd -6 {PASSWORD}) ann", (PASSWORD,)),
    "a cluster's token": ("kubectl config set-credentials ann --token=abcdef." + KEY[:16].lower(), (KEY[:16].lower(),)),
    "behind a sign": (f"curl -u elastic:-{KEY[:19]} https://es:9200/", (KEY[:19],)),
    "a device": (f"set system root-authentication plain-text-password-value {LETTERS}", (LETTERS,)),
    "a key of bytes": (f'hmac.New(sha256.New, []byte("{KEY}"))', (KEY,)),
    "a key behind its algorithm": (f"crypto.createHmac('sha256', '{KEY}')", (KEY,)),
    "an account of a chain": (
        f'new ethers.Wallet("{drawn("0123456789abcdef", 64)}", provider)',
        (drawn("0123456789abcdef", 64),),
    ),
}


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("around", ["{}", "@@ -1 +1,2 @@\n a\n+{}", "What we had:\n\n{}\n\nIt is gone."])
def test_a_secret_goes_however_it_is_told(kind: str, around: str) -> None:
    text, secrets = TOLD[kind]
    left = redact(around.format(text)).text
    assert [secret for secret in secrets if secret in left] == []


@pytest.mark.parametrize(
    "text",
    [
        "SHA256 is the password hash that we use",
        "This is the password policy, and 2FA is the rule",
        "Unlock with your fingerprint when it asks for the password",
        "New value: 42",
        "New value: disabled_for_everyone",
        "WiFi for guests: unreliable",
        "WiFi at home: 802.11ax",
        "hmac.new(key, message, hashlib.sha256)",
        "createHmac('sha256', process.env.SIGNING_KEY)",
        "openssl passwd -6 -stdin",
        "the password was wrong, now it's fine",
        "password verification",
        "backup codes: see the vault",
        "--token=$(cat token)",
    ],
)
def test_what_only_sounds_alike_stays(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "passwords are hashed with argon2id in PBKDF2WithHmacSHA256 mode",
        "the password field is rendered by UserPasswordField2 since release2024",
        "move password checks to auth/password_reset.py and bump to 3.14.2rc1",
        "password for user maple2024orchid is asked for",
        "see commit 3f2a91bc for the password change",
        'element.bind("focus", "highlight1")',
        "<b>Password:</b> <span>required</span>",
        f"code_challenge: kl-{KEY}nubl",
        f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDO/YC{KEY}{KEY[:6]} ann@laptop",
        f'"etag": "kl-{KEY}nubl"',
        "https://x.example/login/oauth/authorize",
        "https://x.example/files/ ann notes",
        "connect to system/network@2024",
    ],
)
def test_what_stands_near_the_word_and_is_none_stays(text: str) -> None:
    assert redact(text).text == text
