"""Secrets in the columns of tables, however a table is drawn, and the columns that keep theirs."""

import json
import random
import string

import pytest

from whence.secrets.redaction import redact

pytestmark = pytest.mark.quick


def drawn(seed: int) -> str:
    """Twelve letters and digits; made at run time, so that no secret-shaped literal lies in the repository."""
    return "".join(random.Random(seed).choices(string.ascii_letters + string.digits, k=11)) + "7"


FIRST, SECOND = drawn(1), drawn(2)

TABLES = {
    "in a box": f"+----+-------+--------------+\n| id | login | {{}}|\n+----+-------+--------------+\n"
    f"|  1 | ann   | {FIRST} |\n|  2 | bob   | {SECOND} |\n+----+-------+--------------+",
    "as psql prints": f" id | {{}}| role\n----+--------------+------\n  1 | {FIRST} | ann\n  2 | {SECOND} | b\n",
    "in line": f"Username   {{}}Role\nann        {FIRST}  admin\nbob        {SECOND}  guest",
    "in line, ruled": f"Username   {{}}\n---------  ------------\nann        {FIRST}\nbob        {SECOND}",
    "of reStructuredText": "====  ============\nName  {}\n====  ============\n"
    f"ann   {FIRST}\nbob   {SECOND}\n====  ============",
    "of HTML": "<table><tr><th>User</th><th>{}</th></tr>\n"
    f"<tr><td>ann</td><td>{FIRST}</td></tr>\n<tr><td>bob</td><td><code>{SECOND}</code></td></tr></table>",
    "of JSON": f'{{{{"columns": ["id", "{{}}"], "rows": [[1, "{FIRST}"], [2, "{SECOND}"]], "by": "ann"}}}}',
    "of MediaWiki": '{{| class="wikitable"\n! User !! {}\n|-\n'
    f"| ann || {FIRST}\n|-\n| bob || <c>\n|-\n| eve\n| '''{SECOND}'''\n|}}}}",
    "in lists": ".. list-table::\n   :header-rows: 1\n\n   * - User\n     - {}\n"
    f"   * - ann\n     - {FIRST}\n   * - bob\n     - ``{SECOND}``\n\nBelow.",
    "beside the name": "<table><tr><td>User</td><td>ann</td></tr><tr><td>{}</td>"
    f"<td>{FIRST}</td></tr>\n<tr><td>Token</td> <td><b>{SECOND}</b></td></tr></table>",
    "parted by semicolons": f"name;{{}};site\nann;{FIRST};a\nbob;{SECOND};b",
}
WIDTHS = {"in a box": 13, "as psql prints": 13, "in line": 14, "in line, ruled": 14}
HEADS = ("Password", "Mot de passe", "Passwort", "api_key", "API token", "Kata sandi")


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("sign", ["", "+", " "])
def test_what_stands_below_a_telling_head_goes(kind: str, head: str, sign: str) -> None:
    name = head.ljust(WIDTHS.get(kind, 0))
    text = "".join(sign + line + "\n" for line in TABLES[kind].format(name).split("\n"))
    left = redact(text).text
    assert FIRST not in left
    assert SECOND not in left
    assert left.count("\n") == text.count("\n")
    assert "ann" in left


@pytest.mark.parametrize("head", ["Digest", "Checksum", "Build", "Public key", "Sort key"])
@pytest.mark.parametrize("kind", sorted(TABLES.keys() - {"beside the name"}))
def test_other_columns_keep_theirs(kind: str, head: str) -> None:
    text = TABLES[kind].format(head.ljust(WIDTHS.get(kind, 0)))
    assert redact(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Option    Password  Default\n--plain   hidden    none\n",
        "NAME            TOKEN  AGE\ndefault-token   1      5d\nbuild-token     1      6d\n",
        "<table><tr><th>Password</th><td>required</td></tr><tr><th>Token</th><td>optional</td></tr></table>",
        "The password  is asked for\ntwice, and never stored\n",
    ],
)
def test_tables_of_words_stay(text: str) -> None:
    assert redact(text).text == text


def test_only_the_column_of_the_name_goes() -> None:
    text = f"Password      Commit\n{FIRST}  {SECOND}\n"
    left = redact(text).text
    assert FIRST not in left
    assert SECOND in left


def test_rows_that_a_dump_copies() -> None:
    head = "COPY public.users (id, login, password_plain) FROM stdin;\n"
    text = f"{head}1\tann\t{FIRST}\n2\tbob\t{SECOND}\n\\.\n\nSELECT 1;\n"
    assert redact(text).text == f"{head}1\tann\t[redacted: password]\n2\tbob\t[redacted: password]\n\\.\n\nSELECT 1;\n"
    other = f"COPY public.files (id, name, digest) FROM stdin;\n1\ta\t{FIRST}\n\\.\n"
    assert redact(other).text == other


def test_every_telling_column_of_one_row() -> None:
    seed = "".join(random.Random(3).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=32))
    text = f"name,login_username,login_password,login_totp\nGit,ann,{FIRST},{seed}\n"
    assert redact(text).text.endswith("Git,ann,[redacted: password],[redacted: high-entropy-secret]\n")


def test_a_table_in_a_string() -> None:
    text = json.dumps({"level": 3, "text": f"Username  Password\nann       {FIRST}\nbob       {SECOND}"})
    left = redact(text).text
    assert FIRST not in left
    assert SECOND not in left
    assert "ann" in json.loads(left)["text"]
