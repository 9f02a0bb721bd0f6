"""How files of JavaScript and TypeScript bring in others, and which names compilers and bundlers replace."""

import json

import pytest

from tests.importing import Files, resolved

SUM = "export const sum = 1;\n"


def package(name: str, **said: object) -> str:
    return json.dumps({"name": name, **said})


def options(**said: object) -> str:
    return json.dumps({"compilerOptions": said})


MAPPED: dict[str, tuple[Files, str, list[str]]] = {
    "a name without a star before one with": (
        {
            "tsconfig.json": options(paths={"lib/*": ["all/*"], "lib/sum": ["one/sum.ts"]}),
            "a.ts": "import 'lib/sum'",
            "all/sum.ts": SUM,
            "one/sum.ts": SUM,
        },
        "a.ts",
        ["one/sum.ts"],
    ),
    "the longest beginning, not the longest pattern": (
        {
            "tsconfig.json": options(paths={"lib/*/with/a/long/end": ["all/*"], "lib/deep/*": ["one/*"]}),
            "a.ts": "import 'lib/deep/x/with/a/long/end'",
            "all/deep/x.ts": SUM,
            "one/x/with/a/long/end.ts": SUM,
        },
        "a.ts",
        ["one/x/with/a/long/end.ts"],
    ),
    "the second place where nothing lies at the first": (
        {"tsconfig.json": options(paths={"@/*": ["made/*", "src/*"]}), "a.ts": "import '@/b'", "src/b.ts": SUM},
        "a.ts",
        ["src/b.ts"],
    ),
    "a place that is built, of a package of the workspace": (
        {
            "tsconfig.json": options(paths={"@stall/ui": ["packages/ui/dist"], "@stall/ui/*": ["packages/ui/dist/*"]}),
            "packages/ui/package.json": package("@stall/ui"),
            "packages/ui/src/index.ts": SUM,
            "packages/ui/src/button.tsx": SUM,
            "a.ts": "import '@stall/ui'; import '@stall/ui/button'",
        },
        "a.ts",
        ["packages/ui/src/button.tsx", "packages/ui/src/index.ts"],
    ),
    "suffixes of modules in their order": (
        {
            "tsconfig.json": options(moduleSuffixes=[".ios", ".native", ""]),
            "a.ts": "import './one'; import './two'; import './three.js'",
            "one.ts": SUM,
            "one.native.ts": SUM,
            "two.ios.tsx": SUM,
            "three.ts": SUM,
        },
        "a.ts",
        ["one.native.ts", "three.ts", "two.ios.tsx"],
    ),
    "folders that count as one": (
        {
            "tsconfig.json": options(rootDirs=["src", "made/types"]),
            "src/deep/a.ts": "import './b'",
            "made/types/deep/b.d.ts": SUM,
        },
        "src/deep/a.ts",
        ["made/types/deep/b.d.ts"],
    ),
    "a file for each platform and none for all": (
        {"a.js": "import './button'", "button.ios.js": SUM, "button.android.js": SUM},
        "a.js",
        ["button.android.js", "button.ios.js"],
    ),
    "a bundler's aliases as a table": (
        {
            "vite.config.ts": (
                "import path from 'node:path';\n// alias: {'@': 'wrong'}\n"
                "export default defineConfig({ plugins: [vue()], resolve: { alias: {\n"
                "  '@': path.resolve(__dirname, './src'), // the sources\n"
                "  '~parts': fileURLToPath(new URL('./src/parts', import.meta.url)),\n"
                "  img: `${root}/pictures`,\n} } });"
            ),
            "src/a.js": "import '@/b'; import '~parts/c'; import 'img/d'; import '@other/e'",
            "src/b.js": SUM,
            "src/parts/c.js": SUM,
            "pictures/d.js": SUM,
        },
        "src/a.js",
        ["pictures/d.js", "src/b.js", "src/parts/c.js"],
    ),
    "a bundler's aliases as a list, one by an expression": (
        {
            "web/vitest.config.mts": (
                "const alias = [ { find: '@', replacement: resolve(import.meta.dirname, 'code') },\n"
                "  { find: /^~\\//, replacement: '/other/' } ];\nexport default { test: { alias } }"
            ),
            "web/code/a.ts": "import '@/b'; import '~/c'",
            "web/code/b.ts": SUM,
            "web/other/c.ts": SUM,
        },
        "web/code/a.ts",
        ["web/code/b.ts", "web/other/c.ts"],
    ),
    "an alias that stands for one name alone": (
        {
            "webpack.config.js": "module.exports = { resolve: { alias: { sums$: join(__dirname, 'src/sums.js') } } }",
            "src/a.js": "import 'sums'; import 'sums/none'",
            "src/sums.js": SUM,
        },
        "src/a.js",
        ["src/sums.js"],
    ),
    "a test runner's names": (
        {
            "package.json": package("x", jest={"moduleNameMapper": {"^@/(.*)$": "<rootDir>/src/$1"}}),
            "src/a.js": "import '@/b'",
            "src/b.js": SUM,
        },
        "src/a.js",
        ["src/b.js"],
    ),
    "svelte's own name for its library": (
        {
            "svelte.config.js": "export default {}",
            "src/routes/a.svelte": "<script>import '$lib/b'</script>",
            "src/lib/b.ts": SUM,
        },
        "src/routes/a.svelte",
        ["src/lib/b.ts"],
    ),
    "deno's import map": (
        {
            "deno.jsonc": '{ // names\n "imports": {"@/": "./code/", "sums": "./code/sums.ts", "std": "jsr:@std/x"} }',
            "a.ts": "import '@/b.ts'; import 'sums'; import 'std'; import 'jsr:@std/y'",
            "code/b.ts": SUM,
            "code/sums.ts": SUM,
        },
        "a.ts",
        ["code/b.ts", "code/sums.ts"],
    ),
}

WAYS: dict[str, tuple[Files, str, list[str]]] = {
    way: ({"a.ts": text, **dict.fromkeys(targets, SUM)}, "a.ts", targets)
    for way, text, targets in [
        ("a template without a hole", "const f = () => import(`./b`)", ["b.ts"]),
        ("no template with a hole", "const f = () => import(`./${x}`)", []),
        ("a comment for the bundler", "import(/* webpackChunkName: 'b' */ './b')", ["b.ts"]),
        ("a type of another file", "let x: import('./b').B; type C = typeof import(\"./c\")", ["b.ts", "c.ts"]),
        ("types alone", "import type { B } from './b'; export type { C } from './c'", ["b.ts", "c.ts"]),
        ("all and a name for all", "export * from './b'; export * as c from './c'", ["b.ts", "c.ts"]),
        ("nothing but the effect", "import './b'", ["b.ts"]),
        ("the older form", "import b = require('./b')", ["b.ts"]),
        ("a worker by its address", "new Worker(new URL('./b.ts', import.meta.url), {type: 'module'})", ["b.ts"]),
        ("a worker by an address without a dot", "new SharedWorker(new URL('b.js', import.meta.url))", ["b.ts"]),
        ("an address of a folder", "const here = new URL('.', import.meta.url)", []),
        ("an address of the network", "new URL('./b', 'https://example.org')", []),
        ("where a file lies", "require.resolve('./b'); import.meta.resolve('./c')", ["b.ts", "c.ts"]),
        ("what a mock stands for", "vi.importActual('./b'); jest.requireActual('./c')", ["b.ts", "c.ts"]),
        ("a reference", '/// <reference path="b.d.ts" />\n', ["b.d.ts"]),
        ("a loader's list", "define(['require', './b', 'c'], (r, b, c) => b)", ["b.ts", "c.ts"]),
        ("a named module of a loader", "define('a', ['./b'], (b) => b)", ["b.ts"]),
        ("types in comments", "/** @type {import('./b').B} */\n/**\n * @import {C} from './c'\n */", ["b.ts", "c.ts"]),
        ("scripts of a worker", "importScripts('b.js', './c.js')", ["b.ts", "c.ts"]),
        ("endings as they will be", "import './b.js'; import './c.mjs'; import './d.jsx'", ["b.ts", "c.mts", "d.tsx"]),
    ]
}

WAYS["a component's scripts"] = (
    {
        "a.vue": (
            "<template><p>import './no'</p></template>\n<script lang=\"ts\">\nimport B from './b.vue'\n</script>\n"
            "<script setup lang='ts'>import { c } from './c'</script>\n<style>a { }</style>"
        ),
        "b.vue": "<script>import a from './a.vue'</script>",
        "c.ts": SUM,
    },
    "a.vue",
    ["b.vue", "c.ts"],
)
WAYS["a page's first lines and its scripts"] = (
    {
        "a.astro": "---\nimport B from './b.astro'\n---\n<B/>\n<script>import './c'</script>\n",
        "b.astro": "<p/>",
        "c.ts": SUM,
    },
    "a.astro",
    ["b.astro", "c.ts"],
)


@pytest.mark.parametrize(
    ("files", "path", "targets"),
    [pytest.param(*case, id=name) for cases in (MAPPED, WAYS) for name, case in cases.items()],
)
def test_names_lead_to_files(files: Files, path: str, targets: list[str]) -> None:
    assert list(resolved(files)[path].targets) == targets


def test_what_is_mapped_and_missing_is_told_and_what_is_a_library_is_not() -> None:
    files = {
        "tsconfig.json": options(paths={"@/*": ["./src/*"]}),
        "a.ts": (
            "import '@/gone'; import 'left-pad'; import 'fs/promises'\n"
            "import '#gone'; import './gone'; import './a.css'"
        ),
    }
    found = resolved(files)["a.ts"]
    assert found.unresolved == ("@/gone", "#gone", "./gone")
    assert found.outside == ("left-pad", "fs/promises", "./a.css")
