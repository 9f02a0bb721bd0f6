"""Takes secrets out of texts before anything is stored, embedded, logged or sent.

Three searches find them: credentials with a published shape (`rules`), private keys in whole or in part
(`keys`), and values beside telling names (`assignments`). Each is replaced by `[redacted: what-it-was]`.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from whence.secrets import assignments, contexts, keys, manifests, mentions, paths, rules, sealed, statements
from whence.secrets.escapes import unescaped
from whence.secrets.excerpts import MARKER, Excerpt, marked_lines, without_data


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its secrets, and the names of what was taken, in order of appearance."""

    text: str
    found: tuple[str, ...]


Searches = tuple[Callable[[str], Iterator[tuple[int, int, str]]], ...]

_SEPARATOR = re.compile(r"([/\\])")
_SHORTEST_NAME = 6
"""Characters of a name in a path, below which it says nothing."""
_LONGEST_PATH = 4096
"""Characters of what systems take for a path; what is longer is a text."""
_ASSIGNS = frozenset("=: @")
_MOST_LEVELS = 3
"""How often a text is read again without its escapes: JSON in JSON in a string."""
_PICTURE = re.compile(
    r"data:(?:image|font)/[\w.+-]{1,40};base64,(?P<bytes>(?:iVBORw0KGgo|/9j/|R0lGOD|UklGR|d09G[MR])[A-Za-z0-9+/]{60,}={0,2})"
)
"""A picture or a font within a text, known by its first bytes."""


def redact(text: str) -> Redacted:
    """The text with every secret replaced by `[redacted: name]`.

    Lines keep their numbers: a secret of several lines leaves as many newlines behind its marker, each with its sign
    when the text is a diff. Redacting twice changes nothing. Any text is accepted; the time grows with its length.
    """
    if not text:  # as a third of a memory's fields is
        return Redacted(text, ())
    # The markers in the text, in order: the name of what was taken here, or None for one that stood there before.
    taken: list[str | None] = [None] * len(MARKER.findall(text))
    # What goes may bring to light what stood in its shadow, so search until nothing more is found.
    seen: assignments.Seen = {}
    spans = _merged(text, _whole(text, _all(seen)))
    near_aws = rules.is_near_aws(text)
    while spans:
        places = [(match.start(), name) for match, name in zip(MARKER.finditer(text), taken, strict=False)]
        places += [(start, name) for start, _, name in spans]
        taken = [name for _, name in sorted(places, key=lambda place: place[0])]
        text = _replaced(text, spans)
        # That AWS is spoken of gives secrets away in all lines, and a marker may be the first to speak of it.
        newly = not near_aws and rules.is_near_aws(text)
        near_aws = near_aws or newly
        spans = _merged(text, _whole(text, _all(seen))) if newly else _beside(text, seen)
    return Redacted(text, tuple(name for name in taken if name))


def redact_path(path: str) -> Redacted:
    """The path with the secrets in its names replaced; a harmless path unchanged."""
    if len(path) > _LONGEST_PATH:
        return redact(path)
    # Name by name first, so that no value reaches over into the next folder; then the whole, for shapes with slashes.
    names = _SEPARATOR.split(path)
    parts = [_redact_name(part) for part in names]
    for at in range(2, len(names), 2):  # between the names stand the separators
        stem = paths.EXTENSION.sub("", names[at])
        if parts[at].text == names[at] and paths.is_value(stem, names[at - 2]):
            parts[at] = Redacted("[redacted: high-entropy-secret]" + names[at][len(stem) :], ("high-entropy-secret",))
    whole = redact("".join(part.text for part in parts))
    return Redacted(whole.text, (*(name for part in parts for name in part.found), *whole.found))


def _redact_name(name: str) -> Redacted:
    """One name of a path; what an extension hides from `redact`, which takes `a.b` for an expression, goes too."""
    if len(name) < _SHORTEST_NAME:
        return Redacted(name, ())
    extension = paths.EXTENSION.search(name)
    stem = name[: extension.start()] if extension else name
    spans = sorted(paths.find(name))
    if spans:  # what begins a credential with a shape goes with it
        shaped = (*keys.find(name), *rules.find(name))
        spans = _merged(name, [*(each for each in shaped if name[each[0] - 1 : each[0]] != "_"), *spans])
    whole = redact(_replaced(name, spans)) if spans else redact(name)
    if extension and not whole.found and not spans and not _ASSIGNS.isdisjoint(stem):
        bare = redact(stem)
        whole = Redacted(bare.text + extension[0], bare.found)
    return Redacted(whole.text, (*(kind for _, _, kind in spans), *whole.found))


def _all(seen: assignments.Seen) -> Searches:
    """Every search, the earlier ones with the more telling names."""
    return (keys.find, sealed.find, rules.find, contexts.find, *_named(seen))


def _across(seen: assignments.Seen) -> Searches:
    """Those that read more than one line at a time, without what others read line by line."""
    return (keys.find, sealed.find, rules.pieces, contexts.across, *_named(seen))


def _named(seen: assignments.Seen) -> Searches:
    return (partial(assignments.find, seen=seen), statements.find, manifests.find, mentions.find)


def _beside(text: str, seen: assignments.Seen) -> list[tuple[int, int, str]]:
    """What to take once more: what is read line by line, only where something was taken before."""
    lines = marked_lines(text)
    in_lines = (partial(rules.in_lines, near_aws=rules.is_near_aws(text)), contexts.in_lines)
    return _merged(text, [*_placed(lines, _whole(lines.text, in_lines)), *_whole(text, _across(seen))])


def _whole(text: str, searches: Searches) -> list[tuple[int, int, str]]:
    """What these searches find outside of long data."""
    short = without_data(text)
    return _found(text, searches) if short is None else _placed(short, _found(short.text, searches))


def _merged(text: str, found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What of this to take, in order and without overlaps."""
    if not found:
        return []
    kept_whole = [match.span() for match in MARKER.finditer(text)]
    if "base64," in text:  # a megabyte drawn at random holds any shape
        kept_whole = sorted([*kept_whole, *(match.span("bytes") for match in _PICTURE.finditer(text))])
    begins = [first for first, _ in kept_whole]
    # The sort is stable: where two searches agree, the more telling name, from the earlier search, is kept.
    merged: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found, key=lambda span: (span[0], -span[1])):
        last_before = bisect_left(begins, end) - 1
        if start == end or (last_before >= 0 and start < kept_whole[last_before][1]):
            continue
        if merged and start < merged[-1][1]:
            first, last, kept = merged[-1]
            merged[-1] = (first, max(last, end), kept)
        else:
            merged.append((start, end, name))
    return merged


def _found(text: str, searches: Searches, level: int = 0) -> list[tuple[int, int, str]]:
    """What these searches find, in the text as it stands and in what its escapes stand for, in no order."""
    found = [(start, end, name) for search in searches for start, end, name in search(text)]
    if level < _MOST_LEVELS and (inner := unescaped(text)) is not None:
        found += _placed(inner, _found(inner.text, searches, level + 1))
    return found


def _placed(part: Excerpt, found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    return [(part.place(start), part.place(end, end=True), name) for start, end, name in found]


def _replaced(text: str, spans: list[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, name in spans:
        pieces += [text[at:start], f"[redacted: {name}]", _line_ends(text, start, end)]
        at = end
    return "".join([*pieces, text[at:]])


def _line_ends(text: str, start: int, end: int) -> str:
    """The newlines of a span, with the signs of a diff."""
    body = text[start:end]
    if "\n" not in body:
        return ""
    first = text[text.rfind("\n", 0, start) + 1 : start + 1][:1]
    signs = [first, *(line[:1] for line in body.split("\n")[1:])]
    in_diff = all(sign in "+- " for sign in signs) and any(sign in "+-" for sign in signs)
    return "".join("\n" + (sign if in_diff else "") for sign in signs[1:])


_SECRET_NAMES = re.compile(
    r"""(?ix)
    # environments
    \.env(?:[._-].*)? | \.envrc
    | .+\.env(?:\.(?:local|example|sample|template|dist|prod\w*|dev\w*|staging|test|bak|old))?
    # keys, certificates, keystores, vaults
    | .*\.(?:pem|key|p8|p12|pfx|pkcs12|jks|keystore|bks|ppk|kdbx?|crt|cer|der|cert|p7b|ovpn|mobileprovision|agekey
        |gpg|pgp|kwallet|keychain|keytab)(?:\.backup)?
    | \.?id_(?:rsa|dsa|ecdsa|ed25519|ed25519_sk|ecdsa_sk) | secring\.\w+ | \.?wallet\.dat
    # infrastructure with its state
    | .*\.(?:tfvars|tfstate)(?:\.(?:json|backup))? | \.terraformrc | credentials\.tfrc\.json | \.vault-token
    | .*\.kubeconfig | kubeconfig | \.s3cfg | \.boto
    # logins of tools
    | [._]netrc | \.pgpass | pgpass\.conf | \.my\.cnf | \.npmrc | \.yarnrc\.yml | \.pypirc | \.git-credentials
    | \.htpasswd | \.dockercfg | \.dockerconfigjson | auth\.json | token\.json
    | credentials(?:\.(?:json|ya?ml|toml|ini|csv|xml|properties))? | .*[_-]credentials\.json
    | secrets?(?:\.[\w-]+)?\.(?:json|ya?ml|toml|ini|env|properties)
    | service[-_]?account.*\.json | client_secret.*\.json
    """
)
_SECRET_PLACES = re.compile(
    r"(?i)(?:^|/)(?:\.aws/(?:credentials|config)|\.docker/config\.json|\.kube/config|\.ssh/(?!.*\.pub$|known_hosts|config$)[^/]+"
    r"|\.gnupg/.+|\.azure/.+\.json|\.config/gcloud/.+|\.config/gh/hosts\.yml|\.gem/credentials|\.cargo/credentials(?:\.toml)?)$"
)


def is_secret_file(path: str) -> bool:
    """Whether a file's content is never to be read: environments, keys, certificates, keystores, credentials.

    Templates such as `.env.example` are skipped too: people fill them with real values by mistake, and little that is
    worth remembering is lost. Public keys (`.pub`) and source files with a telling name (`secrets.py`) are read.
    """
    path = path.replace("\\", "/").rstrip("/")
    return _SECRET_NAMES.fullmatch(path.rsplit("/", 1)[-1]) is not None or _SECRET_PLACES.search(path) is not None
