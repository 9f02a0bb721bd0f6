"""Finds private keys: whole blocks, and the parts of blocks that a diff or a log shows.

A block may be wrapped in anything that keeps its lines: indentation, the signs of a diff, quotes and concatenation,
comment signs, escaped newlines. Certificates, public keys and signatures are not secret and stay.
"""

import re
from collections.abc import Iterator

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----")
_END = re.compile(r"-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----|---- END SSH2 (?:ENCRYPTED )?PRIVATE KEY ----")
_NAME = "private-key"

# What may stand around the base64 of one line: signs, indentation, quotes, escapes, concatenation.
_WRAPPING = re.compile(r"\\+[nrt]|\\+|[\s\"'`+,;>#*|.&(){}\[\]-]|//")
_RUN = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_BODY_LINE = re.compile(
    r"[+\- ]?[\s>#*|]*(?://)?[ \t]*[\"'`(]*(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{1,75}={1,2}|=[A-Za-z0-9+/]{4})"
    r"(?:\\+[nr])*[\"'`]?[ \t]*[+.,;&\\)]*[ \t\r]*"
)
_HEADER_LINE = re.compile(
    r"[+\- ]?[\s>#*|]*(?://)?[ \t]*[\"'`(]*(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID|Subject|x-\w+):[^\n]{0,200}"
    r"|[+\- ]?[\s>#*|]*(?://)?[\"'`]?(?:\\+[nr])*[\"'`]?[ \t]*[+.,;&\\)]*[ \t\r]*"
)
_LAST_LINE = re.compile(r"[+\- ]?[\s>#*|]*(?://)?[ \t]*[\"'`(]*[A-Za-z0-9+/]{4,}(?:\\+[nr])*[\"'`]?[ \t]*[+.,;&\\)]*[ \t\r]*")
_MOST_LINES = 400

# The first bytes of a private key in DER: PKCS#1 and #8 (SEQUENCE, INTEGER 0), EC, Ed25519, encrypted PKCS#8; OpenSSH.
_DER = re.compile(
    r"(?<![A-Za-z0-9+/])(?:MII[A-Za-z0-9+/]{2}[AQgw]IBAA|MI[GH][A-Za-z0-9+/]AgEA|MH[ccQ]CAQEE|MC4CAQAwBQYDK2V|MI[GI][A-Za-z0-9+/]{3,5}BgkqhkiG9w0BBQ0"
    r"|b3BlbnNzaC1rZXktdjE|ME4CAQAw|MIGHAgEA|MIGkAgEB|MIHcAgEB)[A-Za-z0-9+/]{24,16384}={0,2}"
)
_PUTTY = re.compile(r"Private-Lines: (\d{1,3})\r?\n")


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every private key or part of one."""
    if "PRIVATE KEY" in text:
        yield from _blocks(text)
    if "MI" in text or "MH" in text or "MC4" in text or "ME4" in text or "b3BlbnNz" in text:
        for match in _DER.finditer(text):
            yield match.start(), _down(text, match.end()), _NAME
    if "Private-Lines: " in text:
        for match in _PUTTY.finditer(text):
            yield match.end(), _down(text, match.end(), int(match[1])), _NAME


def _blocks(text: str) -> Iterator[tuple[int, int, str]]:
    ends = [match.span() for match in _END.finditer(text)]
    at_end = 0
    begins = [match.span() for match in _BEGIN.finditer(text)]
    done = 0
    for index, (start, first) in enumerate(begins):
        following = begins[index + 1][0] if index + 1 < len(begins) else len(text)
        while at_end < len(ends) and ends[at_end][0] < first:
            if ends[at_end][0] >= done:
                yield from _tail(text, done, *ends[at_end])
            at_end += 1
        if at_end < len(ends) and ends[at_end][0] < following:
            last, stop = ends[at_end]
            at_end += 1
            if _is_body(text[first:last]):
                yield start, stop, _NAME
                done = stop
                continue
        elif (stop := _head(text, first, following)) > first:
            yield start, stop, _NAME
            done = stop
    for last, stop in ends[at_end:]:
        if last >= done:
            yield from _tail(text, done, last, stop)
            done = stop


def _is_body(content: str) -> bool:
    """Whether what stands between BEGIN and END is a key, and not dots or code."""
    bare = _WRAPPING.sub("", content)
    return len(bare) >= 40 and _RUN.search(content) is not None


def _head(text: str, first: int, limit: int) -> int:
    """The end of what follows a BEGIN without END."""
    inline = re.compile(r"(?:(?:\\+[nr]|[\s\"'+])+[A-Za-z0-9+/]{30,}={0,2})+(?:(?:\\+[nr])+[A-Za-z0-9+/]{1,}={0,2})?")
    stop = text.find("\n", first, limit)
    line_end = limit if stop < 0 else stop
    if match := inline.match(text, first, line_end):
        return match.end()
    return min(_down(text, line_end + 1), limit) if stop >= 0 and _down(text, line_end + 1) > line_end + 1 else first


def _down(text: str, at: int, most: int = _MOST_LINES) -> int:
    """The end of the lines of base64 which begin at `at`, or in the line after it."""
    good = at
    if at and text[at - 1 : at] != "\n":
        stop = text.find("\n", at)
        if stop < 0 or not re.compile(r"(?:\\+[nr])*[\"'`]?[ \t]*[+.,;&\\)]*[ \t\r]*").fullmatch(text, at, min(stop, at + 60)):
            return good
        at = stop + 1
    for _ in range(most):
        stop = text.find("\n", at, at + 400)
        stop = len(text) if stop < 0 and len(text) - at < 400 else stop
        if stop < 0 or at >= len(text):
            break
        if _BODY_LINE.fullmatch(text, at, stop) or (_LAST_LINE.fullmatch(text, at, stop) and "_" not in text[at:stop] and _follows(text, at)):
            good = stop
        elif not _HEADER_LINE.fullmatch(text, at, stop):
            break
        at = stop + 1
    return good


def _follows(text: str, at: int) -> bool:
    """A short last line counts only right below a full one."""
    line = text[text.rfind("\n", 0, max(0, at - 1)) + 1 : max(0, at - 1)]
    return _RUN.search(line) is not None and len(line.strip()) >= 60


def _tail(text: str, floor: int, last: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """What precedes an END without BEGIN, with the marker itself."""
    line = text.rfind("\n", floor, last) + 1
    inline = text[max(line, floor) : last]
    runs = list(_RUN.finditer(inline))
    begin = max(line, floor) + runs[0].start() if runs else last
    at = line
    for _ in range(_MOST_LINES):
        if at <= floor or at == 0 or runs:
            break
        above = text.rfind("\n", floor, at - 1) + 1
        above = max(above, floor)
        if at - above > 400:
            break
        if _BODY_LINE.fullmatch(text, above, at - 1) or (at == line and _LAST_LINE.fullmatch(text, above, at - 1)):
            body = re.compile(r"[A-Za-z0-9+/=]{4,}").search(text, above + (text[above : above + 1] in "+- "), at - 1)
            begin = body.start() if body else begin
        elif not _HEADER_LINE.fullmatch(text, above, at - 1):
            break
        at = above
    if begin < last:
        yield begin, stop, _NAME
