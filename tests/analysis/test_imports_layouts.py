"""How build tools lay out projects of Python, Ruby, Rust, Go, C and PHP, and where imports lead in them."""

import json

import pytest

from tests.importing import Files, resolved

Case = tuple[Files, str, list[str]]


def laid_out(configuration: dict[str, str], package: str, name: str = "shop") -> Case:
    """A Python project whose tests import a package that lies in a folder of its own."""
    return (
        {
            **configuration,
            f"{package}/__init__.py": "",
            f"{package}/cart.py": "",
            "tests/test_a.py": f"import {name}.cart",
        },
        "tests/test_a.py",
        [f"{package}/cart.py"],
    )


def tables(text: str) -> dict[str, str]:
    return {"pyproject.toml": text}


PYTHON: dict[str, Case] = {
    "setuptools names a folder for one package": laid_out(
        tables('[tool.setuptools.package-dir]\nshop = "code"'), "code"
    ),
    "setuptools names a folder for all": laid_out(
        tables('[tool.setuptools]\npackage-dir = {"" = "code"}'), "code/shop"
    ),
    "setuptools names a package inside of another": laid_out(
        tables('[tool.setuptools.package-dir]\n"shop.parts" = "pieces"'), "pieces", "shop.parts"
    ),
    "setuptools looks in a folder": laid_out(tables('[tool.setuptools.packages.find]\nwhere = ["code"]'), "code/shop"),
    "setup.cfg": laid_out({"setup.cfg": "[options]\npackage_dir =\n    shop = code\n    =lib\n"}, "code"),
    "setup.cfg looks in a folder": laid_out({"setup.cfg": "[options.packages.find]\nwhere = code\n"}, "code/shop"),
    "setup.py": laid_out({"setup.py": "setup(package_dir={'shop': 'code'})"}, "code"),
    "setup.py looks in a folder": laid_out({"setup.py": "setup(packages=find_packages('code'))"}, "code/shop"),
    "Hatch takes a package": laid_out(
        tables('[tool.hatch.build.targets.wheel]\npackages = ["code/shop"]'), "code/shop"
    ),
    "Hatch gives a folder a name": laid_out(
        tables('[tool.hatch.build.targets.wheel.sources]\n"code/inner" = "shop"'), "code/inner"
    ),
    "Hatch puts a folder in": laid_out(
        tables('[tool.hatch.build.targets.wheel.force-include]\n"code" = "shop/deep"'), "code", "shop.deep"
    ),
    "Poetry takes a package from a folder": laid_out(
        tables('[tool.poetry]\npackages = [{include = "shop", from = "code"}]'), "code/shop"
    ),
    "PDM": laid_out(tables('[tool.pdm.build]\npackage-dir = "code"'), "code/shop"),
    "uv": laid_out(tables('[tool.uv.build-backend]\nmodule-root = "code"'), "code/shop"),
    "Flit, with sources in src": laid_out(tables('[tool.flit.module]\nname = "shop"'), "src/shop"),
    "maturin": laid_out(tables('[tool.maturin]\npython-source = "bindings"'), "bindings/shop"),
    "scikit-build": laid_out(tables('[tool.scikit-build]\nwheel.packages = ["code/shop"]'), "code/shop"),
    "a type checker is told a folder": laid_out(
        {"pyrightconfig.json": '{ // paths\n "extraPaths": ["code"] }'}, "code/shop"
    ),
    "a test runner is told folders": laid_out({"pytest.ini": "[pytest]\npythonpath = other code\n"}, "code/shop"),
    "one of several projects, in a folder of its own": laid_out(
        {"parts/a/pyproject.toml": '[tool.maturin]\npython-source = "py"'}, "parts/a/py/shop"
    ),
    "a namespace that several projects share": (
        {
            "one/pyproject.toml": "",
            "two/pyproject.toml": "",
            "one/src/firm/one/a.py": "from firm.two import b\nimport firm.two.c\nimport firm",
            "two/src/firm/two/b.py": "",
            "two/src/firm/two/c.py": "",
        },
        "one/src/firm/one/a.py",
        ["two/src/firm/two/b.py", "two/src/firm/two/c.py"],
    ),
    "modules by plain texts": (
        {
            "shop/__init__.py": "",
            "shop/a.py": (
                "import importlib\nfrom importlib import import_module\n"
                "importlib.import_module('shop.b')\nimport_module('.c', package=__package__)\n"
                "import_module('..d', 'shop.deep')\n__import__(f'shop.e')\nimport_module(f'shop.{x}')\n"
                "pytest.importorskip('shop.f')\nimport_module('shop.' + name)\n"
            ),
            **{f"shop/{name}.py": "" for name in "bcdef"},
        },
        "shop/a.py",
        [f"shop/{name}.py" for name in "bcdef"],
    ),
    "what is imported on a condition": (
        {
            "shop/__init__.py": "",
            "shop/a.py": (
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .b import B\n"
                "try:\n    from . import c\nexcept ImportError:\n    from . import d as c\n"
            ),
            **{f"shop/{name}.py": "" for name in "bcd"},
        },
        "shop/a.py",
        ["shop/b.py", "shop/c.py", "shop/d.py"],
    ),
    "types of what is built, beside the package and in one of their own": (
        {
            "shop/__init__.py": "",
            "shop/_fast.pyi": "",
            "pear-stubs/__init__.pyi": "",
            "pear-stubs/seed.pyi": "",
            "shop/a.py": "from ._fast import f\nimport pear.seed",
        },
        "shop/a.py",
        ["pear-stubs/seed.pyi", "shop/_fast.pyi"],
    ),
}

RUBY: dict[str, Case] = {
    "constants of a Rails application": (
        {
            "config/application.rb": "module Stall\nend",
            "app/models/order.rb": "class Order < ApplicationRecord\n  include Priced\n  VAT = Tax::Rates::VAT\nend",
            "app/models/application_record.rb": "class ApplicationRecord\nend",
            "app/models/concerns/priced.rb": "module Priced\nend",
            "app/services/tax/rates.rb": "module Tax\n  class Rates\n  end\nend",
            "app/models/rates.rb": "class Rates\nend",
        },
        "app/models/order.rb",
        ["app/models/application_record.rb", "app/models/concerns/priced.rb", "app/services/tax/rates.rb"],
    ),
    "a constant of the module around, and acronyms": (
        {
            "config/routes.rb": "",
            "app/models/shop/cart.rb": "module Shop\n  class Cart\n    ALL = [Item, ::Other, HTTPClient]\n  end\nend",
            "app/models/shop/item.rb": "class Shop::Item\nend",
            "app/models/item.rb": "class Item\nend",
            "app/models/shop/other.rb": "class Shop::Other\nend",
            "app/models/other.rb": "class Other\nend",
            "lib/http_client.rb": "class HTTPClient\nend",
        },
        "app/models/shop/cart.rb",
        ["app/models/other.rb", "app/models/shop/item.rb", "lib/http_client.rb"],
    ),
    "a test and an engine": (
        {
            "config/environment.rb": "",
            "engines/pay/app/models/pay/bill.rb": "module Pay\n  class Bill\n  end\nend",
            "spec/bill_spec.rb": "RSpec.describe Pay::Bill do\nend",
        },
        "spec/bill_spec.rb",
        ["engines/pay/app/models/pay/bill.rb"],
    ),
    "a library that Zeitwerk loads": (
        {
            "lib/stall.rb": "require 'zeitwerk'\nZeitwerk::Loader.for_gem.setup\nmodule Stall\nend",
            "lib/stall/cart.rb": "module Stall\n  class Cart\n    Money.new\n  end\nend",
            "lib/stall/money.rb": "module Stall\n  class Money\n  end\nend",
        },
        "lib/stall/cart.rb",
        ["lib/stall/money.rb"],
    ),
    "no convention without an application": (
        {"lib/a.rb": "B.new", "lib/b.rb": "class B\nend"},
        "lib/a.rb",
        [],
    ),
    "older ways to require from beside": (
        {
            "bin/a.rb": (
                "require File.expand_path('../../lib/b', __FILE__)\nrequire File.join(__dir__, 'c')\n"
                "require \"#{__dir__}/d\"\nrequire File.expand_path('../lib/e', __dir__)\n"
            ),
            "lib/b.rb": "",
            "bin/c.rb": "",
            "bin/d.rb": "",
            "lib/e.rb": "",
        },
        "bin/a.rb",
        ["bin/c.rb", "bin/d.rb", "lib/b.rb", "lib/e.rb"],
    ),
}

CARGO = '[package]\nname = "{}"\nedition = "2021"\n'

RUST: dict[str, Case] = {
    "what is included": (
        {
            "Cargo.toml": CARGO.format("shop"),
            "src/lib.rs": 'mod cart;\ninclude!("tables/rates.rs");\ninclude!(concat!(env!("OUT_DIR"), "/no.rs"));',
            "src/cart.rs": "",
            "src/tables/rates.rs": "use crate::cart;",
        },
        "src/lib.rs",
        ["src/cart.rs", "src/tables/rates.rs"],
    ),
    "what is included stands in the module that includes it": (
        {
            "Cargo.toml": CARGO.format("shop"),
            "src/lib.rs": 'mod cart;\ninclude!("tables/rates.rs");',
            "src/cart.rs": "",
            "src/tables/rates.rs": "use crate::cart::Cart;",
        },
        "src/tables/rates.rs",
        ["src/cart.rs"],
    ),
    "modules in modules of one file": (
        {
            "Cargo.toml": CARGO.format("shop"),
            "src/lib.rs": (
                'mod outer { pub mod inner { pub mod leaf; } #[path = "odd.rs"] mod placed; }\n'
                "use outer::inner::leaf::f;"
            ),
            "src/outer/inner/leaf.rs": "pub fn f() {}",
            "src/outer/odd.rs": "",
        },
        "src/lib.rs",
        ["src/outer/inner/leaf.rs", "src/outer/odd.rs"],
    ),
    "a file for each platform": (
        {
            "Cargo.toml": CARGO.format("shop"),
            "src/lib.rs": '#[cfg_attr(unix, path = "unix.rs")]\n#[cfg_attr(windows, path = "win.rs")]\nmod system;',
            "src/unix.rs": "",
            "src/win.rs": "",
        },
        "src/lib.rs",
        ["src/unix.rs", "src/win.rs"],
    ),
    "a crate of the workspace under another name, and paths in code": (
        {
            "Cargo.toml": '[workspace.dependencies]\nt = {package = "tax-core", path = "tax"}',
            "tax/Cargo.toml": CARGO.format("tax-core"),
            "tax/src/lib.rs": "pub mod rates;",
            "tax/src/rates.rs": "",
            "sums/Cargo.toml": CARGO.format("sums"),
            "sums/src/lib.rs": "",
            "shop/Cargo.toml": CARGO.format("shop")
            + "[dependencies]\nt = {workspace = true}\nsums = {path = '../sums'}",
            "shop/src/main.rs": "mod cart;\nfn main() { t::rates::vat(); sums::all(); cart::total(); other::x(); }",
            "shop/src/cart.rs": "",
        },
        "shop/src/main.rs",
        ["shop/src/cart.rs", "sums/src/lib.rs", "tax/src/rates.rs"],
    ),
    "the older edition's paths": (
        {
            "Cargo.toml": '[package]\nname = "shop"\n',
            "src/lib.rs": "mod cart;\nmod money;",
            "src/cart.rs": "use money::Euro;",
            "src/money.rs": "",
        },
        "src/cart.rs",
        ["src/money.rs"],
    ),
}

GO: dict[str, Case] = {
    "a replacement by a folder before a module of that name": (
        {
            "go.mod": (
                "module a.example/shop\n// replace b.example/tax => ./old\n"
                "replace (\n\tb.example/tax v1.2.3 => ./fork // ours\n)\n"
            ),
            "fork/go.mod": "module b.example/tax",
            "fork/tax.go": "package tax\nfunc Vat() {}",
            "old/go.mod": "module b.example/tax",
            "old/tax.go": "package tax\nfunc Vat() {}",
            "main.go": 'package main\nimport "b.example/tax"\nfunc main() { tax.Vat() }',
        },
        "main.go",
        ["fork/tax.go"],
    ),
    "the module that the workspace uses": (
        {
            "go.work": "go 1.22\nuse (\n\t./shop\n\t./tax2 // the newer\n)\n",
            "shop/go.mod": "module a.example/shop",
            "tax1/go.mod": "module b.example/tax",
            "tax1/tax.go": "package tax\nfunc Vat() {}",
            "tax2/go.mod": "module b.example/tax",
            "tax2/tax.go": "package tax\nfunc Vat() {}",
            "shop/main.go": 'package main\nimport "b.example/tax"\nfunc main() { tax.Vat() }',
        },
        "shop/main.go",
        ["tax2/tax.go"],
    ),
}


def compiled(*words: str, **said: str) -> str:
    return json.dumps(
        [{"directory": "/home/somebody/shop/build", "file": "../src/a.c", **said, "arguments": list(words)}]
    )


C: dict[str, Case] = {
    "folders that the compiler is told of": (
        {
            "build/compile_commands.json": compiled("cc", "-I../two/inc", "-c", "../src/a.c"),
            "src/a.c": '#include "b.h"\n#include <c.h>',
            "one/inc/b.h": "",
            "two/inc/b.h": "",
            "two/inc/c.h": "",
        },
        "src/a.c",
        ["two/inc/b.h", "two/inc/c.h"],
    ),
    "one command line, quoted folders first": (
        {
            "compile_commands.json": json.dumps(
                [
                    {
                        "directory": "/x/y",
                        "file": "/x/y/src/a.cpp",
                        "command": "c++ -isystem /x/y/three -I /x/y/one -iquote two -o a.o src/a.cpp",
                    }
                ]
            ),
            "src/a.cpp": '#include "b.h"\n#include <c.h>',
            "one/b.h": "",
            "two/b.h": "",
            "one/c.h": "",
            "three/c.h": "",
        },
        "src/a.cpp",
        ["one/c.h", "two/b.h"],
    ),
    "a header by what its project is compiled with": (
        {
            "compile_commands.json": compiled("cc", "-I", "../inc", directory="/x/shop/out"),
            "src/a.c": "",
            "src/a.h": "#include <deep/b.h>",
            "inc/deep/b.h": "",
            "old/deep/b.h": "",
        },
        "src/a.h",
        ["inc/deep/b.h"],
    ),
    "flags in a file, one a line": (
        {"lib/compile_flags.txt": "-Iinc\n-std=c99\n", "lib/a.c": "#include <b.h>", "lib/inc/b.h": "", "inc/b.h": ""},
        "lib/a.c",
        ["lib/inc/b.h"],
    ),
}

PHP: dict[str, Case] = {
    "required from the folder above": (
        {"public/a.php": "<?php require dirname(__DIR__) . '/b.php';", "b.php": "<?php"},
        "public/a.php",
        ["b.php"],
    ),
}


@pytest.mark.parametrize(
    ("files", "path", "targets"),
    [pytest.param(*case, id=name) for cases in (PYTHON, RUBY, RUST, GO, C, PHP) for name, case in cases.items()],
)
def test_layouts_lead_imports_to_files(files: Files, path: str, targets: list[str]) -> None:
    assert list(resolved(files)[path].targets) == targets


def test_what_composer_installs_is_not_of_the_project() -> None:
    files = {"a.php": "<?php require __DIR__ . '/vendor/autoload.php';\nuse Far\\Away;"}
    assert resolved(files)["a.php"].unresolved == ()
