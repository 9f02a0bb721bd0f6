"""How configuration and packages lead names to files in JavaScript and TypeScript, as their tools make projects."""

import json

import pytest

from tests.importing import Files, resolved
from whence.values import toml

SUM = "export const sum = 1;\n"


def package(name: str, **said: object) -> str:
    return json.dumps({"name": name, **said})


def options(**said: object) -> str:
    return json.dumps({"compilerOptions": said})


INHERITED: dict[str, tuple[Files, str, list[str]]] = {
    "a base that lies above, its paths said from there": (
        {
            "tsconfig.base.json": options(paths={"@fruit/*": ["libs/*/main.ts"]}),
            "apps/stall/tsconfig.json": '{"extends": "../../tsconfig.base.json"}',
            "apps/stall/open.ts": "import '@fruit/pear'",
            "libs/pear/main.ts": SUM,
        },
        "apps/stall/open.ts",
        ["libs/pear/main.ts"],
    ),
    "a base without its ending, inherited twice": (
        {
            "tsconfig.base.json": options(paths={"~/*": ["./src/*"]}),
            "middle/tsconfig.json": '{"extends": "../tsconfig.base"}',
            "middle/app/tsconfig.json": '{"extends": "../tsconfig"}',
            "middle/app/a.ts": "import '~/b'",
            "src/b.ts": SUM,
        },
        "middle/app/a.ts",
        ["src/b.ts"],
    ),
    "a base alone, without any tsconfig.json, in a folder above": (
        {
            "tsconfig.base.json": options(baseUrl=".", paths={"@fruit/pear": ["libs/pear/index.ts"]}),
            "apps/stall/open.ts": "import '@fruit/pear'",
            "libs/pear/index.ts": SUM,
        },
        "apps/stall/open.ts",
        ["libs/pear/index.ts"],
    ),
    "several bases, of which the last one wins": (
        {
            "one.json": options(paths={"#/*": ["old/*"]}),
            "two.json": options(paths={"#/*": ["new/*"]}),
            "tsconfig.json": '{"extends": ["./one.json", "./two.json"]}',
            "a.ts": "import '#/b'",
            "old/b.ts": SUM,
            "new/b.ts": SUM,
        },
        "a.ts",
        ["new/b.ts"],
    ),
    "bases that inherit from each other in a circle": (
        {
            "one.json": '{"extends": "./two.json", "compilerOptions": {"paths": {"@/*": ["src/*"]}}}',
            "two.json": '{"extends": ["./one.json", "./two.json"]}',
            "tsconfig.json": '{"extends": "./two.json"}',
            "a.ts": "import '@/b'",
            "src/b.ts": SUM,
        },
        "a.ts",
        ["src/b.ts"],
    ),
    "a base in an installed package": (
        {
            "node_modules/@stall/config/package.json": package("@stall/config"),
            "node_modules/@stall/config/strict.json": options(paths={"@/*": ["${configDir}/src/*"]}),
            "tsconfig.json": '{"extends": "@stall/config/strict"}',
            "a.ts": "import '@/b'",
            "src/b.ts": SUM,
        },
        "a.ts",
        ["src/b.ts"],
    ),
    "a base in a package of the workspace that holds no source": (
        {
            "package.json": package("top", workspaces=["tools/*", "apps/*"]),
            "tools/config/package.json": package("@stall/config", exports={"./app": "./app.json"}),
            "tools/config/app.json": options(paths={"@/*": ["${configDir}/src/*"]}),
            "apps/shop/package.json": package("shop"),
            "apps/shop/tsconfig.json": '{"extends": "@stall/config/app"}',
            "apps/shop/src/a.ts": "import '@/b'",
            "apps/shop/src/b.ts": SUM,
        },
        "apps/shop/src/a.ts",
        ["apps/shop/src/b.ts"],
    ),
    "a package's name alone, which has a tsconfig.json": (
        {
            "node_modules/base-config/tsconfig.json": options(baseUrl="${configDir}/code"),
            "tsconfig.json": '{"extends": "base-config"}',
            "a.ts": "import 'deep/b'",
            "code/deep/b.ts": SUM,
        },
        "a.ts",
        ["code/deep/b.ts"],
    ),
    "paths are said from an inherited baseUrl": (
        {
            "conf/base.json": options(baseUrl="../code"),
            "tsconfig.json": '{"extends": "./conf/base.json", "compilerOptions": {"paths": {"x": ["y"]}}}',
            "a.ts": "import 'x'",
            "code/y.ts": SUM,
        },
        "a.ts",
        ["code/y.ts"],
    ),
    "comments, a byte order mark and trailing commas": (
        {
            "tsconfig.json": '\ufeff{ /* a "quoted */ "compilerOptions": { // b\n"paths": {"u//*": ["src/*",],}, },}',
            "a.ts": "import 'u//b'",
            "src/b.ts": SUM,
        },
        "a.ts",
        ["src/b.ts"],
    ),
    "a jsconfig.json with a baseUrl alone": (
        {"jsconfig.json": options(baseUrl="src"), "src/a.js": "import 'parts/b'", "src/parts/b.js": SUM},
        "src/a.js",
        ["src/parts/b.js"],
    ),
}

REFERRED: dict[str, tuple[Files, str, list[str]]] = {
    "the project that is referred to has the paths": (
        {
            "tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.web.json"}]}',
            "tsconfig.web.json": options(paths={"@/*": ["./src/*"]}),
            "src/a.ts": "import '@/b'",
            "src/b.ts": SUM,
        },
        "src/a.ts",
        ["src/b.ts"],
    ),
    "of two projects the one that includes the file": (
        {
            "tsconfig.json": '{"files": [], "references": [{"path": "./tsconfig.a.json"}, {"path": "./b.json"}]}',
            "tsconfig.a.json": '{"include": ["client"], "compilerOptions": {"paths": {"@/*": ["./client/*"]}}}',
            "b.json": '{"include": ["server/**/*"], "compilerOptions": {"paths": {"@/*": ["./server/*"]}}}',
            "client/part.ts": SUM,
            "server/part.ts": SUM,
            "server/deep/a.ts": "import '@/part'",
        },
        "server/deep/a.ts",
        ["server/part.ts"],
    ),
    "a project that excludes the file leaves it to the next": (
        {
            "tsconfig.json": json.dumps(
                {
                    "exclude": ["**/*.spec.ts"],
                    "compilerOptions": {"paths": {"@/*": ["./src/*"]}},
                    "references": [{"path": "./tsconfig.spec.json"}],
                }
            ),
            "tsconfig.spec.json": json.dumps(
                {"include": ["**/*.spec.ts"], "compilerOptions": {"paths": {"@/*": ["./fakes/*"]}}}
            ),
            "src/part.ts": SUM,
            "fakes/part.ts": SUM,
            "src/a.spec.ts": "import '@/part'",
        },
        "src/a.spec.ts",
        ["fakes/part.ts"],
    ),
    "a folder is referred to by its tsconfig.json": (
        {
            "tsconfig.json": '{"include": [], "references": [{"path": "conf"}]}',
            "conf/tsconfig.json": '{"include": ["../src"], "compilerOptions": {"paths": {"@/*": ["../src/*"]}}}',
            "conf/none.ts": "",
            "src/a.ts": "import '@/b'",
            "src/b.ts": SUM,
        },
        "src/a.ts",
        ["src/b.ts"],
    ),
    "a test that no project includes goes by the nearest paths": (
        {
            "tsconfig.json": '{"include": ["src"], "compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
            "src/b.ts": SUM,
            "tests/a.test.ts": "import '@/b'",
        },
        "tests/a.test.ts",
        ["src/b.ts"],
    ),
}

PACKAGES: dict[str, tuple[Files, str, list[str]]] = {
    "exports that name what is built": (
        {
            "package.json": package("top", workspaces=["parts/*"]),
            "parts/sums/package.json": package(
                "@stall/sums",
                exports={
                    ".": {"types": "./dist/index.d.mts", "import": "./dist/index.mjs"},
                    "./deep/*": "./dist/esm/deep/*.js",
                    "./whole": {"require": "./dist/whole.cjs"},
                },
            ),
            "parts/sums/src/index.ts": SUM,
            "parts/sums/src/deep/one.tsx": SUM,
            "parts/sums/src/whole/index.ts": SUM,
            "parts/shop/package.json": package("shop"),
            "parts/shop/a.ts": "import '@stall/sums'; import '@stall/sums/deep/one'; import '@stall/sums/whole'",
        },
        "parts/shop/a.ts",
        ["parts/sums/src/deep/one.tsx", "parts/sums/src/index.ts", "parts/sums/src/whole/index.ts"],
    ),
    "a main that is built, by yarn's other form of a workspace": (
        {
            "package.json": package("top", workspaces={"packages": ["./parts/**"]}),
            "parts/deep/sums/package.json": package("sums", main="build/lib/main.js"),
            "parts/deep/sums/lib/main.ts": SUM,
            "shop/a.js": "require('sums')",
        },
        "shop/a.js",
        ["parts/deep/sums/lib/main.ts"],
    ),
    "a condition of the workspace's own that names the source": (
        {
            "package.json": package("top", workspaces=["sums"]),
            "sums/package.json": package("sums", exports={".": {"types": "./dist/a.d.ts", "@own/src": "./code/a.ts"}}),
            "sums/code/a.ts": SUM,
            "b.ts": "import 'sums'",
        },
        "b.ts",
        ["sums/code/a.ts"],
    ),
    "pnpm's members, and not what it leaves out": (
        {
            "pnpm-workspace.yaml": "# all\npackages:\n  - 'parts/*'  # these\n  - \"!parts/old-*\"\nx:\n  y: 1\n",
            "parts/old-sums/package.json": package("sums"),
            "parts/old-sums/index.ts": SUM,
            "parts/sums/package.json": package("sums"),
            "parts/sums/index.ts": SUM,
            "parts/shop/package.json": package("shop"),
            "parts/shop/a.ts": "import 'sums'",
        },
        "parts/shop/a.ts",
        ["parts/sums/index.ts"],
    ),
    "a package that no workspace lets in is a library": (
        {
            "package.json": package("top", workspaces=["parts/*", "!parts/old"]),
            "parts/old/package.json": package("old"),
            "parts/old/index.ts": SUM,
            "parts/shop/package.json": package("shop"),
            "parts/shop/a.ts": "import 'old'",
        },
        "parts/shop/a.ts",
        [],
    ),
    "a package that is linked by its path": (
        {
            "sums/package.json": package("@far/sums"),
            "sums/index.js": SUM,
            "shop/package.json": package("shop", dependencies={"sums": "file:../sums"}),
            "shop/a.js": "import 'sums'",
        },
        "shop/a.js",
        ["sums/index.js"],
    ),
    "a package under another name": (
        {
            "pnpm-workspace.yaml": "packages: [sums, shop]\n",
            "sums/package.json": package("@far/sums"),
            "sums/index.js": SUM,
            "shop/package.json": package("shop", dependencies={"s": "workspace:@far/sums@*"}),
            "shop/a.js": "import 's'",
        },
        "shop/a.js",
        ["sums/index.js"],
    ),
    "a package by its own name": (
        {
            "package.json": package("sums", exports={"./*": "./dist/*.js"}),
            "src/one.ts": SUM,
            "test/a.ts": "import 'sums/one'",
        },
        "test/a.ts",
        ["src/one.ts"],
    ),
    "rush's projects": (
        {
            "rush.json": '{ /* all */ "projects": [{"packageName": "sums", "projectFolder": "libs/sums"}] }',
            "libs/sums/package.json": package("sums", main="lib/index.js"),
            "libs/sums/src/index.ts": SUM,
            "apps/a.ts": "import 'sums'",
        },
        "apps/a.ts",
        ["libs/sums/src/index.ts"],
    ),
    "a package's own names, built, by condition, of another package": (
        {
            "package.json": package(
                "x",
                workspaces=["sums"],
                imports={
                    "#one": {"node": "./dist/one.js", "default": "./dist/one-browser.js"},
                    "#in/*.js": "./src/in/*.ts",
                    "#sums": "sums",
                    "#far": "left-pad",
                },
            ),
            "src/one.ts": SUM,
            "src/in/two.ts": SUM,
            "sums/package.json": package("sums"),
            "sums/index.ts": SUM,
            "src/a.ts": "import '#one'; import '#in/two.js'; import '#sums'; import '#far'",
        },
        "src/a.ts",
        ["src/in/two.ts", "src/one.ts", "sums/index.ts"],
    ),
    "what is built and imported by its path": (
        {"package.json": package("x"), "src/cli.ts": SUM, "bin/run.js": "#!/usr/bin/env node\nrequire('../dist/cli')"},
        "bin/run.js",
        ["src/cli.ts"],
    ),
    "options tell what is built where": (
        {
            "package.json": package("top", workspaces=["sums"]),
            "sums/package.json": package("sums", main="./made/main.js"),
            "sums/tsconfig.build.json": options(outDir="made", rootDir="code"),
            "sums/code/main.ts": SUM,
            "a.ts": "import 'sums'",
        },
        "a.ts",
        ["sums/code/main.ts"],
    ),
}


@pytest.mark.parametrize(
    ("files", "path", "targets"),
    [pytest.param(*case, id=name) for cases in (INHERITED, REFERRED, PACKAGES) for name, case in cases.items()],
)
def test_names_lead_to_files(files: Files, path: str, targets: list[str]) -> None:
    assert list(resolved(files)[path].targets) == targets


@pytest.mark.parametrize(
    "said",
    [
        '{"extends": 3, "references": [1, {"path": 2}], "include": "src", "files": {"a": 1}}',
        '{"extends": ["", "/", "..", "../../..", "./", "@", "@a"], "compilerOptions": {"paths": {"*": [1, null]}}}',
        '{"compilerOptions": {"baseUrl": null, "rootDirs": [1], "moduleSuffixes": [], "outDir": 1, "paths": []}}',
        '{"include": ["**/**/**/**/**/**/**/**/**/*"], "exclude": ["", ".", "{", "{a,"]}',
        '{"compilerOptions": {"baseUrl": "../../../.."}}',
    ],
)
def test_what_configuration_says_amiss_costs_nothing_else(said: str) -> None:
    files = {"tsconfig.json": said, "src/a.ts": "import './b'; import 'x'", "src/b.ts": SUM}
    assert resolved(files)["src/a.ts"].targets == ("src/b.ts",)


def test_a_name_of_thousands_of_parts_is_no_configuration() -> None:
    with pytest.raises(ValueError, match="dots"):
        toml.loads("a." * 2000 + "b = 1\n")
    assert toml.loads("a.b = 1\n") == {"a": {"b": 1}}
