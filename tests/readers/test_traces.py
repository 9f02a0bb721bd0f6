import sys
import traceback
from textwrap import dedent

import pytest

from whence.readers.traces import MAX_FRAMES, Trace, normal, parse, signature
from whence.values.memory import Frame

pytestmark = pytest.mark.quick

TRACES: dict[str, tuple[str, str, str, list[tuple[str, int, str]]]] = {
    "python": (
        """
        Traceback (most recent call last):
          File "/srv/app/main.py", line 10, in <module>
            run()
            ~~~^^
          File "/srv/app/shop.py", line 3, in run
            return price["net"]
                   ~~~~~^^^^^^^
          [Previous line repeated 996 more times]
        KeyError: 'net'
        """,
        "KeyError",
        "'net'",
        [("/srv/app/shop.py", 3, "run"), ("/srv/app/main.py", 10, "<module>")],
    ),
    "python, chained: the last raised": (
        """
        Traceback (most recent call last):
          File "a.py", line 2, in load
            int("x")
        ValueError: invalid literal for int() with base 10: 'x'

        During handling of the above exception, another exception occurred:

        Traceback (most recent call last):
          File "a.py", line 9, in <module>
            load()
          File "a.py", line 5, in load
            raise shop.errors.Broken("no price") from error
        shop.errors.Broken: no price
        """,
        "shop.errors.Broken",
        "no price",
        [("a.py", 5, "load"), ("a.py", 9, "<module>")],
    ),
    "python, no message": (
        'Traceback (most recent call last):\n  File "a.py", line 2, in wait\n    input()\nKeyboardInterrupt\n',
        "KeyboardInterrupt",
        "",
        [("a.py", 2, "wait")],
    ),
    "python, a syntax error": (
        """
          File "src/odd name.py", line 7
            def broken(:
                       ^
        SyntaxError: invalid syntax
        """,
        "SyntaxError",
        "invalid syntax",
        [("src/odd name.py", 7, "")],
    ),
    "python, a message of several lines": (
        """
        Traceback (most recent call last):
          File "a.py", line 1, in <module>
            Model(x="a")
        pydantic.ValidationError: 1 validation error for Model
        x
          Input should be a valid integer

        $ echo done
        """,
        "pydantic.ValidationError",
        "1 validation error for Model\nx\n  Input should be a valid integer",
        [("a.py", 1, "<module>")],
    ),
    "python, an exception group": (
        """
          + Exception Group Traceback (most recent call last):
          |   File "a.py", line 4, in <module>
          |     main()
          | ExceptionGroup: several (2 sub-exceptions)
          +-+---------------- 1 ----------------
            | Traceback (most recent call last):
            |   File "b.py", line 1, in one
            | ValueError: one
            +---------------- 2 ----------------
        """,
        "ExceptionGroup",
        "several (2 sub-exceptions): ValueError: one",
        [("b.py", 1, "one"), ("a.py", 4, "<module>")],
    ),
    "pytest, short": (
        """
        tests/test_shop.py:12: in test_price
            assert price() == 2
        shop.py:3: in price
            return 1 / 0
        E   ZeroDivisionError: division by zero
        """,
        "ZeroDivisionError",
        "division by zero",
        [("shop.py", 3, "price"), ("tests/test_shop.py", 12, "test_price")],
    ),
    "node": (
        """
        /srv/app/shop.js:1
        function total(cart) { return cart.total.toFixed(2); }
                                                 ^

        TypeError: Cannot read properties of undefined (reading 'toFixed')
            at Shop.total [as sum] (/srv/app/shop.js:1:49)
            at async Promise.all (index 0)
            at new Cart (C:\\app\\cart.ts:20:3)
            at file:///srv/app/main.mjs:3:1
            at node:internal/main/run_main_module:23:47

        Node.js v20.1.0
        """,
        "TypeError",
        "Cannot read properties of undefined (reading 'toFixed')",
        [
            ("/srv/app/shop.js", 1, "Shop.total"),
            ("", 0, "Promise.all"),
            ("C:\\app\\cart.ts", 20, "Cart"),
            ("file:///srv/app/main.mjs", 3, ""),
            ("node:internal/main/run_main_module", 23, ""),
        ],
    ),
    "v8 in a browser, with a cause": (
        """
        Uncaught (in promise) Error: no stock
            at order (http://localhost:5173/src/order.ts?t=17:8:11) {
          [cause]: RangeError: too many
              at count (http://localhost:5173/src/count.ts:2:1)
        """,
        "Error",
        "no stock",
        [("http://localhost:5173/src/order.ts?t=17", 8, "order")],
    ),
    "v8, a code and several lines": (
        """
        AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

        1 !== 2

            at test (file.test.js:3:10) {
          generatedMessage: true,
        """,
        "AssertionError",
        "Expected values to be strictly equal:\n\n1 !== 2",
        [("file.test.js", 3, "test")],
    ),
    "firefox": (
        """
        TypeError: cart is undefined
        total@https://shop.example/app.js:10:15
        order/<@https://shop.example/app.js:20:3
        async*boot@https://shop.example/main.js:1:1
        @https://shop.example/main.js:5:1
        """,
        "TypeError",
        "cart is undefined",
        [
            ("https://shop.example/app.js", 10, "total"),
            ("https://shop.example/app.js", 20, "order"),
            ("https://shop.example/main.js", 1, "boot"),
            ("https://shop.example/main.js", 5, ""),
        ],
    ),
    "safari, without what was thrown": (
        "total@https://shop.example/app.js:10:15\nforEach@[native code]\nglobal code@https://shop.example/app.js:2:1\n",
        "",
        "",
        [
            ("https://shop.example/app.js", 10, "total"),
            ("", 0, "forEach"),
            ("https://shop.example/app.js", 2, "global code"),
        ],
    ),
    "java, the root cause": (
        """
        Exception in thread "main" java.lang.IllegalStateException: cannot: load 5
        \tat com.example.shop.Store.load(Store.java:20)
        \tat com.example.shop.Main.main(Main.java:8)
        \tSuppressed: java.io.IOException: while closing
        \t\tat com.example.shop.Store.close(Store.java:40)
        \t\tCaused by: java.io.EOFException
        \t\t\tat java.base/java.io.Reader.read(Reader.java:1)
        Caused by: java.lang.NullPointerException: Cannot invoke "Object.hashCode()"
        \tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
        \tat com.example.shop.Store.lambda$load$0(Store.java:15)
        \t... 2 more
        """,
        "java.lang.NullPointerException",
        'Cannot invoke "Object.hashCode()"',
        [
            ("java/util/Objects.java", 233, "java.util.Objects.requireNonNull"),
            ("com/example/shop/Store.java", 15, "com.example.shop.Store.lambda$load$0"),
            ("com/example/shop/Store.java", 20, "com.example.shop.Store.load"),
            ("com/example/shop/Main.java", 8, "com.example.shop.Main.main"),
        ],
    ),
    "java in a log": (
        """
        2026-03-01 12:00:00,123 ERROR [http-1] c.e.Web - Request failed
        org.example.shop.NoStock
        \tat app//org.example.shop.Web.get(Web.kt:12)
        \tat jdk.internal.Native.invoke(Native Method)
        2026-03-01 12:00:01,000 INFO [http-1] c.e.Web - next
        """,
        "org.example.shop.NoStock",
        "",
        [("org/example/shop/Web.kt", 12, "org.example.shop.Web.get"), ("", 0, "jdk.internal.Native.invoke")],
    ),
    "go, a panic": (
        """
        panic: runtime error: index out of range [5] with length 3 [recovered]

        goroutine 1 [running]:
        main.(*Shop).pick(0xc000012345, {0x1, 0x2})
        \t/srv/app/shop.go:10 +0x1d
        main.main()
        \t/srv/app/main.go:20 +0x2a
        created by main.start in goroutine 1
        \t/srv/app/main.go:5 +0x11

        goroutine 7 [select]:
        net/http.(*Server).Serve(0x1)
        \t/usr/local/go/src/net/http/server.go:3000 +0x1
        exit status 2
        """,
        "panic",
        "runtime error: index out of range [5] with length 3",
        [
            ("/srv/app/shop.go", 10, "main.(*Shop).pick"),
            ("/srv/app/main.go", 20, "main.main"),
            ("/srv/app/main.go", 5, "main.start"),
        ],
    ),
    "go, without goroutines": (
        "fatal error: all goroutines are asleep - deadlock!\n",
        "fatal error",
        "all goroutines are asleep - deadlock!",
        [],
    ),
    "rust with a backtrace": (
        """
        thread 'main' (22680) panicked at src/main.rs:5:10:
        index out of bounds: the len is 1 but the index is 4
        stack backtrace:
           0: rust_begin_unwind
                     at /rustc/59807616/library/std/src/panicking.rs:645:5
           1: shop::pick::h0123456789abcdef
                     at ./src/main.rs:5:10
        note: Some details are omitted, run with `RUST_BACKTRACE=full`
        """,
        "panic",
        "index out of bounds: the len is 1 but the index is 4",
        [
            ("/rustc/59807616/library/std/src/panicking.rs", 645, "rust_begin_unwind"),
            ("src/main.rs", 5, "shop::pick"),
        ],
    ),
    "rust without a backtrace": (
        "thread 'worker' panicked at src/lib.rs:7:5:\nno price\nnote: run with `RUST_BACKTRACE=1`\n",
        "panic",
        "no price",
        [("src/lib.rs", 7, "")],
    ),
    "rust, older": (
        "thread 'main' panicked at 'no price', src/main.rs:5:10\nnote: run with `RUST_BACKTRACE=1`\n",
        "panic",
        "no price",
        [("src/main.rs", 5, "")],
    ),
    "asan": (
        """
        =================================================================
        ==9==ERROR: AddressSanitizer: heap-use-after-free on address 0x602 at pc 0x55 bp 0x7f sp 0x7f
        READ of size 4 at 0x602 thread T0
            #0 0x55c4139101ff in shop::get(int*) /srv/app/shop.cc:3:7
            #1 0x55c413910290 in main /srv/app/main.cc:5
            #2 0x7f14a5e45249 in __libc_start_main (/lib/libc.so.6+0x2)

        freed by thread T0 here:
            #0 0x7f14a60b76a8 in free ../asan_malloc_linux.cpp:52
        """,
        "AddressSanitizer",
        "heap-use-after-free",
        [("/srv/app/shop.cc", 3, "shop::get"), ("/srv/app/main.cc", 5, "main"), ("", 0, "__libc_start_main")],
    ),
    "ubsan": (
        "src/sum.c:5:10: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'\n",
        "runtime error",
        "signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'",
        [("src/sum.c", 5, "")],
    ),
    "gdb": (
        """
        Program received signal SIGSEGV, Segmentation fault.
        0x0000555555555131 in get (p=0x0) at src/shop.c:3
        3\treturn p[3];
        (gdb) bt
        #0  0x0000555555555131 in get (p=0x0) at src/shop.c:3
        #1  main (argc=1, argv=0x7ffe) at src/main.c:9
        #2  0x00007ffff7dfb2f0 in __libc_start_main () from /lib/libc.so.6
        """,
        "SIGSEGV",
        "Segmentation fault",
        [("src/shop.c", 3, "get"), ("src/main.c", 9, "main"), ("", 0, "__libc_start_main")],
    ),
    "assert": (
        'shop: src/shop.c:4: check: Assertion `x > 3 && "big"\' failed.\nAborted (core dumped)\n',
        "Assertion",
        'x > 3 && "big"',
        [("src/shop.c", 4, "check")],
    ),
    "assert on macOS": (
        "Assertion failed: (x > 3), function check, file shop.c, line 4.\n",
        "Assertion",
        "x > 3",
        [("shop.c", 4, "check")],
    ),
    "an uncaught c++ exception": (
        "terminate called after throwing an instance of 'std::out_of_range'\n  what():  vector::at\nAborted\n",
        "std::out_of_range",
        "vector::at",
        [],
    ),
    ".net, the innermost": (
        """
        Unhandled exception. System.InvalidOperationException: cannot load
         ---> System.NullReferenceException: Object reference not set
           at Shop.Store.Load[T](Int32 id, String name) in /srv/app/Store.cs:line 12
           --- End of inner exception stack trace ---
           at Shop.Program.<Main>b__0(String[] args) in C:\\app\\Program.cs:line 3
           at System.Threading.Tasks.Task.Execute()
        """,
        "System.NullReferenceException",
        "Object reference not set",
        [
            ("/srv/app/Store.cs", 12, "Shop.Store.Load"),
            ("C:\\app\\Program.cs", 3, "Shop.Program.<Main>b__0"),
            ("", 0, "System.Threading.Tasks.Task.Execute"),
        ],
    ),
    "ruby": (
        """
        app/shop.rb:3:in `price': undefined method `net' for nil:NilClass (NoMethodError)
        \tfrom app/main.rb:10:in `block in run'
        \tfrom app/main.rb:9:in `<main>'
        """,
        "NoMethodError",
        "undefined method `net' for nil:NilClass",
        [("app/shop.rb", 3, "price"), ("app/main.rb", 10, "block in run"), ("app/main.rb", 9, "<main>")],
    ),
    "ruby 3.4, source shown": (
        """
        shop.rb:3:in 'Shop#price': undefined method 'net' for nil (NoMethodError)

            @price.net
                  ^^^^
        \tfrom shop.rb:9:in '<main>'
        """,
        "NoMethodError",
        "undefined method 'net' for nil",
        [("shop.rb", 3, "Shop#price"), ("shop.rb", 9, "<main>")],
    ),
    "ruby, the other way round": (
        """
        Traceback (most recent call last):
        \t2: from shop.rb:9:in `<main>'
        \t1: from shop.rb:6:in `run'
        shop.rb:3:in `price': no price (RuntimeError)
        """,
        "RuntimeError",
        "no price",
        [("shop.rb", 3, "price"), ("shop.rb", 6, "run"), ("shop.rb", 9, "<main>")],
    ),
    "rails": (
        """
        NoMethodError (undefined method `net' for nil:NilClass):

        app/models/shop.rb:3:in `price'
        app/controllers/shop_controller.rb:10:in `show'
        """,
        "NoMethodError",
        "undefined method `net' for nil:NilClass",
        [("app/models/shop.rb", 3, "price"), ("app/controllers/shop_controller.rb", 10, "show")],
    ),
    "php": (
        """
        PHP Fatal error:  Uncaught App\\NoPrice: no price in /srv/app/Shop.php:12
        Stack trace:
        #0 /srv/app/index.php(20): App\\Shop->price(Object(App\\Item), 'a (b)')
        #1 [internal function]: run()
        #2 {main}
          thrown in /srv/app/Shop.php on line 12
        """,
        "App\\NoPrice",
        "no price",
        [("/srv/app/Shop.php", 12, "App\\Shop->price"), ("/srv/app/index.php", 20, "run"), ("", 0, "{main}")],
    ),
    "php, a fault": (
        "PHP Warning:  Undefined variable $x in /srv/app/a.php on line 3\n",
        "Warning",
        "Undefined variable $x",
        [("/srv/app/a.php", 3, "")],
    ),
    "laravel": (
        """
        [2026-03-01 12:00:00] a.ERROR: no price {"exception":"[object] (App\\NoPrice(code: 0): no price at /srv/a.php:3)
        [stacktrace]
        #0 /srv/index.php(9): price()
        #1 {main}
        """,
        "App\\NoPrice",
        "no price",
        [("/srv/a.php", 3, "price"), ("/srv/index.php", 9, "{main}")],
    ),
}


def read(text: str) -> tuple[str, str, list[tuple[str, int, str]]]:
    trace = parse(text)
    return trace.error_type, trace.message, [(each.file, each.line, each.function) for each in trace.frames]


@pytest.mark.parametrize("name", TRACES)
def test_a_trace_is_read(name: str) -> None:
    text, *expected = TRACES[name]
    assert read(dedent(text)) == tuple(expected)


DRESSES = {
    "carriage returns": lambda line: f"{line}\r",
    "colours": lambda line: f"\x1b[31m{line}\x1b[0m",
    "links and bells": lambda line: f"\x1b]8;;http://a\x07{line}\x07",
    "a container's name": lambda line: f"web_1  | {line}",
    "a moment": lambda line: f"2026-03-01T12:00:00.123456Z {line}",
    "a moment and a stream": lambda line: f"2026-03-01T12:00:00Z stderr F {line}",
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("name", [name for name in TRACES if name not in ("laravel", "java in a log")])
def test_what_a_log_or_a_terminal_adds_is_passed_over(name: str, dress: str) -> None:
    text, *expected = TRACES[name]
    worn = "\n".join(DRESSES[dress](line) if line else line for line in dedent(text).split("\n"))
    assert read(worn) == tuple(expected)


def test_words_around_a_trace_are_passed_over() -> None:
    for text, *expected in TRACES.values():
        assert read(f"It broke again this morning:\n\n{dedent(text).strip()}\n") == tuple(expected)


def test_a_real_trace_of_python() -> None:
    try:
        try:
            int("x")
        except ValueError as error:
            raise LookupError("höher") from error
    except LookupError:
        text = traceback.format_exc()
    trace = parse(text)
    assert (trace.error_type, trace.message) == ("LookupError", "höher")
    assert trace.frames[0].file == __file__
    assert trace.frames[0].function == sys._getframe().f_code.co_name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Everything is fine.",
        "Error: the build at noon failed",
        "TypeError: x is not a function",
        "meet me at home (tomorrow)",
        "write to someone@example.invalid",
        "from here:\n  at last\n",
        "# 1. Title\n#0 is a number\n",
        "10:00: in the morning",
        "\x00\x01\x1b[",
        "Traceback (most recent call last):",
        "Caused by: nothing",
        "Location:\n  a town",
        "Stacktrace:\nnone",
        "write me@mail.example:25:1",
        "It is kept, at last (see below)\n    return shelf.weigh(grams)\n",
    ],
)
def test_what_is_no_trace_is_empty(text: str) -> None:
    assert parse(text) == Trace()
    assert not parse(text)


def test_a_trace_that_was_cut_off_gives_its_calls() -> None:
    assert read('  File "a.py", line 2, in one\n    two()\n  File "b.py", line 3, in two\n')[2] == [
        ("b.py", 3, "two"),
        ("a.py", 2, "one"),
    ]


def test_a_hundred_thousand_lines_are_read() -> None:
    deep = '  File "a.py", line 3, in again\n    again()\n' * 50_000
    trace = parse(f"Traceback (most recent call last):\n{deep}RecursionError: too deep\n")
    assert (trace.error_type, trace.message, len(trace.frames)) == ("RecursionError", "too deep", MAX_FRAMES)
    noise = "".join(f"2026-03-01 12:00:00 INFO request {n} at /path/{n} took #{n} (ok)\n" for n in range(100_000))
    assert parse(noise) == Trace()
    assert parse(noise + dedent(TRACES["python"][0])).error_type == "KeyError"


@pytest.mark.parametrize("unit", ["a", "(", "at ", "a@b:", "#0 ", ": ", "'", "Error", "in `", 'File "', "x:1:1 ", "."])
def test_long_lines_are_read_in_linear_time(unit: str) -> None:
    line = unit * (1_000_000 // len(unit))
    assert len(parse(f"    at {line}\n{line}\n").frames) <= 1
    normal(line)


def own(file: str) -> bool:
    return "site-packages" not in file


def sign(text: str) -> str:
    trace = parse(dedent(text))
    return signature(trace.error_type, trace.message, trace.frames, own)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("no row 17 in 3.5 s", "no row 18 in 40 s"),
        ("can't open /home/a/x.db", "can't open C:\\Users\\b\\y.db"),
        ("can't open 'a file'", 'can\'t open "another"'),
        ("at 0x7fff5694dc58", "at 0x10"),
        ("user 123e4567-e89b-12d3-a456-426614174000 is gone", "user 00000000-0000-4000-8000-000000000000 is gone"),
        ("due 2026-03-01T10:00:00Z", "due 2025-12-24"),
        ("commit 3f2a9b1c is gone", "commit d15664e is gone"),
        ("GET https://a.example/x?y=1 failed", "GET http://localhost:80/z failed"),
        ("expected [1, 2, 3]", "expected [7]"),
        ("No price", "no  price\nwith details"),
    ],
)
def test_what_varies_does_not_tell_failures_apart(first: str, second: str) -> None:
    assert normal(first) == normal(second)
    assert signature("E", first, (), own) == signature("app.E", second, (), own)


def test_what_differs_tells_failures_apart() -> None:
    frames = (Frame(file="a.py", line=1, function="f"),)
    told = {
        signature("E", "no price", frames, own),
        signature("F", "no price", frames, own),
        signature("E", "no stock", frames, own),
        signature("E", "no price", (Frame(file="b.py", line=1, function="f"),), own),
        signature("E", "no price", (Frame(file="a.py", line=1, function="g"),), own),
        signature("E", "no price", (), own),
    }
    assert len(told) == 6
    assert signature("", "", (), own) == ""


def test_lines_folders_and_other_people_s_calls_do_not_matter() -> None:
    text = """
        Traceback (most recent call last):
          File "{top}/main.py", line {n}, in <module>
          File "{top}/shop.py", line 3, in run
          File "/usr/lib/site-packages/{n}.py", line 3, in get
        KeyError: {n}
        """
    assert sign(text.format(top="/srv", n=7)) == sign(text.format(top="C:\\x", n=99))
    assert len(sign(text.format(top="/srv", n=7))) == 16


def test_calls_beyond_the_third_do_not_matter() -> None:
    inner = [Frame(file=f"{n}.py", function="f") for n in range(3)]
    outer = [Frame(file="outer.py", function="g")]
    assert signature("E", "m", inner, own) == signature("E", "m", inner + outer, own)
