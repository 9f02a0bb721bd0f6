"""Traces as tools print them, bare, behind any prefix and inside what carries them."""

import html
import json
import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces import Sample, compiled, javascript, managed, others, python, scripts
from whence.readers.places import Places
from whence.readers.traces import parse, signature
from whence.values.memory import Frame

LANGUAGES = {
    "python": python.PYTHON,
    "javascript": javascript.JAVASCRIPT,
    "ruby": scripts.RUBY,
    "php": scripts.PHP,
    "java": managed.JAVA,
    ".net": managed.DOTNET,
    "go": compiled.GO,
    "rust": compiled.RUST,
    "native": compiled.NATIVE,
    "others": others.OTHERS,
}
SAMPLES = {f"{language}: {name}": each for language, samples in LANGUAGES.items() for name, each in samples.items()}


def check(text: str, sample: Sample) -> None:
    _, kind, said, calls = sample
    trace = parse(text)
    told = [(each.file, each.line) for each in trace.frames]
    assert trace.error_type == kind
    assert said in trace.message
    assert len(told) >= len(calls), told
    for (file, line), (end, expected) in zip(told, calls, strict=False):
        assert (file.endswith(end), line) == (True, expected), told


@pytest.mark.parametrize("name", SAMPLES)
def test_a_tool_s_trace_is_read(name: str) -> None:
    check(dedent(SAMPLES[name][0]).strip("\n"), SAMPLES[name])


# ---------------------------------------------------------------- prefixes by every language

Dress = Callable[[int, str], str]
"""What a log makes of a line, by its number."""

NAMES = st.from_regex(r"[a-z][a-z0-9-]{1,8}", fullmatch=True)
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001 - hypothesis wants naive bounds
TIMES = st.sampled_from(
    [
        "%Y-%m-%dT%H:%M:%S.%fZ",
        "%Y-%m-%d %H:%M:%S,123",
        "[%Y-%m-%d %H:%M:%S]",
        "%H:%M:%S",
        "[%H:%M:%S.123]",
        "%d/%b/%Y:%H:%M:%S +0100",
    ]
)


def put_before(prefix: str) -> Dress:
    return lambda _, line: f"{prefix}{line}"


DRESSES: dict[str, st.SearchStrategy[Dress]] = {
    "a moment": st.builds(lambda at, form: put_before(f"{at.strftime(form)} "), MOMENTS, TIMES),
    "moments that pass": MOMENTS.map(lambda at: lambda n, line: f"{at:%Y-%m-%dT%H:%M}:{n % 60:02d}Z {line}"),
    "a container": NAMES.map(lambda name: put_before(f"{name}-1  | ")),
    "a container and a moment": st.builds(lambda n, at: put_before(f"{n} | {at:%Y-%m-%dT%H:%M:%S}Z "), NAMES, MOMENTS),
    "Kubernetes": MOMENTS.map(lambda at: put_before(f"{at:%Y-%m-%dT%H:%M:%S.%f}789Z stderr F ")),
    "a pod": NAMES.map(lambda name: put_before(f"[pod/{name}/app] ")),
    "systemd": st.builds(lambda n, at: put_before(f"{at:%b %d %H:%M:%S} host {n}[471]: "), NAMES, MOMENTS),
    "Heroku": MOMENTS.map(lambda at: put_before(f"{at:%Y-%m-%dT%H:%M:%S}+00:00 app[web.1]: ")),
    "GitLab": MOMENTS.map(lambda at: put_before(f"{at:%Y-%m-%dT%H:%M:%S.%f}Z 01E ")),
    "GitHub": st.builds(lambda n, at: put_before(f"{n}\tRun {n}\t{at:%Y-%m-%dT%H:%M:%S}.12Z "), NAMES, MOMENTS),
    "a number": st.integers(0, 99).map(lambda number: put_before(f"[{number}] ")),
    "a task": NAMES.map(lambda name: put_before(f"{name}:test: ")),
    "a marker": st.sampled_from(["# ", "// ", "> ", "E   ", "* ", "$ ", "[ERROR] ", "[error] "]).map(put_before),
    "npm": st.sampled_from(["npm ERR! ", "npm error "]).map(put_before),
    "docker build": st.integers(1, 99).map(lambda number: put_before(f"#{number} 3.456 ")),
    "logcat": MOMENTS.map(lambda at: put_before(f"{at:%m-%d %H:%M:%S}.123  2345  2377 E AndroidRuntime: ")),
    "logcat, brief": NAMES.map(lambda name: put_before(f"E/{name}( 2345): ")),
    "klog": MOMENTS.map(lambda at: put_before(f"E{at:%m%d %H:%M:%S}.123456    4711 main.go:12] ")),
    "a log's level": MOMENTS.map(lambda at: put_before(f"{at:%Y-%m-%d %H:%M:%S},123 ERROR ")),
    "a logger": st.builds(lambda n, at: put_before(f"{at:%Y-%m-%d %H:%M:%S} ERROR [main] {n} - "), NAMES, MOMENTS),
    "a prefix that nobody knows": NAMES.map(lambda name: lambda n, line: f"{name}<{n}>> {line}"),
    "colours": st.integers(30, 37).map(lambda colour: lambda _, line: f"\x1b[1;{colour}m{line}\x1b[0m"),
    "grep": st.integers(1, 900).map(lambda first: lambda n, line: f"{first + n}:{line}"),
    "grep in a file": st.builds(lambda name, f: lambda n, line: f"{name}.log:{f + n}:{line}", NAMES, st.integers(1, 9)),
    "cat": st.integers(1, 900).map(lambda first: lambda n, line: f"{first + n:6}\t{line}"),
    "an indent": st.integers(1, 12).map(lambda width: put_before(" " * width)),
}


def lines_of(name: str) -> list[str]:
    return dedent(SAMPLES[name][0]).strip("\n").split("\n")


# A line alone shares its prefix with none, and texts that have a log's prefixes already aren't given others.
LOGGED = ("logcat", "Android", "the next record of the log")
WORN = [name for name in SAMPLES if len(lines_of(name)) > 2 and not any(each in name for each in LOGGED)]


@pytest.mark.parametrize("dress", DRESSES)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_prefix_before_any_language_comes_off(dress: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(WORN))
    wear = data.draw(DRESSES[dress])
    worn = "\n".join(wear(number, line) for number, line in enumerate(lines_of(name)))
    assert parse(worn) == parse("\n".join(lines_of(name)))


@pytest.mark.parametrize(
    "before", ["shelf shelf-5d8f ", "1767323045678 ", "2026-03-01 12:00:00,123 ERROR lab.shelf ", "+"]
)
@pytest.mark.parametrize("name", ["python: a call", "javascript: V8", "java: a call"])
def test_words_that_every_line_begins_with_come_off(before: str, name: str) -> None:
    lines = {
        "python: a call": [
            "Traceback (most recent call last):",
            '  File "/srv/lab/main.py", line 9, in <module>',
            "    weigh(7)",
            '  File "/srv/lab/scales.py", line 4, in weigh',
            "    raise KeyError(grams)",
            "KeyError: 7",
        ],
        "javascript: V8": [
            "TypeError: x is no function",
            "    at weigh (/lab/s.js:4:9)",
            "    at main (/lab/m.js:2:1)",
        ],
        "java: a call": [
            "a.b.Heavy: no grams",
            "\tat lab.Scales.weigh(Scales.java:3)",
            "\tat lab.Main.run(Main.java:5)",
        ],
    }[name]
    assert len(parse("\n".join(lines)).frames) == 2
    assert parse("\n".join(before + line for line in lines)) == parse("\n".join(lines))


CARRIERS: dict[str, Callable[[str], str]] = {
    "a JSON log line": lambda text: json.dumps({"level": "error", "time": "2026-03-01", "stack": text}),
    "a JSON object in a log line": lambda text: f"12:00:00 app {json.dumps({'error': {'stack_trace': text}})}",
    "JSON inside JSON": lambda text: json.dumps({"log": json.dumps({"exc_info": text})}),
    "JSON over several lines": lambda text: json.dumps({"a": 1, "b": {"exception": text}}, indent=2),
    "logfmt": lambda text: f"level=error err={json.dumps(text, ensure_ascii=False)}",
    "a report in XML": lambda text: f'<testcase name="x"><failure message="m">{html.escape(text)}</failure></testcase>',
    "XML as it stands": lambda text: f'<testcase name="x"><failure><![CDATA[{text}]]></failure></testcase>',
    "Markdown": lambda text: f"It broke:\n\n```\n{text}\n```\n\nWho knows why?\n",
    "a log of an object a line": lambda text: "\n".join(
        json.dumps({"log": f"{line}\n", "stream": "stderr"}) for line in text.split("\n")
    ),
    "a list that Python showed": lambda text: repr([f"{line}\n" for line in text.split("\n")]),
    "two containers by turns": lambda text: "\n".join(
        each for line in text.split("\n") for each in (f"web-1  | {line}", "db-1   | checkpoint at noon")
    ),
}


@pytest.mark.parametrize("carrier", CARRIERS)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(name=st.sampled_from(WORN))
def test_what_carries_a_trace_is_opened(carrier: str, name: str) -> None:
    text = "\n".join(lines_of(name))
    assert parse(CARRIERS[carrier](text)) == parse(text)


def test_calls_in_json_are_calls() -> None:
    frames = [{"filename": "lab/main.py", "lineno": 4, "name": "run"}, {"filename": "s.py", "lineno": 2, "name": "w"}]
    trace = parse(json.dumps({"exception": [{"exc_type": "KeyError", "exc_value": "'grams'", "frames": frames}]}))
    assert (trace.error_type, trace.message) == ("KeyError", "'grams'")
    assert [(each.file, each.line, each.function) for each in trace.frames] == [
        ("s.py", 2, "w"),
        ("lab/main.py", 4, "run"),
    ]
    value = {"type": "KeyError", "value": "'grams'", "stacktrace": {"frames": frames}}
    trace = parse(json.dumps({"exception": {"values": [value]}}))
    assert (trace.error_type, trace.message) == ("KeyError", "'grams'")
    trace = parse(
        json.dumps({"msg": "locked", "stacktrace": "main.run\n\t/srv/lab/main.go:14\nmain.main\n\t/srv/lab/main.go:8"})
    )
    assert (trace.message, trace.frames[0].line) == ("locked", 14)


def test_what_laravel_answers_in_json_is_read() -> None:
    called = {"file": "/srv/lab/app/Shelf.php", "line": 8, "function": "weigh", "class": "Lab", "type": "->"}
    answer = {"message": "no grams", "exception": "ErrorException", "file": "/srv/lab/app/Scales.php", "line": 21}
    trace = parse(json.dumps({**answer, "trace": [called, {"function": "main"}]}, indent=4))
    assert (trace.error_type, trace.message) == ("ErrorException", "no grams")
    assert [(each.file, each.line, each.function) for each in trace.frames] == [
        ("/srv/lab/app/Scales.php", 21, "Lab->weigh"),
        ("/srv/lab/app/Shelf.php", 8, "{main}"),
    ]


# ---------------------------------------------------------------- groups, and any text at all


def group(members: list[tuple[str, str]]) -> str:
    inner = "".join(
        f"  +-+---------------- {number + 1} ----------------\n    | {kind}: {said}\n"
        if not number
        else f"    +---------------- {number + 1} ----------------\n    | {kind}: {said}\n"
        for number, (kind, said) in enumerate(members)
    )
    head = '  + Exception Group Traceback (most recent call last):\n  |   File "lab/main.py", line 8, in run\n'
    return f"{head}  | ExceptionGroup: tasks ({len(members)} sub-exceptions)\n{inner}    +-----------------\n"


MEMBERS = st.lists(st.tuples(st.sampled_from(["KeyError", "OSError", "lab.Heavy"]), NAMES), min_size=1, max_size=5)


def signed(text: str) -> str:
    trace = parse(text)
    return signature(trace.error_type, trace.message, trace.frames, lambda _: True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(one=MEMBERS, other=MEMBERS, order=st.randoms(use_true_random=False))
def test_groups_are_one_bug_exactly_where_their_members_are(
    one: list[tuple[str, str]], other: list[tuple[str, str]], order: random.Random
) -> None:
    shuffled = order.sample(one, len(one))
    assert signed(group(one)) == signed(group(shuffled))
    for kind, said in one:
        assert f"{kind}: {said}" in parse(group(one)).message
    assert (signed(group(one)) == signed(group(other))) == (set(one) == set(other))


def test_bugs_of_files_that_are_not_here_differ_by_their_calls() -> None:
    one, two = (Frame(file=f"{name}.rb", line=3, function="total") for name in ("cart", "shelf"))
    library = Frame(file="/usr/lib/python3.12/site-packages/x.py", line=1, function="get")
    assert signature("E", "m", (one,), lambda _: False) != signature("E", "m", (two,), lambda _: False)
    assert signature("E", "m", (library, one), lambda _: False) == signature("E", "m", (one,), lambda _: False)


PIECES = st.sampled_from(
    [piece for name in SAMPLES for piece in lines_of(name)]
    + ["", "{", "[", '{"stack": "', "\\n", "\x00", "\x1b[", "```"]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(pieces=st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=40))
def test_any_mixture_of_lines_is_accepted(pieces: list[str]) -> None:
    for text in ("\n".join(pieces), "".join(pieces)):
        trace = parse(text)
        assert all(each.line >= 0 for each in trace.frames)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_trace_cut_off_anywhere_is_accepted(name: str) -> None:
    text = "\n".join(lines_of(name))
    for end in range(0, len(text), 7):
        parse(text[:end])
        parse(text[end:])


def test_the_next_record_of_a_log_is_no_part_of_a_message() -> None:
    sample = python.PYTHON["Celery, and the next record of the log"]
    assert parse(dedent(sample[0])).message == "'grams'"


@pytest.mark.parametrize(
    ("named", "file"),
    [
        ("package:lab/scales.dart", "lib/scales.dart"),
        ("res://lib/scales.dart", "lib/scales.dart"),
        ("[project]/lib/scales.dart", "lib/scales.dart"),
        ("http://localhost:9876/_karma_webpack_/webpack:/lib/scales.dart", "lib/scales.dart"),
        ("webpack-internal:///(rsc)/./lib/scales.dart", "lib/scales.dart"),
        ("~/elsewhere/lab/lib/scales.dart", "lib/scales.dart"),
        ("/home/dev/go/pkg/mod/example.com/lib/scales.dart", ""),
        ("/opt/python/lib/python3.12/lib/scales.dart", ""),
        ("dart:lib/scales.dart", ""),
        ("<internal:array>", ""),
        ("Cell In[7]", ""),
    ],
)
def test_names_from_elsewhere_find_the_project_s_file(tmp_path: Path, named: str, file: str) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "scales.dart").write_text("")
    assert Places(tmp_path).of(named) == file
