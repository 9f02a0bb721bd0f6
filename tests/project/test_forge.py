"""Where a repository's issues and commits are to be seen."""

import subprocess
from pathlib import Path

import pytest

from whence.project.location import locate
from whence.values.forge import Forge, forge

ID = "0a1b2c3"


@pytest.mark.parametrize(
    ("address", "commit", "issue", "review"),
    [
        ("git@github.com:shop/cart.git", "github.com/shop/cart/commit/", "github.com/shop/cart/issues/7", "pull/8"),
        ("https://user:word@github.com/shop/cart", "github.com/shop/cart/commit/", "cart/issues/7", "cart/pull/8"),
        ("ssh://git@ssh.github.com:443/shop/cart.git", "https://github.com/shop/cart/commit/", "issues/7", "pull/8"),
        ("https://github.example.org/shop/cart.git/", "github.example.org/shop/cart/commit/", "issues/7", "pull/8"),
        (
            "git@gitlab.com:shop/web/cart.git",
            "gitlab.com/shop/web/cart/-/commit/",
            "/-/issues/7",
            "/-/merge_requests/8",
        ),
        (
            "https://gitlab.example.org:8443/shop/cart.git",
            "https://gitlab.example.org:8443/shop/cart/-/commit/",
            "/-/issues/7",
            "/-/merge_requests/8",
        ),
        (
            "ssh://git@gitlab.example.org:2222/shop/cart.git",
            "https://gitlab.example.org/shop/cart/-/commit/",
            "/-/issues/7",
            "/-/merge_requests/8",
        ),
        ("git@bitbucket.org:shop/cart.git", "bitbucket.org/shop/cart/commits/", "cart/issues/7", "pull-requests/8"),
        (
            "https://bitbucket.example.org/scm/shop/cart.git",
            "bitbucket.example.org/projects/SHOP/repos/cart/commits/",
            "",
            "repos/cart/pull-requests/8",
        ),
        ("git@codeberg.org:shop/cart.git", "codeberg.org/shop/cart/commit/", "cart/issues/7", "cart/pulls/8"),
        ("https://gitea.example.org/shop/cart", "gitea.example.org/shop/cart/commit/", "cart/issues/7", "cart/pulls/8"),
        (
            "https://dev.azure.com/shop/Web%20Shop/_git/cart",
            "https://dev.azure.com/shop/Web%20Shop/_git/cart/commit/",
            "https://dev.azure.com/shop/Web%20Shop/_workitems/edit/7",
            "cart/pullrequest/8",
        ),
        (
            "git@ssh.dev.azure.com:v3/shop/web/cart",
            "https://dev.azure.com/shop/web/_git/cart/commit/",
            "shop/web/_workitems/edit/7",
            "cart/pullrequest/8",
        ),
        (
            "https://shop.visualstudio.com/DefaultCollection/_git/cart",
            "https://dev.azure.com/shop/cart/_git/cart/commit/",
            "shop/cart/_workitems/edit/7",
            "cart/pullrequest/8",
        ),
        ("git@git.sr.ht:~author/cart", "https://git.sr.ht/~author/cart/commit/", "", ""),
    ],
)
def test_a_forge_is_known_by_an_address(address: str, commit: str, issue: str, review: str) -> None:
    found = forge(address)
    assert found is not None
    assert found.commit(ID).endswith(f"{commit}{ID}")
    assert found.issue("7").endswith(issue)
    assert bool(found.issue("7")) == bool(issue)
    assert found.review("8").endswith(review)
    assert bool(found.review("8")) == bool(review)
    assert "word" not in repr(found)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/srv/git/cart.git",
        "../cart",
        "file:///srv/cart",
        "C:\\cart",
        "git@example.org:shop/cart.git",
        "github-work:shop/cart.git",
        "https://notgithub.com/shop/cart",
        "https://github.com",
        "https://github.com:port/shop/cart",
        "javascript://github.com/shop/cart",
        "https://github.com/shop/ca\nrt",
    ],
    ids=ascii,
)
def test_of_an_unknown_host_nothing_is_guessed(address: str) -> None:
    assert forge(address) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Fixes #12, GH-13; see shop/till#5.", ["#12", "GH-13", "shop/till#5"]),
        (
            "See https://example.org/a_(b). (https://example.org/c)",
            ["https://example.org/a_(b)", "https://example.org/c"],
        ),
        (f"This reverts commit {ID}.", [ID]),
        ("commit deadbee, not the deadbee itself, nor 20240101 or 1.2.3", ["deadbee"]),
        ("#0, #12345678, C#7, a#1b, &#39; path/to/file.py", []),
        ("in file-0a1b2c3.txt, 0a1b2c3.py and x/0a1b2c3", []),
    ],
)
def test_what_a_text_names_is_recognised(text: str, named: list[str]) -> None:
    links = [*Forge("github", "https://github.com", "shop/cart").links(text)]
    assert [text[start:end] for start, end, _ in links] == named
    assert all(target.startswith("https://") for _, _, target in links)


def test_what_is_a_review_leads_to_a_review() -> None:
    github, gitlab = forge("git@github.com:shop/cart.git"), forge("git@gitlab.com:shop/cart.git")
    assert github
    assert gitlab
    assert [target for _, _, target in github.links("PR #7, !8")] == ["https://github.com/shop/cart/pull/7"]
    assert [target for _, _, target in gitlab.links("!8")] == ["https://gitlab.com/shop/cart/-/merge_requests/8"]


def test_a_project_knows_its_forge_where_git_may_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_HOME", str(tmp_path / "home"))
    root = tmp_path / "cart"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    assert locate(root).forge is None
    address = "https://user:word@gitlab.example.org:8443/shop/cart.git"
    subprocess.run(["git", "-C", str(root), "remote", "add", "origin", address], check=True)
    assert locate(root).forge == Forge("gitlab", "https://gitlab.example.org:8443", "shop/cart")
    assert locate(root, use_git=False).forge is None
