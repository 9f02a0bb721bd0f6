"""Less common ways to say what is imported: patterns, doubles of modules, conditions, tables of versions, programs."""

import json

import pytest

from tests.importing import Files, resolved
from whence.analysis.entities import parse

SUM = "export const sum = 1;\n"
Case = tuple[Files, str, list[str]]


def package(name: str, **said: object) -> str:
    return json.dumps({"name": name, **said})


def options(**said: object) -> str:
    return json.dumps({"compilerOptions": said})


def beside(path: str, text: str, there: str, targets: str) -> Case:
    """A file that says something, with others, each named with a space between."""
    return {path: text, **dict.fromkeys(there.split(), SUM)}, path, targets.split()


PATTERNS: dict[str, Case] = {
    "all of a folder": beside(
        "a.ts", "import.meta.glob('./pages/*.ts')", "pages/b.ts pages/c.ts pages/deep/d.ts", "pages/b.ts pages/c.ts"
    ),
    "several patterns, one of which takes away": beside(
        "src/a.ts",
        "const all = import.meta.glob<Page>(['./p/**/*.ts', '!**/b.ts'], { eager: true })",
        "src/p/b.ts src/p/c.ts src/p/deep/b.ts src/p/deep/d.ts",
        "src/p/c.ts src/p/deep/d.ts",
    ),
    "from the top of the package": beside(
        "app/src/a.ts",
        "import.meta.glob('/src/{p,q}/*.ts')",
        "app/package.json app/src/p/b.ts app/src/q/c.ts src/p/d.ts",
        "app/src/p/b.ts app/src/q/c.ts",
    ),
    "by an alias": (
        {
            "vite.config.ts": "export default { resolve: { alias: { '@': '/code' } } }",
            "a.ts": "import.meta.glob('@/p/*.ts')",
            "code/p/b.ts": SUM,
        },
        "a.ts",
        ["code/p/b.ts"],
    ),
    "pages of a site": beside("a.astro", "---\nAstro.glob('./p/*.astro')\n---\n", "p/b.astro p/c.md", "p/b.astro"),
    "a template with a hole for part of a name": beside(
        "a.ts",
        "const f = (l) => import(`./lang/${l}.ts`)",
        "lang/de.ts lang/en.ts lang/deep/x.ts",
        "lang/de.ts lang/en.ts",
    ),
    "a template without an ending": beside(
        "a.js", "require(`./lang/${l}`)", "lang/de.js lang/en.ts", "lang/de.js lang/en.ts"
    ),
    "a template with text before the hole": beside(
        "a.ts", "import(`./page-${x}.js`)", "page-b.js other.js", "page-b.js"
    ),
    "a template that may name anything": beside("a.ts", "import(`${x}/b`); import(`../${x}/y.ts`)", "b.ts z/y.ts", ""),
    "more stars than are followed": beside("a.ts", f"import.meta.glob('./{'*/' * 40}x.ts')", "x.ts", ""),
}

WAYS: dict[str, Case] = {
    "what tests put doubles in the place of": beside(
        "a.test.ts",
        "jest.mock('./b'); vi.mock('./c', () => ({})); vi.mock(import('./d'), f); jest.doMock(`./e`)\n"
        "vi.unmock('./f'); jest.createMockFromModule('./g'); mock.module('./h', () => ({}))\n"
        "jest.mock('left-pad'); jest.fn('./no')",
        "b.ts c.ts d.ts e.ts f.ts g.ts h.ts no.ts",
        "b.ts c.ts d.ts e.ts f.ts g.ts h.ts",
    ),
    "what is added to another file's types": beside(
        "a.ts", "declare module './b' { interface B {} }\ndeclare module 'c' { interface C {} }", "b.ts c.ts", "b.ts"
    ),
    "a component's script in a file of its own": beside(
        "a.vue",
        "<template/>\n<script setup src=\"./b.ts\" lang='ts'></script>\n<style src='./c.ts'/>",
        "b.ts c.ts",
        "b.ts",
    ),
}

PACKAGES: dict[str, Case] = {
    "a base by the exports of its package, by a condition and by a pattern": (
        {
            "tsconfig.json": '{"extends": ["bases/strict.json", "bases/app"]}',
            "node_modules/bases/package.json": package(
                "bases", exports={"./app": {"default": "./made/app.json"}, "./*.json": "./made/*.json"}
            ),
            "node_modules/bases/made/app.json": options(paths={"@/*": ["${configDir}/src/*"]}),
            "node_modules/bases/made/strict.json": options(moduleSuffixes=[".web", ""]),
            "a.ts": "import '@/b'",
            "src/b.web.ts": SUM,
            "src/b.ts": SUM,
        },
        "a.ts",
        ["src/b.web.ts"],
    ),
    "a condition that the compiler is told of": (
        {
            "package.json": package(
                "top", workspaces=["sums"], imports={"#own": {"ours": "./o.ts", "types": "./t.ts"}}
            ),
            "sums/package.json": package("sums", exports={".": {"types": "./t.d.ts", "ours": "./code/a.ts"}}),
            "sums/code/a.ts": SUM,
            "sums/t.d.ts": SUM,
            "o.ts": SUM,
            "t.ts": SUM,
            "tsconfig.json": options(customConditions=["ours"]),
            "b.ts": "import 'sums'; import '#own'",
        },
        "b.ts",
        ["o.ts", "sums/code/a.ts"],
    ),
    "types by the compiler's version": (
        {
            "package.json": package("top", workspaces=["sums"]),
            "sums/package.json": package("sums", main="m.js", typesVersions={">=4.2": {"*": ["./code/*"]}}),
            "sums/code/m.d.ts": SUM,
            "sums/code/deep/b.ts": SUM,
            "a.ts": "import 'sums'; import 'sums/deep/b'",
        },
        "a.ts",
        ["sums/code/deep/b.ts", "sums/code/m.d.ts"],
    ),
    "an import map in a file of its own": (
        {
            "deno.json": '{"importMap": "./maps/all.json"}',
            "maps/all.json": '{"imports": {"$lib/": "../lib/", "one": "../lib/one.ts"}}',
            "a.ts": "import 'one'; import '$lib/two.ts'",
            "lib/one.ts": SUM,
            "lib/two.ts": SUM,
        },
        "a.ts",
        ["lib/one.ts", "lib/two.ts"],
    ),
    "aliases that a program sets one by one": (
        {
            "next.config.mjs": (
                "export default { webpack(config) {\n"
                "  config.resolve.alias['@parts'] = path.join(__dirname, 'code', 'parts')\n"
                "  config.resolve.alias.sums = path.resolve('./code/sums.js');\n  return config\n} }"
            ),
            "a.js": "import '@parts/b'; import 'sums'",
            "code/parts/b.js": SUM,
            "code/sums.js": SUM,
        },
        "a.js",
        ["code/parts/b.js", "code/sums.js"],
    ),
}


def shop(path: str, text: str, folder: str) -> Case:
    """A Python project that a configuration tells where its package lies."""
    files = {path: text, f"{folder}/__init__.py": "", f"{folder}/cart.py": "", "tests/test_a.py": "import shop.cart"}
    return files, "tests/test_a.py", [f"{folder}/cart.py"]


PYTHON: dict[str, Case] = {
    "a table by its function": shop("setup.py", "setup(package_dir=dict(shop='code/x'))", "code/x"),
    "a table under a name": shop("setup.py", "WHERE = {'': 'code'}\nsetup(package_dir=WHERE)", "code/shop"),
    "a joined path": shop("setup.py", "setup(package_dir={'shop': os.path.join('code', 'x')})", "code/x"),
    "a folder above the program's": shop(
        "setup.py", "HERE = Path(__file__).parent\nsetup(packages=find_packages(where=str(HERE / 'code')))", "code/shop"
    ),
    "a test runner in tox.ini": shop("tox.ini", "[pytest]\npythonpath = code\n", "code/shop"),
    "a test runner in pytest.toml": shop("pytest.toml", "[pytest]\npythonpath = ['code']\n", "code/shop"),
    "a type checker in mypy.ini": shop("mypy.ini", "[mypy]\nmypy_path = $MYPY_CONFIG_FILE_DIR/code\n", "code/shop"),
    "a module by its parameter's name": (
        {
            "shop/__init__.py": "",
            "shop/a.py": "import_module(package='shop', name='.b')\nimportlib.import_module(name='shop.c')",
            "shop/b.py": "",
            "shop/c.py": "",
        },
        "shop/a.py",
        ["shop/b.py", "shop/c.py"],
    ),
}

RUST: dict[str, Case] = {
    "what is included by its path from the crate's folder": (
        {
            "one/Cargo.toml": '[package]\nname = "one"\n',
            "one/src/lib.rs": 'include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tables/rates.rs"));\nmod b;',
            "one/src/b.rs": "",
            "one/tables/rates.rs": "use crate::b;",
        },
        "one/src/lib.rs",
        ["one/src/b.rs", "one/tables/rates.rs"],
    ),
}


@pytest.mark.parametrize(
    ("files", "path", "targets"),
    [
        pytest.param(*case, id=name)
        for cases in (PATTERNS, WAYS, PACKAGES, PYTHON, RUST)
        for name, case in cases.items()
    ],
)
def test_names_lead_to_files(files: Files, path: str, targets: list[str]) -> None:
    assert list(resolved(files)[path].targets) == targets


@pytest.mark.parametrize(
    "program",
    ["setup(", "setup(package_dir={**x, 1: 2, 'a': b()})", "A = A\nsetup(package_dir=A, where=A)", "x = " + "(" * 5000],
    ids=["that can't be parsed", "with a table of more than texts", "with names in a circle", "too deep to parse"],
)
def test_a_program_that_tells_nothing_costs_nothing_else(program: str) -> None:
    files = {"setup.py": program, "shop/__init__.py": "", "shop/cart.py": "", "a.py": "import shop.cart"}
    assert resolved(files)["a.py"].targets == ("shop/cart.py",)


def test_a_scripts_own_line_is_kept_where_its_element_names_another_file() -> None:
    found = parse("a.vue", "<template/>\n<script src='./b.ts'></script>\n<script>\nimport './c'\n</script>")
    assert found is not None
    assert [(each.target, each.line) for each in found.imports] == [("./b.ts", 2), ("./c", 4)]


RAILS = {"config/application.rb": "class Application < Rails::Application\nend\n"}
ACME = "<?php\nnamespace Acme\\Tax;\nclass Rates {}\n"
NAMED: dict[str, Case] = {
    "the class of a relation": (
        {
            **RAILS,
            "app/models/line_item.rb": "class LineItem\nend\n",
            "app/models/address.rb": "class Address\nend\n",
            "app/models/category.rb": "class Category\nend\n",
            "app/models/cart.rb": "class Cart\n has_many :line_items\n has_one :address\n belongs_to :category\nend\n",
        },
        "app/models/cart.rb",
        ["app/models/address.rb", "app/models/category.rb", "app/models/line_item.rb"],
    ),
    "other symbols of a relation": (
        {**RAILS, "app/models/tax.rb": "class Tax\nend\n", "app/models/a.rb": "class A\n  validates :tax\nend\n"},
        "app/models/a.rb",
        [],
    ),
    "a class of PHP by its whole name": (
        {"tax/Rates.php": ACME, "a.php": "<?php\nnamespace Shop;\nclass A extends \\Acme\\Tax\\Rates {}\n"},
        "a.php",
        ["tax/Rates.php"],
    ),
    "a class of PHP from its own namespace": (
        {"tax/Rates.php": ACME, "a.php": "<?php\nnamespace Acme;\n$rates = new Tax\\Rates();\n"},
        "a.php",
        ["tax/Rates.php"],
    ),
    "a class of PHP of another namespace": (
        {"tax/Rates.php": ACME, "a.php": "<?php\nnamespace Shop;\n$rates = new Tax\\Rates();\n"},
        "a.php",
        [],
    ),
    "folders that webpack looks in, by their names": (
        {
            "webpack.config.js": "x = { resolve: { modules: ['src', 'node_modules'] } }",
            "src/lib/a.js": SUM,
            "src/main.js": "import { sum } from 'lib/a';\n",
        },
        "src/main.js",
        ["src/lib/a.js"],
    ),
    "folders that webpack looks in": (
        {
            "webpack.config.js": "x = { resolve: { modules: [path.resolve(__dirname, 'src'), 'node_modules'] } }",
            "src/lib/a.js": SUM,
            "src/main.js": "import { sum } from 'lib/a';\n",
        },
        "src/main.js",
        ["src/lib/a.js"],
    ),
}


@pytest.mark.parametrize(("files", "path", "targets"), NAMED.values(), ids=NAMED)
def test_what_is_named_without_an_import_is_found(files: Files, path: str, targets: list[str]) -> None:
    assert [*resolved(files)[path].targets] == targets
