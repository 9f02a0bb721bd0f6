"""Finds private keys: whole blocks, and the parts of blocks that a diff or a log shows.

A block may be wrapped in anything that keeps its lines: indentation, the signs of a diff, quotes and concatenation,
comment signs, escaped newlines. Certificates, public keys and signatures are not secret and stay. The lines from the
middle of a key, with neither of its ends in sight, can't be told from any other base64 and stay too.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_NAME = "private-key"
_SEALED = ("PGP MESSAGE", "AGE ENCRYPTED FILE")  # blocks of the same form, which only their recipients can open
_BLOCK = r"(?:(?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?|PGP MESSAGE|AGE ENCRYPTED FILE)"
_BEGIN = re.compile(rf"-----BEGIN {_BLOCK}-----|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----")
_END = re.compile(rf"-----END {_BLOCK}-----|---- END SSH2 (?:ENCRYPTED )?PRIVATE KEY ----")

# What may stand around the base64 of one line: signs, indentation, quotes, escapes, concatenation.
_WRAPPING = re.compile(r"\\+[nrt]|\\+|[\s\"'`+,;>#*|.&(){}\[\]-]|//")
_RUN = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_BEFORE = r"[+\- ]?[\s>#*|]*(?://)?[ \t]*[\"'`(]*"
_AFTER = r"(?:\\+[nr])*[\"'`]?[ \t]*[+.,;&\\)]*[ \t\r]*"
_BODY_LINE = re.compile(
    rf"{_BEFORE}(?:[A-Za-z0-9+/]{{16,}}={{0,2}}|[A-Za-z0-9+/]{{1,75}}={{1,2}}|=[A-Za-z0-9+/]{{4}}){_AFTER}"
)
_LAST_LINE = re.compile(rf"{_BEFORE}[A-Za-z0-9+/]{{4,}}{_AFTER}")
_HEADER_LINE = re.compile(
    rf"{_BEFORE}(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID|Subject|x-\w+):[^\n]{{0,200}}|{_BEFORE}{_AFTER}"
)
_REST_OF_LINE = re.compile(_AFTER)
_INLINE = re.compile(r"(?:(?:\\+[nr]|[\s\"'+])+[A-Za-z0-9+/]{30,}={0,2})+(?:(?:\\+[nr])+[A-Za-z0-9+/]+={0,2})?")
_MOST_LINES = 400
_LONGEST_LINE = 400

# The first bytes of a private key in DER: PKCS#1 and PKCS#8 (a sequence which begins with the integer 0 or 1), and
# encrypted PKCS#8 (which begins with the object identifier of PBES2); and of OpenSSH's own format.
_DER = (
    re.compile(
        r"M(?:II[A-Za-z0-9+/]{2}[AQgw]IBAA|I[GH][A-Za-z0-9+/]AgE[AB]|H[ccQ]CAQEE|C4CAQAwBQYDK2V|E4CAQAw|IGHAgEA|IGkAgEB"
        r"|IHcAgEB|I[GI][A-Za-z0-9+/]{3,5}BgkqhkiG9w0BBQ0)[A-Za-z0-9+/]{24,16384}={0,2}"
    ),
    re.compile(r"b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/]{24,16384}={0,2}"),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]")
_PUTTY = re.compile(r"Private-Lines: (\d{1,3})\r?\n")


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every private key or part of one."""
    if any(word in text for word in ("PRIVATE KEY", *_SEALED)):
        for start, end in _blocks(text):
            sealed = any(word in text[start : start + 80] or word in text[end - 60 : end] for word in _SEALED)
            yield start, end, "encrypted-secret" if sealed else _NAME
    for pattern in _DER:
        for match in pattern.finditer(text):
            if not _BASE64.match(text[match.start() - 1 : match.start()]):
                yield match.start(), _down(text, match.end()), _NAME
    if "Private-Lines: " in text:
        for match in _PUTTY.finditer(text):
            yield match.end(), _down(text, match.end(), int(match[1])), _NAME


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """The blocks between BEGIN and END, and what belongs to a BEGIN or an END that has lost its other half."""
    marks = sorted(
        [(*m.span(), True) for m in _BEGIN.finditer(text)] + [(*m.span(), False) for m in _END.finditer(text)]
    )
    done = 0
    for (start, first, begins), following in pairwise([*marks, (len(text), len(text), True)]):
        if begins and not following[2] and _is_body(text[first : following[0]]):
            done = following[1]
            yield start, done
        elif begins and (stop := _head(text, first, following[0])) > first:
            done = stop
            yield start, stop
        elif not begins and start >= done and (top := _top(text, done, start)) < start:
            done = first
            yield top, first


def _is_body(content: str) -> bool:
    """Whether what stands between BEGIN and END is a key, and not dots or a program that looks for keys."""
    bare = len(_WRAPPING.sub("", content))
    return bare >= 40 and 2 * sum(map(len, _RUN.findall(content))) > bare


def _head(text: str, first: int, limit: int) -> int:
    """The end of what follows a BEGIN without END: on the same line with escaped newlines, or on the lines below."""
    stop = text.find("\n", first, limit)
    line_end = limit if stop < 0 else stop
    if inline := _INLINE.match(text, first, line_end):
        return inline.end()
    below = _down(text, line_end + 1) if stop >= 0 else 0
    return min(below, limit) if below > line_end + 1 else first


def _down(text: str, at: int, most: int = _MOST_LINES) -> int:
    """The end of the lines of base64 which begin at `at`, or on the line below it; `at` if there are none."""
    good = at
    if text[at - 1 : at] != "\n":
        stop = text.find("\n", at, at + 60)
        if stop < 0 or not _REST_OF_LINE.fullmatch(text, at, stop):
            return good
        at = stop + 1
    full = True
    for _ in range(most):
        stop = text.find("\n", at, at + _LONGEST_LINE)
        stop = len(text) if stop < 0 and len(text) - at < _LONGEST_LINE else stop
        if stop < 0 or at >= len(text):
            break
        if _BODY_LINE.fullmatch(text, at, stop):
            # A short last line counts only right below a full one.
            good, full = stop, stop - at >= 60
        elif full and good != at and good == at - 1 and _LAST_LINE.fullmatch(text, at, stop):
            return stop
        elif not _HEADER_LINE.fullmatch(text, at, stop):
            break
        at = stop + 1
    return good


def _top(text: str, floor: int, last: int) -> int:
    """The beginning of what precedes an END without BEGIN; `last` if nothing of a key does."""
    line = max(text.rfind("\n", floor, last) + 1, floor)
    if run := _RUN.search(text, line, last):
        return run.start()
    top, at = last, line
    for _ in range(_MOST_LINES):
        above = max(text.rfind("\n", floor, max(at - 1, floor)) + 1, floor)
        if at <= floor or at - above > _LONGEST_LINE:
            break
        is_last = at == line and _LAST_LINE.fullmatch(text, above, at - 1) is not None
        if is_last or _BODY_LINE.fullmatch(text, above, at - 1):
            signed = text[above] in "+- "
            body = re.compile(r"[A-Za-z0-9+/=]{4,}").search(text, above + signed, at - 1)
            top = body.start() if body else top
        elif not _HEADER_LINE.fullmatch(text, above, at - 1):
            break
        at = above
    return top
