"""Traces of Ruby and PHP."""

from tests.traces import Sample

RUBY: dict[str, Sample] = {
    "a template of Rails": (
        """
        ActionView::Template::Error (undefined local variable or method 'gramms'):
            20: <h1>Scales</h1>
            21: <p><%= gramms %></p>

        app/views/scales/show.html.erb:21
        app/controllers/scales_controller.rb:7:in 'ScalesController#show'
        """,
        "ActionView::Template::Error",
        "undefined local variable or method 'gramms'",
        [("show.html.erb", 21), ("scales_controller.rb", 7)],
    ),
    "internal calls": (
        """
        scales.rb:21:in 'Scales#weigh': undefined method 'grams' for nil (NoMethodError)

            shelf.grams
                 ^^^^^^
        \tfrom <internal:kernel>:187:in 'Kernel#loop'
        \tfrom <internal:array>:42:in 'Array#each'
        \tfrom main.rb:4:in '<main>'
        """,
        "NoMethodError",
        "undefined method 'grams' for nil",
        [("scales.rb", 21), ("<internal:kernel>", 187), ("<internal:array>", 42), ("main.rb", 4)],
    ),
    "RSpec": (
        """
        Failures:

          1) Scales weighs
             Failure/Error: shelf.grams

             NoMethodError:
               undefined method 'grams' for nil
             # ./lib/scales.rb:21:in 'Scales#weigh'
             # ./spec/scales_spec.rb:7:in 'block (2 levels) in <top (required)>'

          2) Scales tares
             Failure/Error: raise "light"

             RuntimeError:
               light
             # ./lib/scales.rb:40:in 'Scales#tare'
        """,
        "NoMethodError",
        "undefined method 'grams' for nil",
        [("./lib/scales.rb", 21), ("./spec/scales_spec.rb", 7)],
    ),
    "RSpec, a comparison": (
        """
          1) Scales weighs
             Failure/Error: expect(weigh).to eq(4)

               expected: 4
                    got: 3

               (compared using ==)
             # ./spec/scales_spec.rb:7:in `block (2 levels) in <top (required)>'
        """,
        "",
        "expected: 4\ngot: 3",
        [("./spec/scales_spec.rb", 7)],
    ),
    "Minitest, an error": (
        """
          1) Error:
        ScalesTest#test_weighs:
        NoMethodError: undefined method 'grams' for nil
            lib/scales.rb:21:in 'Scales#weigh'
            test/scales_test.rb:7:in 'ScalesTest#test_weighs'

        2 runs, 1 assertions, 0 failures, 1 errors, 0 skips
        """,
        "NoMethodError",
        "undefined method 'grams' for nil",
        [("lib/scales.rb", 21), ("test/scales_test.rb", 7)],
    ),
    "Minitest, a failure": (
        """
          1) Failure:
        ScalesTest#test_weighs [test/scales_test.rb:7]:
        Expected: 4
          Actual: 3
        """,
        "Failure",
        "Expected: 4\nActual: 3",
        [("test/scales_test.rb", 7)],
    ),
    "Rails with a request's id": (
        """
        [0b1c6d52-0c1b-4d8f-9a3e-4f1f5d0a7e11] NoMethodError (undefined method `grams' for nil:NilClass):
        [0b1c6d52-0c1b-4d8f-9a3e-4f1f5d0a7e11]
        [0b1c6d52-0c1b-4d8f-9a3e-4f1f5d0a7e11] app/models/scales.rb:21:in `weigh'
        [0b1c6d52-0c1b-4d8f-9a3e-4f1f5d0a7e11] app/controllers/scales_controller.rb:7:in `show'
        """,
        "NoMethodError",
        "undefined method `grams' for nil:NilClass",
        [("app/models/scales.rb", 21), ("scales_controller.rb", 7)],
    ),
    "a file that can't be loaded": (
        """
        <internal:/usr/lib/kernel_require.rb>:136:in 'Kernel#require': cannot load such file -- scales (LoadError)
        \tfrom <internal:/usr/lib/kernel_require.rb>:136:in 'Kernel#require'
        \tfrom bin/lab:3:in '<main>'
        """,
        "LoadError",
        "cannot load such file -- scales",
        [("kernel_require.rb>", 136), ("kernel_require.rb>", 136), ("bin/lab", 3)],
    ),
}

PHP: dict[str, Sample] = {
    "Symfony's log, one line": (
        """
        critical: no shelf {"exception":"[object] (E(code: 0): no shelf at /srv/lab/src/Scales.php:21)"}
        """,
        "E",
        "no shelf",
        [("src/Scales.php", 21)],
    ),
    "Xdebug": (
        """
        PHP Warning:  Undefined array key "grams" in /srv/lab/Scales.php on line 21
        PHP Stack trace:
        PHP   1. {main}() /srv/lab/index.php:0
        PHP   2. Lab\\Scales->weigh($shelf = []) /srv/lab/index.php:5
        """,
        "Warning",
        'Undefined array key "grams"',
        [("Scales.php", 21), ("index.php", 5)],
    ),
    "Xdebug's table": (
        """
        Warning: Undefined array key "grams" in /srv/lab/Scales.php on line 21

        Call Stack:
            0.0002     393000   1. {main}() /srv/lab/index.php:0
            0.0003     393400   2. Lab\\Scales->weigh() /srv/lab/index.php:5
        """,
        "Warning",
        'Undefined array key "grams"',
        [("Scales.php", 21), ("index.php", 5)],
    ),
    "PHPUnit, an error": (
        """
        There was 1 error:

        1) Lab\\ScalesTest::testWeighs
        TypeError: Lab\\weigh(): Argument #1 must be of type array, null given

        /srv/lab/src/Scales.php:21
        /srv/lab/tests/ScalesTest.php:7
        """,
        "TypeError",
        "Argument #1 must be of type array",
        [("src/Scales.php", 21), ("tests/ScalesTest.php", 7)],
    ),
    "PHPUnit, a failure": (
        """
        1) Lab\\ScalesTest::testWeighs
        Failed asserting that 3 matches expected 4.

        /srv/lab/tests/ScalesTest.php:7
        """,
        "",
        "Failed asserting that 3 matches expected 4.",
        [("tests/ScalesTest.php", 7)],
    ),
    "Artisan": (
        """
           Lab\\NoScales

          The cupboard is locked

          at app/Scales.php:21
             17▕     public function weigh()
          ➜  21▕         throw new NoScales('The cupboard is locked');

              +3 vendor frames
          4   app/Http/Controllers/ScalesController.php:7
              Lab\\Scales::weigh()
        """,
        "Lab\\NoScales",
        "The cupboard is locked",
        [("app/Scales.php", 21), ("ScalesController.php", 7)],
    ),
    "Symfony's console": (
        """
        In Scales.php line 21:

          The cupboard is locked
        """,
        "Error",
        "The cupboard is locked",
        [("Scales.php", 21)],
    ),
    "Symfony's log": (
        "[2026-03-01T12:00:00.1+00:00] request.CRITICAL: Uncaught PHP Exception Lab\\NoScales: "
        '"The cupboard is locked" at /srv/lab/src/Scales.php line 21 {"exception":"x"} []\n',
        "Lab\\NoScales",
        "The cupboard is locked",
        [("src/Scales.php", 21)],
    ),
    "nginx and FastCGI": (
        '2026/03/01 12:00:00 [error] 12#12: *1 FastCGI sent in stderr: "PHP message: PHP Fatal error:  '
        "Uncaught Lab\\NoScales: locked in /srv/lab/src/Scales.php:21\nStack trace:\n"
        "#0 /srv/lab/index.php(5): Lab\\Scales->weigh()\n#1 {main}\n  thrown in /srv/lab/src/Scales.php on line 21\n",
        "Lab\\NoScales",
        "locked",
        [("src/Scales.php", 21), ("index.php", 5)],
    ),
    "Pest, an expectation": (
        """
           FAILED  Tests\\Unit\\ScalesTest > it weighs
          Failed asserting that 7 is identical to 8.

          at tests/Unit/ScalesTest.php:12
             11▕ it('weighs', function () {
          ➜  12▕     expect(weigh())->toBe(8);
        """,
        "",
        "Failed asserting that 7 is identical to 8.",
        [("tests/Unit/ScalesTest.php", 12)],
    ),
    "Monolog, a namespace": (
        r"""
        [2026-03-01 12:00:00] E: {"exception":"[object] (Lab\\Heavy\\TooHeavy(code: 0): light at /lab/src/Scales.php:21)
        [stacktrace]
        #0 /srv/lab/src/Shelf.php(8): Lab\\Scales->weigh(7)
        #1 {main}
        "}
        """,
        r"Lab\Heavy\TooHeavy",
        "light",
        [("src/Scales.php", 21), ("src/Shelf.php", 8)],
    ),
}
