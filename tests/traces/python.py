"""Traces of Python's tools."""

from tests.traces import Sample

PYTHON: dict[str, Sample] = {
    "what was raised above the traceback": (
        """
        [ERROR] KeyError: 'grams'
        Traceback (most recent call last):
          File "/var/task/scales.py", line 21, in weigh
            return rows["grams"]
        """,
        "KeyError",
        "'grams'",
        [("task/scales.py", 21)],
    ),
    "pytest's long form, its last line alone": (
        """
        tests/test_scales.py:21: AssertionError
        ---------------------------------- Hypothesis ----------------------------------
        Falsifying example: test_weigh(
            grams=0,
        )
        """,
        "AssertionError",
        "",
        [("tests/test_scales.py", 21)],
    ),
    "a notebook, with cells and files": (
        """
        ---------------------------------------------------------------------------
        ZeroDivisionError                         Traceback (most recent call last)
        Cell In[12], line 4
              1 shelf = load()
        ----> 4 mean(shelf)

        File /srv/lab/stats.py:9, in mean(values, weights)
              7 def mean(values, weights=None):
        ----> 9     return sum(values) / len(values)

        ZeroDivisionError: division by zero
        """,
        "ZeroDivisionError",
        "division by zero",
        [("stats.py", 9), ("Cell In[12]", 4)],
    ),
    "a notebook of earlier years": (
        """
        ---------------------------------------------------------------------------
        KeyError                                  Traceback (most recent call last)
        <ipython-input-3-9c1f> in <module>
              1 shelf = {}
        ----> 2 weigh(shelf)

        ~/lab/scales.py in weigh(shelf)
             20 def weigh(shelf):
        ---> 21     return shelf["grams"]
             22

        KeyError: 'grams'
        """,
        "KeyError",
        "'grams'",
        [("lab/scales.py", 21), ("<ipython-input-3-9c1f>", 2)],
    ),
    "a notebook that says where in the cell it is": (
        """
        Input In [5], in <cell line: 2>()
              1 import lab
        ----> 2 lab.weigh(None)

        File /srv/lab/scales.py:8, in weigh(shelf)
              7 def weigh(shelf):
        ----> 8     return shelf.grams

        AttributeError: 'NoneType' object has no attribute 'grams'
        """,
        "AttributeError",
        "no attribute 'grams'",
        [("scales.py", 8), ("Input In [5]", 2)],
    ),
    "a notebook, one raised from another": (
        """
        ValueError                                Traceback (most recent call last)
        File /srv/lab/scales.py:3, in read(text)
              2 try:
        ----> 3     return int(text)

        ValueError: invalid literal for int() with base 10: 'heavy'

        The above exception was the direct cause of the following exception:

        LookupError                               Traceback (most recent call last)
        Cell In[2], line 1
        ----> 1 read("heavy")

        File /srv/lab/scales.py:5, in read(text)
              4 except ValueError as error:
        ----> 5     raise LookupError("no weight") from error

        LookupError: no weight
        """,
        "LookupError",
        "no weight",
        [("scales.py", 5), ("Cell In[2]", 1)],
    ),
    "pytest's long form": (
        """
        =================================== FAILURES ===================================
        __________________________________ test_weigh __________________________________

            def test_weigh():
        >       assert weigh({}) == 3

        tests/test_scales.py:7:
        _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

        shelf = {}

            def weigh(shelf):
        >       return shelf["grams"]
        E       KeyError: 'grams'

        lab/scales.py:21: KeyError
        =========================== short test summary info ============================
        FAILED tests/test_scales.py::test_weigh - KeyError: 'grams'
        """,
        "KeyError",
        "'grams'",
        [("lab/scales.py", 21), ("tests/test_scales.py", 7)],
    ),
    "pytest's long form, a comparison": (
        """
        __________________________________ test_weigh __________________________________

            def test_weigh():
        >       assert weigh(3) == 4
        E       assert 3 == 4
        E        +  where 3 = weigh(3)

        tests/test_scales.py:7: AssertionError
        """,
        "AssertionError",
        "assert 3 == 4",
        [("tests/test_scales.py", 7)],
    ),
    "pytest's short form, a comparison": (
        """
        __________________________________ test_weigh __________________________________
        tests/test_scales.py:7: in test_weigh
            assert weigh(3) == 4
        E   assert 3 == 4
        E    +  where 3 = weigh(3)
        """,
        "AssertionError",
        "assert 3 == 4",
        [("tests/test_scales.py", 7)],
    ),
    "pytest, two failures: the first": (
        """
        __________________________________ test_one ____________________________________
        tests/test_scales.py:7: in test_one
            weigh({})
        lab/scales.py:21: in weigh
            return shelf["grams"]
        E   KeyError: 'grams'
        __________________________________ test_two ____________________________________
        tests/test_scales.py:12: in test_two
            weigh(None)
        E   TypeError: nothing to weigh
        """,
        "KeyError",
        "'grams'",
        [("lab/scales.py", 21), ("tests/test_scales.py", 7)],
    ),
    "pytest, a module that doesn't import": (
        """
        ____________________ ERROR collecting tests/test_scales.py _____________________
        ImportError while importing test module '/srv/lab/tests/test_scales.py'.
        Hint: make sure your test modules/packages have valid Python names.
        Traceback:
        tests/test_scales.py:1: in <module>
            from lab import nothing
        E   ImportError: cannot import name 'nothing' from 'lab'
        """,
        "ImportError",
        "cannot import name 'nothing'",
        [("tests/test_scales.py", 1)],
    ),
    "pytest, a file that doesn't parse": (
        """
        tests/test_scales.py:1: in <module>
            import lab.scales
        E     File "/srv/lab/scales.py", line 7
        E       def weigh(:
        E                 ^
        E   SyntaxError: invalid syntax
        """,
        "SyntaxError",
        "invalid syntax",
        [("/srv/lab/scales.py", 7), ("tests/test_scales.py", 1)],
    ),
    "pytest, one line each": (
        "/srv/lab/tests/test_scales.py:7: KeyError: 'grams'\n",
        "KeyError",
        "'grams'",
        [("tests/test_scales.py", 7)],
    ),
    "a log with the type above the calls": (
        """
        lab.errors.NoScales: the cupboard is locked
          File "lab/main.py", line 40, in run
            weigh(shelf)
          File "lab/scales.py", line 21, in weigh
            raise NoScalesError("the cupboard is locked")
        """.replace("NoScales:", "NoScalesError:"),
        "lab.errors.NoScalesError",
        "the cupboard is locked",
        [("lab/scales.py", 21), ("lab/main.py", 40)],
    ),
    "a group inside a group": (
        """
          + Exception Group Traceback (most recent call last):
          |   File "/srv/lab/main.py", line 8, in <module>
          |     asyncio.run(weigh_all())
          | ExceptionGroup: outer (2 sub-exceptions)
          +-+---------------- 1 ----------------
            | Exception Group Traceback (most recent call last):
            |   File "/srv/lab/rooms.py", line 3, in room
            | ExceptionGroup: inner (1 sub-exception)
            +-+---------------- 1 ----------------
              | Traceback (most recent call last):
              |   File "/srv/lab/scales.py", line 21, in weigh
              |     return shelf["grams"]
              | KeyError: 'grams'
              +------------------------------------
            +---------------- 2 ----------------
            | Traceback (most recent call last):
            |   File "/srv/lab/doors.py", line 4, in open
            | PermissionError: locked
            +------------------------------------
        """,
        "ExceptionGroup",
        "outer (2 sub-exceptions): ExceptionGroup: inner (1 sub-exception): KeyError: 'grams'; PermissionError: locked",
        [("scales.py", 21), ("rooms.py", 3), ("main.py", 8)],
    ),
    "a group that caused a plain exception": (
        """
          + Exception Group Traceback (most recent call last):
          |   File "/srv/lab/rooms.py", line 3, in room
          | ExceptionGroup: rooms (1 sub-exception)
          +-+---------------- 1 ----------------
            | OSError: locked
            +------------------------------------

        The above exception was the direct cause of the following exception:

        Traceback (most recent call last):
          File "/srv/lab/main.py", line 9, in <module>
            raise RuntimeError("closed") from group
        RuntimeError: closed
        """,
        "RuntimeError",
        "closed",
        [("main.py", 9)],
    ),
    "Celery, and the next record of the log": (
        """
        [2026-03-01 12:00:00,123: ERROR/ForkPoolWorker-1] Task lab.weigh[0b1c6d52] raised unexpected: KeyError('grams')
        Traceback (most recent call last):
          File "/usr/lib/python3/dist-packages/celery/app/trace.py", line 451, in trace_task
            R = retval = fun(*args, **kwargs)
          File "/srv/lab/scales.py", line 21, in weigh
            return shelf["grams"]
                   ~~~~~^^^^^^^^^
        KeyError: 'grams'
        [2026-03-01 12:00:01,000: INFO/MainProcess] Task lab.tare[1c6d520b] received
        """,
        "KeyError",
        "'grams'",
        [("scales.py", 21), ("celery/app/trace.py", 451)],
    ),
    "Rich": (
        """
        ╭─────────────────── Traceback (most recent call last) ────────────────────╮
        │ /srv/lab/main.py:40 in <module>                                          │
        │                                                                          │
        │   39 │                                                                   │
        │ ❱ 40 │   weigh(shelf)                                                    │
        │                                                                          │
        │ /srv/lab/scales.py:21 in weigh                                           │
        │                                                                          │
        │ ❱ 21 │   raise ValueError("too heavy")                                   │
        ╰──────────────────────────────────────────────────────────────────────────╯
        ValueError: too heavy
        """,
        "ValueError",
        "too heavy",
        [("scales.py", 21), ("main.py", 40)],
    ),
    "Loguru": (
        """
        2026-03-01 12:00:00.123 | ERROR    | __main__:<module>:40 - broken
        Traceback (most recent call last):

        > File "/srv/lab/main.py", line 40, in <module>
            weigh(shelf)
            │     └ {}
            └ <function weigh at 0x7f00>

          File "/srv/lab/scales.py", line 21, in weigh
            return shelf["grams"]
                   └ {}

        KeyError: 'grams'
        """,
        "KeyError",
        "'grams'",
        [("scales.py", 21), ("main.py", 40)],
    ),
    "doctest": (
        """
        **********************************************************************
        File "/srv/lab/scales.py", line 12, in lab.scales.weigh
        Failed example:
            weigh({})
        Exception raised:
            Traceback (most recent call last):
              File "/usr/lib/python3.12/doctest.py", line 1361, in __run
                exec(compile(example.source, filename, "single",
              File "<doctest lab.scales.weigh[0]>", line 1, in <module>
                weigh({})
              File "/srv/lab/scales.py", line 21, in weigh
                return shelf["grams"]
            KeyError: 'grams'
        """,
        "KeyError",
        "'grams'",
        [("scales.py", 21), ("<doctest lab.scales.weigh[0]>", 1)],
    ),
    "a crash of the interpreter": (
        """
        Fatal Python error: Segmentation fault

        Current thread 0x00007f2c (most recent call first):
          File "/srv/lab/scales.py", line 21 in weigh
          File "/srv/lab/main.py", line 40 in <module>
        """,
        "Fatal Python error",
        "Segmentation fault",
        [("scales.py", 21), ("main.py", 40)],
    ),
    "a worker process": (
        '''
        multiprocessing.pool.RemoteTraceback:
        """
        Traceback (most recent call last):
          File "/srv/lab/scales.py", line 21, in weigh
            return shelf["grams"]
        KeyError: 'grams'
        """

        The above exception was the direct cause of the following exception:

        Traceback (most recent call last):
          File "/srv/lab/main.py", line 40, in <module>
            pool.map(weigh, shelves)
        KeyError: 'grams'
        ''',
        "KeyError",
        "'grams'",
        [("main.py", 40)],
    ),
    "Django's page, one raised while another was handled": (
        """
        Traceback (most recent call last):
          File "/srv/lab/views.py", line 21, in scales
            return shelf["grams"]
        KeyError: 'grams'

        During handling of the above exception ('grams'), another exception occurred:
          File "/srv/lab/views.py", line 23, in scales
            raise Http404("no scales")

        Exception Type: Http404 at /scales/
        Exception Value: no scales
        """,
        "Http404",
        "no scales",
        [("lab/views.py", 23)],
    ),
    "Django's page": (
        """
        Environment:

        Request Method: GET

        Traceback (most recent call last):
          File "/venv/lib/python3.12/site-packages/django/core/handlers/exception.py", line 55, in inner
            response = get_response(request)
          File "/srv/lab/views.py", line 21, in scales
            return shelf["grams"]

        Exception Type: KeyError at /scales/
        Exception Value: 'grams'
        """,
        "KeyError",
        "'grams'",
        [("lab/views.py", 21), ("exception.py", 55)],
    ),
    "pytest, a line each, of an assertion": (
        """
        =================================== FAILURES ===================================
        /srv/lab/tests/test_stats.py:14: assert 7 == 8
        =========================== short test summary info ============================
        FAILED tests/test_stats.py::test_mean - assert 7 == 8
        """,
        "AssertionError",
        "assert 7 == 8",
        [("tests/test_stats.py", 14)],
    ),
}
