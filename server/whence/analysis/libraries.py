"""Libraries: which one is meant by an import of what is not of the project, by each language's customs."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable

_NODE_MODULES = """
assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs
http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream
string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib
"""
_NODE = frozenset(_NODE_MODULES.split())
_RUBY_MODULES = """
benchmark bigdecimal csv date digest erb fileutils forwardable json logger net open3 openssl optparse ostruct pathname
pp securerandom set shellwords singleton socket stringio strscan tempfile time timeout tmpdir uri yaml zlib
"""
_RUBY = frozenset(_RUBY_MODULES.split())
_SYSTEM_HEADERS = frozenset(("sys", "linux", "arpa", "netinet", "net", "bits", "asm", "mach", "machine"))
_WIDE = frozenset(("com", "org", "io", "net", "de", "edu", "gov", "dev"))

TESTS = {
    name: shown
    for shown, names in {
        "pytest": "pytest",
        "unittest": "unittest",
        "Hypothesis": "hypothesis",
        "Jest": "jest @jest/globals ts-jest",
        "Vitest": "vitest",
        "Mocha": "mocha",
        "Chai": "chai",
        "Jasmine": "jasmine",
        "node:test": "node:test",
        "Testing Library": "@testing-library/react @testing-library/dom @testing-library/vue",
        "Playwright": "playwright @playwright/test pytest-playwright",
        "Cypress": "cypress",
        "JUnit": "org.junit junit org.junit.jupiter junit-jupiter",
        "TestNG": "org.testng testng",
        "Mockito": "org.mockito mockito-core",
        "RSpec": "rspec",
        "Minitest": "minitest",
        "Go's testing": "testing",
        "Testify": "github.com/stretchr/testify",
        "xUnit": "xunit",
        "NUnit": "nunit",
        "PHPUnit": "phpunit/phpunit",
        "GoogleTest": "gtest googletest",
        "Catch2": "catch2",
    }.items()
    for name in names.split()
}
"""What tests are written with, by the names under which it is brought in or declared, in lower case."""


def library(language: str, target: str) -> str:
    """The library that an import means; empty for what comes with the language, but for what tests are written with.

    Args:
        language: the importing file's, as the index names it.
        target: what is named, in the language's own words.
    """
    meant = _CUSTOMS.get(language)
    return meant(target) if meant else ""


def _python(target: str) -> str:
    first = target.split(".")[0]
    return first if first not in sys.stdlib_module_names or first == "unittest" else ""


def _script(target: str) -> str:
    if target == "node:test":
        return target
    if target.startswith((".", "/", "#", "~", "@/", "node:", "virtual:")) or not target:
        return ""
    parts = target.split("/")
    name = "/".join(parts[:2]) if target.startswith("@") else parts[0]
    return name if name not in _NODE and re.fullmatch(r"@?[\w.-]+(?:/[\w.-]+)?", name) else ""


def _go(target: str) -> str:
    parts = target.strip('"').split("/")
    return "/".join(parts[:3]) if "." in parts[0] else "testing" if target == "testing" else ""


def _rust(target: str) -> str:
    first = target.removeprefix("::").split("::")[0]
    return first if first not in ("std", "core", "alloc", "proc_macro", "test") else ""


def _java(target: str) -> str:
    packages = [part for part in target.split(".") if part[:1].islower()]
    if packages[:1] in (["java"], ["javax"]):
        return ""
    return ".".join(packages[: 3 if packages and packages[0] in _WIDE else 2])


def _csharp(target: str) -> str:
    parts = target.split(".")
    return "" if parts[0] == "System" else ".".join(parts[:2])


def _php(target: str) -> str:
    parts = [part for part in target.split("\\") if part]
    return "\\".join(parts[:2]) if len(parts) > 1 else ""


def _ruby(target: str) -> str:
    first = target.split("/")[0]
    return first if first not in _RUBY and not target.startswith(".") else ""


def _c(target: str) -> str:
    first, slash, _ = target.strip('<>"').partition("/")
    return first if slash and first not in _SYSTEM_HEADERS and not first.startswith(".") else ""


_CUSTOMS: dict[str, Callable[[str], str]] = {
    "python": _python,
    "javascript": _script,
    "typescript": _script,
    "tsx": _script,
    "go": _go,
    "rust": _rust,
    "java": _java,
    "csharp": _csharp,
    "php": _php,
    "ruby": _ruby,
    "c": _c,
    "cpp": _c,
}
"""How each language names a library in an import."""


def used(imports: Iterable[tuple[str, Iterable[str]]]) -> Counter[str]:
    """In how many files each library is used.

    Args:
        imports: for each file its language, and what it brings in that is not of the project.
    """
    found: Counter[str] = Counter()
    for language, targets in imports:
        found.update(sorted({name for each in targets if (name := library(language, each))}))
    return found


def same(name: str) -> str:
    """The name in the form in which those of imports and of manifests are compared: `Foo_Bar` is `foo-bar`."""
    return name.lower().replace("_", "-").replace(".", "-")
