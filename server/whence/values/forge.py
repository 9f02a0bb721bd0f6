"""Forges: where a repository's commits, issues and reviews are to be seen, by the address of its remote.

Known are GitHub, GitLab, Bitbucket, Gitea with Forgejo, Azure DevOps and sourcehut, those of others by their
names, such as `gitlab.example.org`. Of any other host nothing is guessed: a link that leads nowhere is worse than none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote, urlsplit

Kind = Literal["github", "gitlab", "bitbucket", "bitbucket-server", "gitea", "azure", "sourcehut"]

_HOSTS: dict[str, Kind] = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "codeberg.org": "gitea",
    "gitea.com": "gitea",
    "git.sr.ht": "sourcehut",
    "dev.azure.com": "azure",
    "salsa.debian.org": "gitlab",
    "invent.kde.org": "gitlab",
    "framagit.org": "gitlab",
}
_NAMED: tuple[tuple[str, Kind], ...] = (
    ("github", "github"),
    ("gitlab", "gitlab"),
    ("gitea", "gitea"),
    ("forgejo", "gitea"),
    ("bitbucket", "bitbucket-server"),
    ("stash", "bitbucket-server"),
)
"""What the first part of a host's name says of the forge there."""

_ALIASES = {"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org"}
_SHORT = re.compile(r"(?:(?P<user>[^@/\\\s]+)@)?(?P<host>\[[^\]]+\]|[^:/\\\s]{2,}):(?!\\)(?P<path>.*)")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")

_FOUND = re.compile(
    r"""(?x)
    (?P<url> \bhttps?://[^\s<>"`\\^{|}\x00-\x1f]+ )
  | (?<![\w.@/&-]) (?P<repo> [A-Za-z0-9][\w.-]{0,99}(?:/[A-Za-z0-9_][\w.-]{0,99}){1,4} )
      [#] (?P<there> [1-9]\d{0,6} ) \b
  | (?<![\w&/\#]) (?: [#] (?P<issue> [1-9]\d{0,6} ) | (?P<gh> GH-[1-9]\d{0,6} ) ) (?![\w-]|\.\d)
  | (?<![\w&/!]) ! (?P<review> [1-9]\d{0,6} ) (?![\w-]|\.\d)
  | (?<![\w.\#/@-]) (?P<commit> [0-9a-f]{7,40} ) (?![\w@-]|\.\w|/)
    """
)
_CALLED = re.compile(r"(?i)\b(?:commit|commits|reverts?|reverted|picked from(?: commit)?|since|sha|rev)\W{0,3}$")
_PULLED = re.compile(r"(?i)\b(?:pr|pull(?:[ -]request)?)\s*$")


@dataclass(frozen=True, slots=True)
class Forge:
    """A repository on a forge."""

    kind: Kind
    """What the forge speaks."""

    site: str
    """The forge itself, such as `https://github.com`."""

    repository: str
    """The repository's path there, such as `encode/httpx`."""

    def commit(self, id: str) -> str:
        """The address of a commit."""
        base = self._base()
        match self.kind:
            case "gitlab":
                return f"{base}/-/commit/{id}"
            case "bitbucket" | "bitbucket-server":
                return f"{base}/commits/{id}"
            case "github" | "gitea" | "azure" | "sourcehut":
                return f"{base}/commit/{id}"

    def issue(self, number: str, repository: str = "") -> str:
        """The address of an issue, here or in another repository there; empty where it can't be told."""
        base = self._base(repository)
        match self.kind:
            case "github" | "gitea" | "bitbucket":
                return f"{base}/issues/{number}"
            case "gitlab":
                return f"{base}/-/issues/{number}"
            case "azure":  # work items belong to the project that holds the repository
                return "" if repository else f"{base.partition('/_git/')[0]}/_workitems/edit/{number}"
            case "bitbucket-server" | "sourcehut":
                return ""  # their trackers are elsewhere, under any name

    def review(self, number: str) -> str:
        """The address of a pull or merge request."""
        base = self._base()
        match self.kind:
            case "github":
                return f"{base}/pull/{number}"
            case "gitlab":
                return f"{base}/-/merge_requests/{number}"
            case "bitbucket" | "bitbucket-server":
                return f"{base}/pull-requests/{number}"
            case "gitea":
                return f"{base}/pulls/{number}"
            case "azure":
                return f"{base}/pullrequest/{number}"
            case "sourcehut":
                return ""  # patches come by mail

    def links(self, text: str) -> Iterator[tuple[int, int, str]]:
        """What of a text names something there: where that begins and ends, and its address, in order.

        Recognised are `#12`, `GH-12`, `org/repo#12`, `!12` of merge requests, ids of commits, and addresses of the web.
        """
        for found in _FOUND.finditer(text):
            if target := self._target(text, found):
                start, end = found.span()
                yield start, start + len(target) if found["url"] else end, target

    def _target(self, text: str, found: re.Match[str]) -> str:
        if url := found["url"]:
            return _trimmed(url)
        if number := found["there"]:
            return self.issue(number, found["repo"])
        if number := found["issue"]:
            pulled = self.kind != "azure" and _PULLED.search(text, max(0, found.start() - 20), found.start())
            return self.review(number) if pulled else self.issue(number)
        if named := found["gh"]:
            return self.issue(named[3:])
        if number := found["review"]:
            return self.review(number) if self.kind in ("gitlab", "azure") else ""
        return self._commit_named(text, found)

    def _commit_named(self, text: str, found: re.Match[str]) -> str:
        """The address of a commit; a word or a number of the same letters is none, unless it is called one."""
        id = found["commit"]
        mixed = re.search("[0-9]", id) and re.search("[a-f]", id)
        called = mixed or _CALLED.search(text, max(0, found.start() - 30), found.start())
        return self.commit(id) if called else ""

    def _base(self, repository: str = "") -> str:
        return f"{self.site}/{quote(repository or self.repository, safe='/~')}"


def forge(address: str) -> Forge | None:
    """The forge that a remote's address names, in any form that git takes; None where it names none that is known."""
    address = address.strip()
    if not address.isprintable():
        return None
    port = ""
    user = ""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", address):
        try:
            parts = urlsplit(address)
            host, number = parts.hostname or "", parts.port
        except ValueError:
            return None
        scheme, path, user = parts.scheme.lower(), unquote(parts.path), parts.username or ""
        if scheme not in ("http", "https", "ssh", "git", "git+ssh", "ssh+git", "git+https"):
            return None
        if number and scheme in ("http", "https") and number not in (80, 443):
            port = f":{number}"
    elif found := _SHORT.fullmatch(address):
        scheme, host, path, user = "ssh", found["host"].lower(), found["path"], found["user"] or ""
    else:
        return None
    host = _ALIASES.get(host.lower().rstrip("."), host.lower().rstrip("."))
    path = re.sub(r"/{2,}", "/", path).strip("/").removesuffix(".git").strip("/")
    if not _HOST.fullmatch(host) or not path or not path.isprintable():
        return None
    if host.endswith(".visualstudio.com") or host in ("dev.azure.com", "ssh.dev.azure.com"):
        return _azure(host, path, user)
    kind = _kind(host)
    if kind is None or "/" not in path:
        return None
    if kind == "bitbucket-server":
        return _bitbucket_server(f"https://{host}{port}", path)
    # What is served without encryption is so on purpose, within a network of one's own.
    return Forge(kind, f"{'http' if scheme == 'http' and host not in _HOSTS else 'https'}://{host}{port}", path)


def _kind(host: str) -> Kind | None:
    if host in _HOSTS:
        return _HOSTS[host]
    if "." not in host:
        return None  # a name that only this machine's ssh knows
    words = re.split(r"[.-]", host)[:-1]
    return next((kind for word, kind in _NAMED if word in words), None)


def _azure(host: str, path: str, user: str) -> Forge | None:
    """Azure DevOps: `https://dev.azure.com/org/project/_git/repo` and older forms; over ssh `v3/org/project/repo`."""
    parts = path.split("/")
    if parts[0] == "v3" and len(parts) == 4:
        organisation, project, repository = parts[1:]
    elif "_git" in parts:
        at = parts.index("_git")
        before = [each for each in parts[:at] if each.lower() != "defaultcollection"]
        if host != "dev.azure.com":
            before.insert(0, user if host.startswith("vs-ssh.") else host.partition(".")[0])
        if len(parts) != at + 2 or len(before) not in (1, 2):
            return None
        # A repository that is called like its project is named without it.
        organisation, project, repository = before[0], before[-1] if len(before) == 2 else parts[-1], parts[-1]
    else:
        return None
    return Forge("azure", "https://dev.azure.com", f"{organisation}/{project}/_git/{repository}")


def _bitbucket_server(site: str, path: str) -> Forge | None:
    """Bitbucket of one's own: `scm/KEY/repo` over https, `KEY/repo` over ssh; those of people begin with a tilde."""
    parts = path.removeprefix("scm/").split("/")
    if len(parts) != 2:
        return None
    owner, repository = parts
    held = f"users/{owner[1:]}" if owner.startswith("~") else f"projects/{owner.upper()}"
    return Forge("bitbucket-server", site, f"{held}/repos/{repository}")


def _trimmed(url: str) -> str:
    """An address without the marks that end the sentence it stands in."""
    while url:
        if (
            url[-1] in ".,;:!?'*_~"
            or (url[-1] == ")" and url.count(")") > url.count("("))
            or (url[-1] == "]" and url.count("]") > url.count("["))
        ):
            url = url[:-1]
        else:
            return url if _has_host(url) else ""
    return ""


def _has_host(url: str) -> bool:
    """Whether an address has a host."""
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False
