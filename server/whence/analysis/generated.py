"""Files that nobody writes line by line: locks, changelogs, what programs generate, and what was copied in."""

import re
from pathlib import PurePosixPath

_NAMES = frozenset(
    (
        "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "packages.lock.json", "go.sum",
        "go.work.sum", "bun.lockb", "project.assets.json", "gradle-wrapper.properties", "cartfile.resolved",
        "package.resolved", "pnp.cjs",
    )
)  # fmt: skip
_NAMED = re.compile(
    r"""(?xi)
    .*\.lock | .*\.lock\.(?:json|ya?ml|hcl) | .*\.lockfile
  | (?:change_?logs?|changes|history|news|release[-_]?notes?|releases?)(?:[-_.][\w.-]*)?(?:\.(?:md|rst|txt|adoc))?
  | .*\.min\.\w+ | .*\.(?:map|snap|pb|po|pot|mo) | .*_pb2(?:_grpc)?\.pyi? | .*\.pb\.\w+
  | .*\.(?:g|freezed|gen|generated|designer)\.\w+ | .*[-_.]generated\.\w+ | zz_generated.*
  | _{0,2}version_{0,2}\.\w+
    """
)
_FOLDERS = frozenset(
    (
        "vendor", "vendored", "_vendor", "third_party", "third-party", "thirdparty", "node_modules", "dist",
        "generated", "__generated__", "gen", "__snapshots__", "bower_components", "site-packages",
    )
)  # fmt: skip
_CODE = re.compile(r".*\.(?:py|[cm]?[jt]sx?|go|rs|java|kt|rb|php|cs|cc|cpp|c|h)", re.IGNORECASE)
_NEWS = re.compile(r"(?i)(?:change_?logs?|changes|history|news|release[-_]?notes?|releases?)(?:[-_.].*)?")


def is_generated(path: str) -> bool:
    """Whether a file is a lock, a changelog, a version, generated, or copied in, by its name and folders.

    Args:
        path: the file, relative to the project, with `/` between folders.
    """
    *folders, name = PurePosixPath(path.lower()).parts or ("",)
    if _FOLDERS.intersection(folders) or name in _NAMES:
        return True
    if _CODE.fullmatch(name) and _NEWS.fullmatch(name):
        return False  # `history.py` is code
    return _NAMED.fullmatch(name) is not None
