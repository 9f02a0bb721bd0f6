"""Traces of languages that a grammar tells."""

from tests.traces import Sample

OTHERS: dict[str, Sample] = {
    "ExUnit, a comparison": (
        """
          1) test weighs (Lab.ScalesTest)
             test/lab/scales_test.exs:20
             Assertion with == failed
             code:  assert Scales.weigh(1) == 3
             left:  2
             right: 3
             stacktrace:
               test/lab/scales_test.exs:21: (test)
        """,
        "Assertion",
        "Assertion with == failed",
        [("test/lab/scales_test.exs", 21)],
    ),
    "Elixir, a file that doesn't compile": (
        """
        == Compilation error in file lib/lab/scales.ex ==
        ** (CompileError) lib/lab/scales.ex:21: undefined function wiegh/1
            (elixir 1.14.0) lib/kernel/parallel_compiler.ex:346: anonymous fn/5 in Kernel.ParallelCompiler.spawn/7
        """,
        "CompileError",
        "undefined function wiegh/1",
        [("lib/lab/scales.ex", 21)],
    ),
    "an error report of Erlang": (
        """
        =ERROR REPORT==== 1-Mar-2026::12:00:00.123456 ===
        Error in process <0.88.0> with exit value:
        {badarith,[{lab_scales,weigh,1,[{file,"src/lab_scales.erl"},{line,21}]},
                   {lab,run,0,[{file,"src/lab.erl"},{line,7}]}]}
        """,
        "badarith",
        "badarith",
        [("src/lab_scales.erl", 21), ("src/lab.erl", 7)],
    ),
    "a shell's script without an ending": (
        """
        /usr/local/bin/weigh: line 21: SHELF: unbound variable
        """,
        "shell",
        "SHELF: unbound variable",
        [("bin/weigh", 21)],
    ),
    "Elixir": (
        """
        ** (KeyError) key :grams not found in: %{}
            (lab 0.1.0) lib/lab/scales.ex:21: Lab.Scales.weigh/1
            (elixir 1.16.0) lib/enum.ex:1700: Enum."-map/2-lists^map/1-1-"/2
            lib/lab.ex:4: Lab.run/0
        """,
        "KeyError",
        "key :grams not found",
        [("lib/lab/scales.ex", 21), ("lib/enum.ex", 1700), ("lib/lab.ex", 4)],
    ),
    "ExUnit": (
        """
          1) test weighs (Lab.ScalesTest)
             test/lab/scales_test.exs:5
             ** (ArithmeticError) bad argument in arithmetic expression
             code: assert Scales.weigh(nil) == 4
             stacktrace:
               (lab 0.1.0) lib/lab/scales.ex:21: Lab.Scales.weigh/1
               test/lab/scales_test.exs:7: (test)
        """,
        "ArithmeticError",
        "bad argument in arithmetic expression",
        [("lib/lab/scales.ex", 21), ("test/lab/scales_test.exs", 7)],
    ),
    "a GenServer": (
        """
        12:00:00.123 [error] GenServer Lab.Scales terminating
        ** (KeyError) key :grams not found in: %{}
            (lab 0.1.0) lib/lab/scales.ex:21: Lab.Scales.handle_call/3
            (stdlib 5.0) gen_server.erl:1113: :gen_server.try_handle_call/4
        Last message (from #PID<0.1.0>): :weigh
        """,
        "KeyError",
        "key :grams not found",
        [("lib/lab/scales.ex", 21), ("gen_server.erl", 1113)],
    ),
    "Dart": (
        """
        Unhandled exception:
        Null check operator used on a null value
        #0      Scales.weigh (package:lab/scales.dart:21:18)
        #1      main (file:///srv/lab/bin/main.dart:4:3)
        #2      _startIsolate.<anonymous closure> (dart:isolate-patch/isolate_patch.dart:300:19)
        """,
        "Exception",
        "Null check operator used on a null value",
        [("package:lab/scales.dart", 21), ("bin/main.dart", 4)],
    ),
    "Flutter on a telephone": (
        """
        E/flutter ( 2345): [ERROR:flutter/x.cc(41)] Unhandled Exception: FormatException: no grams
        E/flutter ( 2345): #0      Scales.weigh (package:lab/scales.dart:21:18)
        E/flutter ( 2345): <asynchronous suspension>
        E/flutter ( 2345): #1      main (package:lab/main.dart:4:3)
        """,
        "FormatException",
        "no grams",
        [("package:lab/scales.dart", 21), ("package:lab/main.dart", 4)],
    ),
    "Flutter's own report": (
        """
        ══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞═══════════════════════════
        The following _TypeError was thrown building Scales(dirty):
        Null check operator used on a null value

        When the exception was thrown, this was the stack:
        #0      Scales.build (package:lab/scales.dart:21:18)
        #1      StatelessElement.build (package:flutter/src/widgets/framework.dart:5550:49)
        """,
        "_TypeError",
        "Null check operator used on a null value",
        [("package:lab/scales.dart", 21)],
    ),
    "a test of Dart": (
        """
        00:01 +0 -1: weighs [E]
          FormatException: no grams
          package:lab/scales.dart 21:18  Scales.weigh
          test/scales_test.dart 7:5      main.<fn>
        """,
        "FormatException",
        "no grams",
        [("package:lab/scales.dart", 21), ("test/scales_test.dart", 7)],
    ),
    "Swift": (
        "Lab/Scales.swift:21: Fatal error: Index out of range\n",
        "Fatal error",
        "Index out of range",
        [("Lab/Scales.swift", 21)],
    ),
    "Swift, earlier": (
        "Fatal error: Unexpectedly found nil: file Lab/Scales.swift, line 21\n",
        "Fatal error",
        "Unexpectedly found nil",
        [("Lab/Scales.swift", 21)],
    ),
    "Swift with a backtrace": (
        """
        *** Program crashed: Illegal instruction at 0x0000aaaad1f2 ***

        Thread 0 "lab" crashed:

        0 0x0000aaaad1f2 weigh(_:) + 24 in lab at /srv/lab/Sources/lab/Scales.swift:21:9

            19│ func weigh(_ shelf: Shelf?) {

        1 [ra] 0x0000aaaad1f9 main + 12 in lab at /srv/lab/Sources/lab/main.swift:4:1
        """,
        "Fatal error",
        "Illegal instruction",
        [("Scales.swift", 21), ("main.swift", 4)],
    ),
    "XCTest": (
        '/srv/lab/Tests/ScalesTests.swift:7: error: ScalesTests.testWeighs : XCTAssertEqual failed: ("3") vs ("4")\n',
        "XCTAssertEqual",
        'failed: ("3") vs ("4")',
        [("ScalesTests.swift", 7)],
    ),
    "PowerShell": (
        """
        Get-Content: /srv/lab/scales.ps1:21
        Line |
          21 |  Get-Content scales.json
             |  ~~~~~~~~~~~~~~~~~~~~~~~
             | Cannot find path '/srv/lab/scales.json' because it does not exist.
        """,
        "ErrorRecord",
        "Cannot find path",
        [("scales.ps1", 21)],
    ),
    "PowerShell of Windows": (
        """
        Get-Content : Cannot find path 'C:\\lab\\scales.json' because it does not exist.
        At C:\\lab\\scales.ps1:21 char:5
        +     Get-Content scales.json
        +     ~~~~~~~~~~~~~~~~~~~~~~~
            + CategoryInfo          : ObjectNotFound: (C:\\lab\\scales.json:String) [Get-Content], ItemNotFoundException
            + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand
        """,
        "PathNotFound",
        "Cannot find path",
        [("scales.ps1", 21)],
    ),
    "Perl": (
        """
        Can't locate object method "grams" via package "Shelf" at lib/Scales.pm line 21.
        \tScales::weigh(HASH(0x55d0)) called at bin/lab.pl line 5
        \tmain::run() called at bin/lab.pl line 9
        """,
        "die",
        'Can\'t locate object method "grams" via package "Shelf"',
        [("lib/Scales.pm", 21), ("bin/lab.pl", 5), ("bin/lab.pl", 9)],
    ),
    "Lua": (
        """
        lua: scales.lua:21: attempt to index a nil value (field 'grams')
        stack traceback:
        \t[C]: in ?
        \tscales.lua:21: in function 'weigh'
        \tmain.lua:4: in main chunk
        """,
        "error",
        "attempt to index a nil value",
        [("scales.lua", 21), ("main.lua", 4)],
    ),
    "R": (
        """
        Error in `weigh()`:
        ! no grams
        Backtrace:
            ▆
         1. ├─global run()
         2. └─lab::weigh(shelf) at lab/R/scales.R:21:3
        """,
        "Error",
        "no grams",
        [("lab/R/scales.R", 21)],
    ),
    "Haskell": (
        """
        lab: no grams
        CallStack (from HasCallStack):
          error, called at src/Scales.hs:21:5 in lab-0.1.0:Scales
          weigh, called at app/Main.hs:4:3 in main:Main
        """,
        "error",
        "no grams",
        [("src/Scales.hs", 21), ("app/Main.hs", 4)],
    ),
    "Julia": (
        """
        ERROR: LoadError: BoundsError: attempt to access 3-element Vector{Int64} at index [4]
        Stacktrace:
         [1] getindex
           @ ./array.jl:801 [inlined]
         [2] weigh(shelf::Vector{Int64})
           @ Main.Lab /srv/lab/src/scales.jl:21
         [3] top-level scope
           @ main.jl:4
        """,
        "BoundsError",
        "attempt to access 3-element",
        [("array.jl", 801), ("src/scales.jl", 21), ("main.jl", 4)],
    ),
    "OCaml": (
        """
        Fatal error: exception Failure("no grams")
        Raised at Stdlib.failwith in file "stdlib.ml", line 29, characters 17-33
        Called from Lab__Scales.weigh in file "lib/scales.ml", line 21, characters 4-18
        """,
        "Failure",
        "no grams",
        [("stdlib.ml", 29), ("lib/scales.ml", 21)],
    ),
    "Nim": (
        """
        Traceback (most recent call last)
        /srv/lab/main.nim(4) main
        /srv/lab/scales.nim(21) weigh
        Error: unhandled exception: key not found: grams [KeyError]
        """,
        "KeyError",
        "key not found: grams",
        [("scales.nim", 21), ("main.nim", 4)],
    ),
    "Crystal": (
        """
        Unhandled exception: Missing hash key: "grams" (KeyError)
          from src/scales.cr:21:5 in 'weigh'
          from src/main.cr:4:1 in '__crystal_main'
        """,
        "KeyError",
        "Missing hash key",
        [("src/scales.cr", 21), ("src/main.cr", 4)],
    ),
    "Zig": (
        """
        thread 4711 panic: index out of bounds: index 4, len 3
        /srv/lab/src/scales.zig:21:18: 0x1034c1a in weigh (lab)
            return shelf[4];
                         ^
        /srv/lab/src/main.zig:4:5: 0x1034b2b in main (lab)
        """,
        "panic",
        "index out of bounds",
        [("scales.zig", 21), ("main.zig", 4)],
    ),
    "a shell": (
        "./scripts/weigh.sh: line 21: grams: command not found\n",
        "shell",
        "grams: command not found",
        [("scripts/weigh.sh", 21)],
    ),
    "Godot": (
        """
        SCRIPT ERROR: Invalid access to property or key 'grams' on a base object of type 'Nil'.
           at: weigh (res://scripts/scales.gd:21)
        """,
        "SCRIPT ERROR",
        "Invalid access to property",
        [("scripts/scales.gd", 21)],
    ),
    "a crash report of Erlang": (
        """
        =CRASH REPORT==== 1-Mar-2026::12:00:00.123456 ===
          crasher:
            initial call: lab_scales:init/1
            exception error: bad argument
              in function  lab_scales:weigh/2 (/srv/lab/src/lab_scales.erl, line 21)
              in call from gen_server:try_handle_call/4 (gen_server.erl, line 1131)
        """,
        "exception error",
        "bad argument",
        [("src/lab_scales.erl", 21)],
    ),
    "Dart, a kind of an error": (
        """
        Unhandled exception:
        RangeError (length): Invalid value: Not in inclusive range 0..2: 7
        #0      weigh (package:lab/scales.dart:21:9)
        """,
        "RangeError",
        "Not in inclusive range",
        [("package:lab/scales.dart", 21)],
    ),
    "Julia, an error with its value": (
        """
        ERROR: LoadError: DomainError with -7.0:
        sqrt needs a positive number
        Stacktrace:
         [1] weigh(n::Int64)
           @ Main /srv/lab/src/scales.jl:21
        """,
        "DomainError",
        "sqrt needs a positive number",
        [("src/scales.jl", 21)],
    ),
    "Swift, frames of a crash with their places": (
        """
        Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range
        Current stack trace:
        0    libswiftCore.so        0x00007f20a1b2 _swift_stdlib_reportFatalErrorInFile + 109
        1    lab                    0x000055d0c3e4 weigh(_:) + 55 at /srv/lab/Sources/lab/scales.swift:21:13
        """,
        "Fatal error",
        "Index out of range",
        [("ContiguousArrayBuffer.swift", 600), ("scales.swift", 21)],
    ),
    "R, an error of an expression": (
        """
        Error in x[[5]] : subscript out of bounds
        Calls: weigh -> measure
        Execution halted
        """,
        "Error",
        "subscript out of bounds",
        [],
    ),
}
