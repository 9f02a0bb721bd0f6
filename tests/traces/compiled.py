"""Traces of Go, Rust, C and C++."""

from tests.traces import Sample

GO: dict[str, Sample] = {
    "testify, with all that tests say": (
        """
        === RUN   TestWeigh
            scales_test.go:21:
                \tError Trace:\t/srv/lab/scales_test.go:21
                \tError:      \tNot equal:
                \t            \texpected: 3
                \t            \tactual  : 2
                \tTest:       \tTestWeigh
        --- FAIL: TestWeigh (0.00s)
        FAIL
        """,
        "FAIL",
        "Not equal:",
        [("scales_test.go", 21)],
    ),
    "zap, what failed beside the message": (
        """
        {"msg":"cannot weigh","error":"no shelf","stack":"main.Weigh\\n\\t/scales.go:21\\nmain.main\\n\\t/main.go:7"}
        """,
        "",
        "cannot weigh: no shelf",
        [("scales.go", 21), ("main.go", 7)],
    ),
    "an error with its stack": (
        """
        open scales.json: no such file or directory
        read the scales
        example.com/lab/store.Read
        \t/srv/lab/store/store.go:21
        main.run
        \t/srv/lab/main.go:14
        main.main
        \t/srv/lab/main.go:8
        """,
        "",
        "open scales.json: no such file or directory\nread the scales",
        [("store/store.go", 21), ("main.go", 14), ("main.go", 8)],
    ),
    "a panic while serving": (
        """
        2026/03/01 12:00:00 http: panic serving 127.0.0.1:5000: runtime error: invalid memory address
        goroutine 34 [running]:
        net/http.(*conn).serve.func1()
        \t/usr/local/go/src/net/http/server.go:1854 +0xbf
        panic({0x6e3b40, 0x8e5ad0})
        \t/usr/local/go/src/runtime/panic.go:890 +0x263
        main.(*Scales).Weigh(0x0, {0xc00001, 0x2})
        \t/srv/lab/scales.go:21 +0x1d
        """,
        "panic",
        "runtime error: invalid memory address",
        [("server.go", 1854), ("panic.go", 890), ("/srv/lab/scales.go", 21)],
    ),
    "a race": (
        """
        ==================
        WARNING: DATA RACE
        Write at 0x00c0000b4010 by goroutine 8:
          main.(*Scales).Add()
              /srv/lab/scales.go:21 +0x44
          main.main.func1()
              /srv/lab/main.go:9 +0x2a

        Previous read at 0x00c0000b4010 by main goroutine:
          main.(*Scales).Total()
              /srv/lab/scales.go:33 +0x3c

        Goroutine 8 (running) created at:
          main.main()
              /srv/lab/main.go:8 +0x7b
        ==================
        """,
        "DATA RACE",
        "write in main.(*Scales).Add, previous read in main.(*Scales).Total",
        [("scales.go", 21), ("main.go", 9), ("scales.go", 33)],
    ),
    "a test": (
        """
        --- FAIL: TestWeigh (0.00s)
            scales_test.go:7: got 3, want 4
        FAIL
        exit status 1
        """,
        "FAIL",
        "got 3, want 4",
        [("scales_test.go", 7)],
    ),
    "testify": (
        """
        --- FAIL: TestWeigh (0.00s)
            scales_test.go:7:
                \tError Trace:\t/srv/lab/scales_test.go:7
                \tError:      \tNot equal:
                \t            \texpected: 4
                \t            \tactual  : 3
                \tTest:       \tTestWeigh
        """,
        "FAIL",
        "Not equal:\nexpected: 4",
        [("scales_test.go", 7)],
    ),
    "a goroutine that nobody stopped": (
        """
        fatal error: concurrent map writes

        goroutine 7 [running]:
        main.weigh[...](...)
        \t/srv/lab/scales.go:21
        created by main.main in goroutine 1
        \t/srv/lab/main.go:4 +0x85
        """,
        "fatal error",
        "concurrent map writes",
        [("scales.go", 21), ("main.go", 4)],
    ),
}

RUST: dict[str, Sample] = {
    "eyre, the place on a line of its own": (
        """
        Error:
           0: cannot open the shelf
           1: No such file or directory (os error 2)

        Location:
           src/scales.rs:21
        """,
        "Error",
        "cannot open the shelf",
        [("src/scales.rs", 21)],
    ),
    "anyhow, without a backtrace": (
        """
        Error: can't weigh

        Caused by:
            0: reading scales.json
            1: No such file or directory (os error 2)
        """,
        "Error",
        "can't weigh\nCaused by:\nreading scales.json\nNo such file",
        [],
    ),
    "anyhow, with a backtrace": (
        """
        Error: can't weigh

        Caused by:
            No such file or directory (os error 2)

        Stack backtrace:
           0: anyhow::error::<impl anyhow::Error>::msg
                     at /home/dev/.cargo/registry/src/anyhow-1.0.75/src/error.rs:79:36
           1: lab::weigh
                     at ./src/scales.rs:21:9
        """,
        "Error",
        "can't weigh",
        [("anyhow-1.0.75/src/error.rs", 79), ("src/scales.rs", 21)],
    ),
    "eyre in colour": (
        """
        The application panicked (crashed).
        Message:  the scales are empty
        Location: src/scales.rs:21
        """,
        "panic",
        "the scales are empty",
        [("src/scales.rs", 21)],
    ),
    "a test": (
        """
        ---- tests::weighs stdout ----

        thread 'tests::weighs' panicked at src/scales.rs:21:9:
        assertion `left == right` failed
          left: 3
         right: 4
        note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
        """,
        "panic",
        "assertion `left == right` failed\nleft: 3\nright: 4",
        [("src/scales.rs", 21)],
    ),
    "a test of earlier years": (
        """
        thread 'tests::weighs' panicked at 'assertion failed: `(left == right)`
          left: `3`,
         right: `4`', src/scales.rs:21:9
        """,
        "panic",
        "assertion failed: `(left == right)`",
        [("src/scales.rs", 21)],
    ),
}

NATIVE: dict[str, Sample] = {
    "ThreadSanitizer": (
        """
        WARNING: ThreadSanitizer: data race (pid=4711)
          Write of size 4 at 0x7b04 by thread T1:
            #0 Scales::add(int) /srv/lab/scales.cc:21:8 (lab+0xd1a2)
            #1 main::$_0::operator()() const /srv/lab/main.cc:9:3 (lab+0xd1a9)

          Previous read of size 4 at 0x7b04 by main thread:
            #0 Scales::total() /srv/lab/scales.cc:33:8 (lab+0xd1a2)
        """,
        "ThreadSanitizer",
        "data race",
        [("scales.cc", 21), ("main.cc", 9)],
    ),
    "Valgrind": (
        """
        ==4711== Invalid read of size 4
        ==4711==    at 0x10915E: weigh (scales.c:21)
        ==4711==    by 0x1091A2: main (main.c:4)
        ==4711==  Address 0x0 is not stack'd, malloc'd or (recently) free'd
        """,
        "Valgrind",
        "Invalid read of size 4",
        [("scales.c", 21), ("main.c", 4)],
    ),
    "lldb": (
        """
        * thread #1, queue = 'com.apple.main-thread', stop reason = EXC_BAD_ACCESS (code=1, address=0x0)
          * frame #0: 0x0000000100003f2c lab`weigh(shelf=0x0) at scales.c:21:18
            frame #1: 0x0000000100003f60 lab`main at main.c:4:3 [opt]
            frame #2: 0x00000001a2b3c4d5 dyld`start + 2360
        """,
        "EXC_BAD_ACCESS",
        "code=1",
        [("scales.c", 21), ("main.c", 4)],
    ),
    "Boost": (
        """
        terminate called after throwing an instance of 'std::runtime_error'
          what():  locked
         0# lab::weigh(int) at /srv/lab/scales.cpp:21
         1# main at /srv/lab/main.cpp:4
         2# __libc_start_main in /lib/x86_64-linux-gnu/libc.so.6
        """,
        "std::runtime_error",
        "locked",
        [("scales.cpp", 21), ("main.cpp", 4)],
    ),
    "GoogleTest": (
        """
        [ RUN      ] Scales.Weighs
        /srv/lab/scales_test.cc:7: Failure
        Expected equality of these values:
          weigh()
            Which is: 3
          4
        [  FAILED  ] Scales.Weighs (0 ms)
        """,
        "Failure",
        "Expected equality of these values:",
        [("scales_test.cc", 7)],
    ),
}
