"""Imports of twelve languages, from the text of small projects to the files that are meant."""

import json

import pytest

from tests.importing import Files, resolved
from whence.analysis.languages import language_of

PYTHON: Files = {
    "pyproject.toml": "",
    "src/shop/__init__.py": "from .cart import Cart",
    "src/shop/cart.py": (
        "import os\nimport yaml\nfrom . import money as m\nfrom .money import Euro\nfrom .tax import vat"
    ),
    "src/shop/money.py": "class Euro: ...",
    "src/shop/tax/__init__.py": "def vat(): ...",
    "src/shop/tax/de.py": "from ..money import *\nfrom .. import cart\nfrom ... import beyond",
    "src/plugins/one/__init__.py": "",
    "src/plugins/two/main.py": "import plugins.one\nfrom plugins import one\nfrom plugins.three import x",
    "tests/test_cart.py": (
        "import shop\nimport shop.cart as c\nfrom shop import money, tax\nfrom shop.missing import x\nimport helper"
    ),
    "tests/helper.py": "def lazy():\n    from shop.tax.de import vat\n",
    "tests/json.py": "",
    "tests/test_json.py": "import json",
    "src/shop/io.py": "import json, io",
    "scripts/run.py": "from shop.cart import (\n    Cart as C,\n    Euro,\n)",
}

SCRIPT: Files = {
    "tsconfig.base.json": (
        '{ // comment\n "compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": ["libs/*/src"],}, }, }'
    ),
    "app/tsconfig.json": (
        '{"extends": "../tsconfig.base", "compilerOptions": {"paths": {"~/*": ["./src/*"]}, "baseUrl": "."}}'
    ),
    "app/src/main.ts": (
        "import a from './a';\nimport './style.css';\nimport b from './b.js';\nimport c from '~/deep/c';\n"
        "import type {D} from './d';\nexport * from './folder';\nimport react from 'react';\n"
        "import fs from 'node:fs';\n"
        "const e = require('./e');\nconst f = await import('./f.jsx');\nimport no from './nothing';\n"
        "import z from '~/none';"
    ),
    "app/src/a.tsx": "",
    "app/src/b.ts": "",
    "app/src/deep/c.ts": "import {x} from '../a'",
    "app/src/d.d.ts": "",
    "app/src/folder/index.ts": "",
    "app/src/e.js": "",
    "app/src/f.jsx": "",
    "packages/util/package.json": json.dumps(
        {
            "name": "@my/util",
            "exports": {
                ".": {"types": "./dist/index.d.ts", "default": "./dist/index.js"},
                "./sub/*": {"import": "./src/sub/*.ts"},
            },
            "imports": {"#inner/*": "./src/inner/*.ts"},
        }
    ),
    "packages/util/tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}',
    "packages/util/src/index.ts": "import i from '#inner/one';\nimport m from '#missing';",
    "packages/util/src/sub/two.ts": "",
    "packages/util/src/inner/one.ts": "",
    "packages/old/package.json": json.dumps({"name": "old", "main": "lib/start"}),
    "packages/old/lib/start.js": "",
    "packages/web/tsconfig.json": '{"extends": "../../tsconfig.base.json"}',
    "packages/web/page.ts": (
        "import u from '@my/util';\nimport t from '@my/util/sub/two';\nimport o from 'old';\n"
        "import s from 'old/lib/start';\n"
        "import l from '@lib/one';\nimport p from '@my/util/private';"
    ),
    "libs/one/src/index.ts": "",
}

JAVA: Files = {
    "src/main/java/a/b/Cart.java": (
        "package a.b;\nimport a.c.Money;\nimport a.d.*;\nimport static a.c.Money.zero;\nimport a.c.Money.Inner;\n"
        "import java.util.List;\nimport a.c.Missing;\n"
        "class Cart { Money m; Tax t; Item i; List<String> l; Own o; }\nclass Own {}"
    ),
    "src/main/java/a/b/Item.java": "package a.b;\nclass Item { void f() { Helper.go(); } }",
    "src/main/java/a/b/Helper.java": "package a.b;\nclass Helper {}",
    "src/main/java/a/c/Money.java": "package a.c;\npublic class Money { static int zero; class Inner {} }",
    "src/main/java/a/d/Tax.java": "package a.d;\npublic interface Tax {}",
    "src/main/java/a/d/Other.java": "package a.d;\npublic enum Other { A }",
}

GO: Files = {
    "go.mod": "module example.org/shop\n\nrequire x v1\nreplace example.org/money => ./money\n",
    "main.go": (
        'package main\nimport (\n\t"fmt"\n\tc "example.org/shop/cart"\n\t"example.org/money"\n'
        '\t"example.org/shop/none"\n)\nfunc main() { c.New(); money.Zero; fmt.Println() }'
    ),
    "cart/cart.go": "package cart\ntype Cart struct{ i Item }\nfunc New() Cart { return helper() }",
    "cart/item.go": "package cart\ntype Item struct{}",
    "cart/helper.go": "package cart\nfunc helper() Cart { }",
    "cart/cart_test.go": 'package cart\nimport "testing"\nfunc TestNew(t *testing.T) { New() }',
    "money/zero.go": "package money\nconst Zero = 0",
    "money/one.go": "package money\nvar (\n\tOne = 1\n)",
    "money/go.mod": "module other",
}

RUST: Files = {
    "Cargo.toml": '[package]\nname = "my-shop"\n',
    "src/lib.rs": 'pub mod cart;\nmod money;\n#[path = "odd/place.rs"]\nmod placed;\npub use cart::Cart;\nmod missing;',
    "src/cart/mod.rs": (
        "mod item;\nuse crate::money::{Euro, self as m};\nuse super::placed::*;\nuse std::fmt;\n"
        "use serde::Serialize;\nmod tests { use super::item::Item; }"
    ),
    "src/cart/item.rs": "use super::Cart;\nfn f() { crate::money::zero(); }",
    "src/money.rs": "mod cents;",
    "src/money/cents.rs": "",
    "src/odd/place.rs": "",
    "src/main.rs": "use my_shop::cart::Cart;\nmod cli;",
    "src/cli.rs": "",
    "tests/whole.rs": "use my_shop::{money, Cart};",
}

C: Files = {
    "src/main.c": (
        '#include "util.h"\n#include <lib/api.h>\n#include <string.h>\n#include "gone.h"\n'
        '#include <stdio.h>\n#include "../include/lib/other.h"'
    ),
    "src/util.h": "",
    "src/util.c": '#include "util.h"',
    "include/lib/api.h": '#include "other.h"',
    "include/lib/other.h": "",
    "other/deep/string.h": "",
    "one/twin.h": "",
    "two/twin.h": "",
    "one/uses.cc": '#include "twin.h"',
    "three/uses.cpp": '#include "twin.h"',
    "two/inner/uses.cpp": '#include "twin.h"',
}

RUBY: Files = {
    "lib/shop.rb": (
        "require 'shop/cart'\nrequire 'json'\nrequire_relative 'shop/money'\nrequire 'shop/none'\nrequire \"#{x}/y\""
    ),
    "lib/shop/cart.rb": "autoload :Money, 'shop/money'\nrequire_relative '../gone'",
    "lib/shop/money.rb": "",
    "spec/cart_spec.rb": "require 'spec_helper'\nrequire 'shop'",
    "spec/spec_helper.rb": "",
}

PHP: Files = {
    "composer.json": json.dumps({"autoload": {"psr-4": {"App\\": "src/"}}}),
    "src/Cart.php": (
        "<?php\nnamespace App;\nuse App\\Model\\{Item, Tax as T};\nuse Vendor\\Lib;\nuse App\\Gone;\nuse App\\Model;\n"
        "require_once __DIR__ . '/../boot.php';\n"
        "class Cart extends Base { function f(Item $i) { return new Model\\Other(); } }"
    ),
    "src/Base.php": "<?php\nnamespace App;\nclass Base {}",
    "src/Model/Item.php": "<?php\nnamespace App\\Model;\nclass Item { function f(): Tax { return new Tax(); } }",
    "src/Model/Tax.php": "<?php\nnamespace App\\Model;\nfinal class Tax {}",
    "src/Model/Other.php": "<?php\nnamespace App\\Model;\nclass Other {}",
    "boot.php": "<?php\ninclude 'no.php';",
}

C_SHARP: Files = {
    "App/Cart.cs": (
        "using System;\nusing Shop.Money;\nusing M = Shop.Money.Euro;\nusing static Shop.Tax.Rates;\n"
        "namespace Shop.App;\n"
        "class Cart : Base { Dollar d; Item i; Helper h; }"
    ),
    "App/Item.cs": "namespace Shop.App { class Item {} }",
    "App/Global.cs": "global using Shop.Helpers;",
    "App/Helper.cs": "namespace Shop.Helpers { class Helper {} }",
    "Base.cs": "namespace Shop { class Base {} }",
    "Money/Euro.cs": "namespace Shop.Money { class Euro {} }",
    "Money/Dollar.cs": "namespace Shop.Money { record Dollar(int A); }",
    "Money/Unused.cs": "namespace Shop.Money { class Unused {} }",
    "Tax/Rates.cs": "namespace Shop.Tax { static class Rates {} }",
}


@pytest.mark.parametrize(
    ("files", "path", "targets", "external", "unresolved"),
    [
        pytest.param(PYTHON, "src/shop/__init__.py", ["src/shop/cart.py"], 0, [], id="python from its package"),
        pytest.param(
            PYTHON,
            "src/shop/cart.py",
            ["src/shop/money.py", "src/shop/tax/__init__.py"],
            2,
            [],
            id="python relative, library, standard library",
        ),
        pytest.param(
            PYTHON,
            "src/shop/tax/de.py",
            ["src/shop/cart.py", "src/shop/money.py"],
            0,
            ["..."],
            id="python star, two levels, beyond the top",
        ),
        pytest.param(
            PYTHON, "src/plugins/two/main.py", ["src/plugins/one/__init__.py"], 1, [], id="python namespace package"
        ),
        pytest.param(
            PYTHON,
            "tests/test_cart.py",
            [
                "src/shop/__init__.py",
                "src/shop/cart.py",
                "src/shop/money.py",
                "src/shop/tax/__init__.py",
                "tests/helper.py",
            ],
            0,
            ["shop.missing"],
            id="python src layout from tests",
        ),
        pytest.param(PYTHON, "tests/helper.py", ["src/shop/tax/de.py"], 0, [], id="python inside a function"),
        pytest.param(PYTHON, "tests/test_json.py", ["tests/json.py"], 0, [], id="python shadowed from beside"),
        pytest.param(PYTHON, "src/shop/io.py", [], 2, [], id="python standard library before a package's own module"),
        pytest.param(PYTHON, "scripts/run.py", ["src/shop/cart.py"], 0, [], id="python script"),
        pytest.param(
            SCRIPT,
            "app/src/main.ts",
            [
                "app/src/a.tsx",
                "app/src/b.ts",
                "app/src/d.d.ts",
                "app/src/deep/c.ts",
                "app/src/e.js",
                "app/src/f.jsx",
                "app/src/folder/index.ts",
            ],
            3,
            ["./nothing", "~/none"],
            id="typescript relative, paths, index, require",
        ),
        pytest.param(
            SCRIPT,
            "packages/util/src/index.ts",
            ["packages/util/src/inner/one.ts"],
            0,
            ["#missing"],
            id="typescript a package's own imports",
        ),
        pytest.param(
            SCRIPT,
            "packages/web/page.ts",
            [
                "libs/one/src/index.ts",
                "packages/old/lib/start.js",
                "packages/util/src/index.ts",
                "packages/util/src/sub/two.ts",
            ],
            0,
            ["@my/util/private"],
            id="typescript packages of the project, exports, main, inherited paths",
        ),
        pytest.param(
            JAVA,
            "src/main/java/a/b/Cart.java",
            ["src/main/java/a/b/Item.java", "src/main/java/a/c/Money.java", "src/main/java/a/d/Tax.java"],
            1,
            ["a.c.Missing"],
            id="java type, nested, static, all of a package, own package",
        ),
        pytest.param(
            JAVA, "src/main/java/a/b/Item.java", ["src/main/java/a/b/Helper.java"], 0, [], id="java call without import"
        ),
        pytest.param(GO, "main.go", ["cart/cart.go", "money/zero.go"], 1, ["example.org/shop/none"], id="go packages"),
        pytest.param(GO, "cart/cart.go", ["cart/helper.go", "cart/item.go"], 0, [], id="go own package"),
        pytest.param(GO, "cart/cart_test.go", ["cart/cart.go"], 1, [], id="go test"),
        pytest.param(
            RUST,
            "src/lib.rs",
            ["src/cart/mod.rs", "src/money.rs", "src/odd/place.rs"],
            0,
            ["missing"],
            id="rust modules",
        ),
        pytest.param(
            RUST,
            "src/cart/mod.rs",
            ["src/cart/item.rs", "src/money.rs", "src/odd/place.rs"],
            2,
            [],
            id="rust crate, super, inline module",
        ),
        pytest.param(RUST, "src/cart/item.rs", ["src/cart/mod.rs", "src/money.rs"], 0, [], id="rust path in code"),
        pytest.param(RUST, "src/main.rs", ["src/cart/mod.rs", "src/cli.rs"], 0, [], id="rust own library"),
        pytest.param(RUST, "tests/whole.rs", ["src/lib.rs", "src/money.rs"], 0, [], id="rust test"),
        pytest.param(
            C, "src/main.c", ["include/lib/api.h", "include/lib/other.h", "src/util.h"], 2, ["gone.h"], id="c includes"
        ),
        pytest.param(C, "one/uses.cc", ["one/twin.h"], 0, [], id="c beside"),
        pytest.param(C, "two/inner/uses.cpp", ["two/twin.h"], 0, [], id="c the nearer of two"),
        pytest.param(C, "three/uses.cpp", [], 0, ["twin.h"], id="c neither of two as near"),
        pytest.param(
            RUBY, "lib/shop.rb", ["lib/shop/cart.rb", "lib/shop/money.rb"], 1, ["shop/none"], id="ruby require"
        ),
        pytest.param(RUBY, "lib/shop/cart.rb", ["lib/shop/money.rb"], 0, ["../gone"], id="ruby autoload, gone"),
        pytest.param(RUBY, "spec/cart_spec.rb", ["lib/shop.rb", "spec/spec_helper.rb"], 0, [], id="ruby spec"),
        pytest.param(
            PHP,
            "src/Cart.php",
            ["boot.php", "src/Base.php", "src/Model/Item.php", "src/Model/Other.php", "src/Model/Tax.php"],
            1,
            ["App\\Gone"],
            id="php use, group, namespace, require, own namespace",
        ),
        pytest.param(PHP, "src/Model/Item.php", ["src/Model/Tax.php"], 0, [], id="php own namespace"),
        pytest.param(PHP, "boot.php", [], 0, ["no.php"], id="php include of nothing"),
        pytest.param(
            C_SHARP,
            "App/Cart.cs",
            ["App/Helper.cs", "App/Item.cs", "Base.cs", "Money/Dollar.cs", "Money/Euro.cs", "Tax/Rates.cs"],
            1,
            [],
            id="c# using, alias, static, global, namespaces around",
        ),
    ],
)
def test_imports_lead_to_files(
    files: Files, path: str, targets: list[str], external: int, unresolved: list[str]
) -> None:
    found = resolved(files)[path]
    assert list(found.targets) == targets
    assert list(found.unresolved) == unresolved
    assert found.external == external


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": "{", "tsconfig.json": "[1]", "a.ts": "import 'x'; import './b'", "b.ts": ""},
        {
            "tsconfig.json": '{"extends": "./tsconfig.json", "compilerOptions": {"paths": 3}}',
            "a.ts": "import 'x'; import './b'",
            "b.ts": "",
        },
        {"package.json": '{"name": 1, "exports": [[[]]], "main": {}}', "a.js": "import 'x'; import './b'", "b.js": ""},
        {"pyproject.toml": "[tool]\nsetuptools = 3\n", "a.py": "import x, b", "b.py": ""},
        {"Cargo.toml": "package = 3\nbin = [1]\nlib = 'x'", "main.rs": "use x::y; mod b;", "b.rs": ""},
        {
            "composer.json": '{"autoload": {"psr-4": {"A\\\\": [1, null]}}}',
            "a.php": "<?php\nuse X\\Y;\ninclude 'b.php';",
            "b.php": "",
        },
        {"go.mod": "module", "a.go": 'package a\nimport "x"\nfunc f() { g() }', "b.go": "package a\nfunc g() {}"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_a_broken_configuration_costs_nothing_else(files: Files) -> None:
    first, second = [path for path in files if language_of(path)]
    found = resolved(files)[first]
    assert found.targets == (second,)
    assert found.external == 1


def test_a_package_json_that_exports_itself_ends() -> None:
    files = {"p/package.json": '{"name": "p", "main": "./"}', "p/x.js": "", "a.js": "import 'p'; import './p'"}
    assert resolved(files)["a.js"].unresolved == ("p", "./p")


def test_a_use_of_many_braces_is_multiplied_out_within_bounds() -> None:
    files = {"src/lib.rs": "use a::" + "{b::" * 200 + "}" * 200 + ";\nmod m;", "src/m.rs": ""}
    assert resolved(files)["src/lib.rs"].targets == ("src/m.rs",)


def test_a_method_does_not_define_its_receiver() -> None:
    files = {
        "go.mod": "module m",
        "a.go": "package m\ntype Cart struct{}\n",
        "b.go": "package m\nfunc (c *Cart) Total() {}\n",
        "c.go": "package m\nfunc f(c Cart) {}\n",
    }
    assert resolved(files)["c.go"].targets == ("a.go",)
    assert resolved(files)["b.go"].targets == ("a.go",)
