"""Secrets behind escapes, in sentences, on command lines, and beside the names of services."""

import pytest

from whence.secrets.redaction import redact

DRAWN = "q7Xv2" + "LpZ9rT4"

KINDS = {
    "a word in escapes of JSON": rf'{{"contrase\u00f1a": "{DRAWN}"}}',
    "JSON in a string of JSON": rf'{{"log": "{{\"password\": \"{DRAWN}\"}}"}}',
    "JSON with entities of XML": f"&quot;password&quot;:&quot;{DRAWN}&quot;",
    "doubled quotes of CSV": f'3,"a ""password"": ""{DRAWN}"" b",4',
    "a value at the end of a sentence": f"It was DB_PASSWORD={DRAWN}.",
    "a short salt": "SIGNING_SALT=Lk3Eb9Nq",
    "a default with a number": "keystore.password=" + "changeit" + "7",
    "a password in brackets": f"my old password (was {DRAWN}) is gone",
    "a made-up word with a number": "the wifi password is red-" + "tractor-57",
    "a dump of an array": f"Array ( [user] => ann [password] => {DRAWN} )",
    "the key of a service": "algoliaKey: '" + "9f86d081884c7d65" + "9a2feaa0c55ad015'",
    "an option of a tool": f"mosquitto_pub -u ann -P {DRAWN} -t x",
    "a string handed to a shell": f"gh secret set DEPLOY_TOKEN <<< {DRAWN}",
    "a login in an address with a slash": "redis://:a/" + DRAWN + "@cache:6379",
}


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS.keys())
def test_what_gives_a_secret_away_is_seen_through_its_surroundings(text: str) -> None:
    result = redact(text)
    assert result.found and "[redacted: " in result.text
    assert DRAWN not in result.text
    assert redact(result.text).text == result.text


@pytest.mark.parametrize(
    "text",
    [
        "password = self.generate_password(length=24)",
        "the password is base64-encoded and at-least-12 long",
        r'print("a:\n\tb = \"c\"")',
        "o=i(7294);const s=({apiKey:e,token:t})=>u",
        "valueFrom: arn:aws:secretsmanager:eu-west-1:1:secret:db-AbCdEf",
        "docker run --user 1000:1000 -p 8080:80 app",
        'x = ""\ny = f("", "a")',
    ],
)
def test_harmless_text_stays(text: str) -> None:
    assert redact(text).text == text
