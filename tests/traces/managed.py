"""Traces of Java and its kin, and of .NET."""

from tests.traces import Sample

JAVA: dict[str, Sample] = {
    "a cause right below what has no calls": (
        """
        io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: lab/127.0.0.1
        Caused by: java.net.ConnectException: Connection refused
        \tat com.lab.Scales.weigh(Scales.java:21)
        """,
        "java.net.ConnectException",
        "Connection refused",
        [("com/lab/Scales.java", 21)],
    ),
    "copied from a debugger": (
        """
        java.lang.IllegalStateException: no shelf
        weigh:21, Scales (com.lab)
        lambda$run$0:7, RunnerKt (com.lab)
        """,
        "java.lang.IllegalStateException",
        "no shelf",
        [("com/lab/Scales.java", 21), ("com/lab/Runner.kt", 7)],
    ),
    "a test in Kotlin with words for a name": (
        """
        org.opentest4j.AssertionFailedError: expected: <4> but was: <3>
        \tat lab.ScalesTest.weighs flour, sugar and salt(ScalesTest.kt:31)
        \tat lab.ScalesTest$Inner class.is empty, once (or twice)(ScalesTest.kt:40)
        \tat java.base/java.util.ArrayList.forEach(ArrayList.java:1511)
        """,
        "org.opentest4j.AssertionFailedError",
        "expected: <4> but was: <3>",
        [("ScalesTest.kt", 31), ("ScalesTest.kt", 40), ("java/util/ArrayList.java", 1511)],
    ),
    "Maven": (
        """
        [ERROR] lab.ScalesTest.weighs -- Time elapsed: 0.01 s <<< ERROR!
        [ERROR] java.lang.IllegalStateException: locked
        [ERROR]     at lab.Scales.weigh (Scales.java:21)
        [ERROR]     at lab.Scales$Shelf.<init> (Scales.java:9)
        """,
        "java.lang.IllegalStateException",
        "locked",
        [("lab/Scales.java", 21), ("lab/Scales.java", 9)],
    ),
    "Gradle": (
        """
        ScalesTest > weighs() FAILED
            java.lang.IllegalStateException at ScalesTest.java:31
                Caused by: java.io.IOException at Scales.java:21
        """,
        "java.io.IOException",
        "",
        [("Scales.java", 21)],
    ),
    "a circle": (
        """
        lab.Outer: outer
        \tat lab.A.run(A.java:3)
        \tat lab.Main.main(Main.java:9)
        Caused by: lab.Inner: inner
        \tat lab.B.run(B.java:7)
        \t... 1 more
        Caused by: [CIRCULAR REFERENCE: lab.Outer: outer]
        """,
        "lab.Inner",
        "inner",
        [("lab/B.java", 7), ("lab/Main.java", 9)],
    ),
    "a last cause without calls": (
        """
        lab.Outer: outer
        \tat lab.A.run(A.java:3)
        Caused by: lab.Inner: the socket is closed
        """,
        "lab.Inner",
        "the socket is closed",
        [("lab/A.java", 3)],
    ),
    "suppressed ones with causes": (
        """
        lab.Outer: outer
        \tat lab.A.run(A.java:3)
        \tat lab.Main.main(Main.java:9)
        \tSuppressed: java.io.IOException: while closing
        \t\tat lab.R.close(R.java:4)
        \t\t... 1 more
        \tCaused by: java.io.EOFException
        \t\tat lab.R.flush(R.java:11)
        \t\t... 2 more
        """,
        "lab.Outer",
        "outer",
        [("lab/A.java", 3), ("lab/Main.java", 9)],
    ),
    "logback with the root first": (
        """
        lab.Inner: inner
        \tat lab.B.run(B.java:7) ~[lab.jar:1.2]
        \t... 1 common frames omitted
        Wrapped by: lab.Outer: outer
        \tat lab.A.run(A.java:3) ~[lab.jar:1.2]
        \tat lab.Main.main(Main.java:9) [lab.jar:na]
        """,
        "lab.Inner",
        "inner",
        [("lab/B.java", 7)],
    ),
    "logcat with threads": (
        """
        03-01 12:00:00.123  2345  2377 E AndroidRuntime: FATAL EXCEPTION: main
        03-01 12:00:00.123  2345  2377 E AndroidRuntime: Process: lab.app, PID: 2345
        03-01 12:00:00.123  2345  2377 E AndroidRuntime: java.lang.IllegalStateException: locked
        03-01 12:00:00.123  2345  2377 E AndroidRuntime: \tat lab.Scales.weigh(Scales.kt:21)
        03-01 12:00:00.123  2345  2377 E AndroidRuntime: Caused by: java.io.IOException: gone
        03-01 12:00:00.123  2345  2377 E AndroidRuntime: \tat lab.Door.open(Door.kt:4)
        """,
        "java.io.IOException",
        "gone",
        [("lab/Door.kt", 4)],
    ),
    "logcat, brief": (
        """
        E/AndroidRuntime( 2345): java.lang.IllegalStateException: locked
        E/AndroidRuntime( 2345): \tat lab.Scales.weigh(Scales.kt:21)
        """,
        "java.lang.IllegalStateException",
        "locked",
        [("lab/Scales.kt", 21)],
    ),
    "logcat, long": (
        """
        [ 03-01 12:00:00.123  2345: 2377 E/AndroidRuntime ]
        java.lang.IllegalStateException: locked

        [ 03-01 12:00:00.123  2345: 2377 E/AndroidRuntime ]
        \tat lab.Scales.weigh(Scales.kt:21)

        [ 03-01 12:00:00.123  2345: 2377 E/AndroidRuntime ]
        \tat lab.Main.main(Main.kt:4)
        """,
        "java.lang.IllegalStateException",
        "locked",
        [("lab/Scales.kt", 21), ("lab/Main.kt", 4)],
    ),
    "Android Studio": (
        """
        2026-03-01 12:00:00.123  2345-2345  AndroidRuntime  lab.app  E  FATAL EXCEPTION: main
        2026-03-01 12:00:00.123  2345-2345  AndroidRuntime  lab.app  E  java.lang.IllegalStateException: locked
        2026-03-01 12:00:00.123  2345-2345  AndroidRuntime  lab.app  E  \tat lab.Scales.weigh(Scales.kt:21)
        """,
        "java.lang.IllegalStateException",
        "locked",
        [("lab/Scales.kt", 21)],
    ),
    "Android Studio, earlier": (
        """
        2026-03-01 12:00:00.123 2345-2345/lab.app E/AndroidRuntime: java.lang.IllegalStateException: locked
            at lab.Scales.weigh(Scales.kt:21)
        """,
        "java.lang.IllegalStateException",
        "locked",
        [("lab/Scales.kt", 21)],
    ),
    "Clojure": (
        """
        Execution error (ArithmeticException) at lab.scales/weigh (scales.clj:21).
        Divide by zero
        \tat clojure.lang.Numbers.divide(Numbers.java:190)
        \tat lab.scales$weigh.invokeStatic(scales.clj:21)
        """,
        "ArithmeticException",
        "Divide by zero",
        [("Numbers.java", 190), ("scales.clj", 21)],
    ),
    "Spring, in a log": (
        """
        2026-03-01T12:00:00.123+01:00 ERROR 1 --- [nio-8080-exec-1] o.a.c.c.C.[.[/]    : Request failed

        java.lang.IllegalStateException: locked
        \tat lab.Scales.weigh(Scales.java:21) ~[!/:na]
        \tat lab.Scales$$SpringCGLIB$$0.weigh(<generated>) ~[!/:na]
        \tat lab.Main.main(Main.java:4) ~[!/:na]
        """,
        "java.lang.IllegalStateException",
        "locked",
        [("lab/Scales.java", 21), ("", 0), ("lab/Main.java", 4)],
    ),
}

DOTNET: dict[str, Sample] = {
    "types before the names of methods": (
        """
        System.InvalidOperationException: no shelf
           at async Task<int> Lab.Scales.WeighAsync(int id, CancellationToken token) in /src/Scales.cs:line 21
           at void Lab.Program.Main(string[] args) in /src/Program.cs:line 7
        """,
        "System.InvalidOperationException",
        "no shelf",
        [("Scales.cs", 21), ("Program.cs", 7)],
    ),
    "compiled ahead of time": (
        """
        Unhandled Exception: System.DivideByZeroException: Attempted to divide by zero.
           at Lab.Scales.Average() + 0x2b
           at Lab.Program.Main(String[] args) + 0x1d
        """,
        "System.DivideByZeroException",
        "Attempted to divide by zero",
        [],
    ),
    "German": (
        """
        Unbehandelte Ausnahme: System.InvalidOperationException: Die Waage ist leer.
           bei Lab.Scales.Weigh(String name) in C:\\src\\Lab\\Scales.cs:Zeile 21.
           bei Lab.Program.Main() in C:\\src\\Lab\\Program.cs:Zeile 4.
        """,
        "System.InvalidOperationException",
        "Die Waage ist leer.",
        [("Scales.cs", 21), ("Program.cs", 4)],
    ),
    "French": (
        """
        System.InvalidOperationException: La balance est vide.
           à Lab.Scales.Weigh(String name) dans C:\\src\\Lab\\Scales.cs:ligne 21
           à Lab.Program.Main() dans C:\\src\\Lab\\Program.cs:ligne 4
        """,
        "System.InvalidOperationException",
        "La balance est vide.",
        [("Scales.cs", 21), ("Program.cs", 4)],
    ),
    "Spanish": (
        """
        System.InvalidOperationException: La balanza está vacía.
           en Lab.Scales.Weigh(String name) en /srv/lab/Scales.cs:línea 21
        """,
        "System.InvalidOperationException",
        "La balanza está vacía.",
        [("Scales.cs", 21)],
    ),
    "Russian": (
        """
        System.InvalidOperationException: Весы пусты.
           в Lab.Scales.Weigh(String name) в C:\\src\\Lab\\Scales.cs:строка 21
           в Lab.Program.Main() в C:\\src\\Lab\\Program.cs:строка 4
        """,
        "System.InvalidOperationException",
        "Весы пусты.",
        [("Scales.cs", 21), ("Program.cs", 4)],
    ),
    "Chinese": (
        """
        System.InvalidOperationException: 秤是空的。
           在 Lab.Scales.Weigh(String name) 在 C:\\src\\Lab\\Scales.cs 中: 第 21 行
           在 Lab.Program.Main() 位置 C:\\src\\Lab\\Program.cs:行号 4
        """,
        "System.InvalidOperationException",
        "秤是空的。",
        [("Scales.cs", 21), ("Program.cs", 4)],
    ),
    "Japanese": (
        """
        System.InvalidOperationException: 秤は空です。
           場所 Lab.Scales.Weigh(String name) 場所 C:\\src\\Lab\\Scales.cs:行 21
        """,
        "System.InvalidOperationException",
        "秤は空です。",
        [("Scales.cs", 21)],
    ),
    "Mono": (
        """
        NullReferenceException: Object reference not set to an instance of an object
          at Lab.Scales.Weigh (System.String name) [0x00012] in /srv/lab/Scales.cs:21
          at Lab.Program.Main () [0x00001] in <7c1d>:0
        """,
        "NullReferenceException",
        "Object reference not set",
        [("Scales.cs", 21), ("", 0)],
    ),
    "Unity": (
        """
        NullReferenceException: Object reference not set to an instance of an object
        Lab.Scales.Weigh (System.String name) (at Assets/Scripts/Scales.cs:21)
        Lab.Program:Update () (at Assets/Scripts/Program.cs:4)
        """,
        "NullReferenceException",
        "Object reference not set",
        [("Assets/Scripts/Scales.cs", 21), ("Assets/Scripts/Program.cs", 4)],
    ),
    "an aggregate": (
        """
        System.AggregateException: One or more errors occurred. (locked)
         ---> System.IO.IOException: locked
           at Lab.Scales.Weigh(String name) in /srv/lab/Scales.cs:line 21
           --- End of inner exception stack trace ---
           at Lab.Program.Main() in /srv/lab/Program.cs:line 4
        """,
        "System.IO.IOException",
        "locked",
        [("Scales.cs", 21), ("Program.cs", 4)],
    ),
    "a test of xUnit": (
        """
          Failed Lab.Tests.ScalesTest.Weighs [12 ms]
          Error Message:
           System.InvalidOperationException : The scales are empty.
          Stack Trace:
             at Lab.Scales.Weigh(String name) in /srv/lab/Scales.cs:line 21
             at Lab.Tests.ScalesTest.Weighs() in /srv/lab/tests/ScalesTest.cs:line 7
        """,
        "System.InvalidOperationException",
        "The scales are empty.",
        [("Scales.cs", 21), ("ScalesTest.cs", 7)],
    ),
    "Clojure's place alone": (
        """
        Execution error (ArithmeticException) at lab.scales/mean (scales.clj:21).
        Divide by zero
        """,
        "ArithmeticException",
        "Divide by zero",
        [("scales.clj", 21)],
    ),
    "a test of .NET, an assertion": (
        """
          Failed Lab.Tests.ScalesTests.Weighs [2 ms]
          Error Message:
           Assert.Equal() Failure: Values differ
        Expected: 8
        Actual:   7
          Stack Trace:
             at Lab.Tests.ScalesTests.Weighs() in /srv/lab/Tests/ScalesTests.cs:line 21
        """,
        "",
        "Assert.Equal() Failure: Values differ",
        [("Tests/ScalesTests.cs", 21)],
    ),
}
