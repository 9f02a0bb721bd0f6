import base64
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.pictures import gif, jpeg, png, webp
from tests.provider import Provider, Reply
from whence.readers.pictures import MAX_SENT_BYTES, bare, look
from whence.values.completion import Estimate
from whence.values.errors import ApprovalNeeded, InvalidRequest, NotFound
from whence.values.memory import Bug, Decision, Note
from whence.values.settings import parse

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
MODEL = "openai/gpt-4o"
TRACE = """Traceback (most recent call last):
  File "{top}/app.py", line 2, in add
    return a + b
TypeError: unsupported operand type(s) for +: 'int' and 'str'"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(model: str = MODEL, approve: Any = lambda asked: True) -> Engine:
        settings = parse({"embedding": {"model": "none"}, "visionModel": model, "models": {"delaySeconds": 0.01}})
        secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
        opened.append(Engine(repository, settings, approve=approve, secrets=secrets))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    path = tmp_path / "ein Bild.png"
    path.write_bytes(png(1280, 800, said=f"{SECRET} {Path.home()}/x".encode(), behind=SECRET.encode()))
    return path


def error(**more: Any) -> str:
    return json.dumps({"error_type": "TypeError", "message": "unsupported operand", "cause": "A text.", **more})


# ---------------------------------------------------------------- pictures


@pytest.mark.parametrize(
    ("make", "format"),
    [
        pytest.param(png, "PNG", id="PNG"),
        pytest.param(jpeg, "JPEG", id="JPEG"),
        pytest.param(gif, "GIF", id="GIF"),
        pytest.param(webp, "WebP", id="WebP, extended"),
        pytest.param(lambda *size, **more: webp(*size, **more, form="VP8 "), "WebP", id="WebP, lossy"),
        pytest.param(lambda *size, **more: webp(*size, **more, form="VP8L"), "WebP", id="WebP, lossless"),
    ],
)
def test_a_picture_is_known_by_its_header_and_sent_without_what_is_no_pixel(
    tmp_path: Path, make: Callable[..., bytes], format: str
) -> None:
    path = tmp_path / "picture of unknown kind"
    path.write_bytes(make(300, 200, said=b"taken at home", behind=b"taken at home"))
    seen = look(path)
    assert (seen.format, seen.width, seen.height) == (format, 300, 200)
    sent = bare(seen)
    assert b"taken at home" not in sent
    path.write_bytes(sent)
    again = look(path)
    assert (again.format, again.width, again.height) == (format, 300, 200)
    assert bare(again) == sent
    for end in range(len(seen.content) - len(b"taken at home")):
        path.write_bytes(seen.content[:end])
        try:
            bare(look(path))
        except InvalidRequest as refusal:
            assert path.name in str(refusal)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "no PNG", id="an empty file"),
        pytest.param(b"<svg/>", "no PNG", id="a text"),
        pytest.param(png()[:20], "damaged", id="a header that is cut short"),
        pytest.param(png(0, 5), "damaged", id="no width"),
        pytest.param(png(2, 3).replace(b"\x08\x02\0\0\0", b"\x09\x02\0\0\0", 1), "damaged", id="a depth that is none"),
        pytest.param(b"\xff\xd8\xff\xd9", "damaged", id="a JPEG of no size"),
        pytest.param(b"RIFF\x04\0\0\0WEBP", "damaged", id="a WebP of nothing"),
        pytest.param(gif(60_000, 60_000), "50 million", id="too many pixels"),
    ],
)
def test_what_is_no_picture_is_refused(open_engine: Open, tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    engine = open_engine()
    for read in (engine.read_screenshot, engine.read_diagram):
        with pytest.raises(InvalidRequest, match=reason):
            read(str(path))
    with pytest.raises(InvalidRequest, match=reason):
        engine.record_error("see picture", screenshot=str(path))


@pytest.mark.parametrize("source", ["", " ", "/nowhere/x.png", "a\0b", "~nobody-here/x.png"])
def test_no_picture_at_all_is_refused(open_engine: Open, source: str) -> None:
    with pytest.raises(InvalidRequest):
        open_engine().read_screenshot(source)


def test_what_is_too_large_to_be_sent_is_told(open_engine: Open, provider: Provider, tmp_path: Path) -> None:
    wide, heavy = tmp_path / "wide.gif", tmp_path / "heavy.jpg"
    wide.write_bytes(gif(9000, 10))
    heavy.write_bytes(jpeg().replace(b"\x12\xff\0", b"\x12" * (MAX_SENT_BYTES + 1) + b"\xff\0"))
    engine = open_engine()
    for path, reason in ((wide, "8000 on a side"), (heavy, "5 MB")):
        read = engine.read_screenshot(str(path))
        assert reason in read.note
        assert (read.model, read.operation) == ("", "record_error")
        assert read.missing[0] == "message"
    assert not provider.seen


# ---------------------------------------------------------------- screenshots


def test_a_screenshot_becomes_a_bug_to_confirm(
    open_engine: Open, provider: Provider, shot: Path, repository: Path
) -> None:
    engine = open_engine()
    trace = TRACE.format(top=repository.as_posix())
    provider.say(error(file=f"{repository.as_posix()}/app.py", line=2, trace=trace, code="return a + b"))
    read = engine.read_screenshot(str(shot))
    assert (read.error_type, read.message, read.file, read.line) == ("TypeError", "unsupported operand", "app.py", 2)
    assert [each.function for each in read.frames] == ["add"]
    assert (read.code, read.cause, read.model) == ("return a + b", "A text.", MODEL)
    assert (read.picture.format, read.picture.width, read.picture.height) == ("PNG", 1280, 800)
    for part in ("TypeError", "`app.py:2`", "Suspected cause", "return a + b", "1280 x 800"):
        assert part in read.markdown
    assert "Nothing is kept yet" in read.note
    assert engine.status().total == 0
    assert not (engine.place.home / "pictures").exists()
    assert read.operation == "record_error"
    (id,) = engine.record_error(**read.arguments).ids
    kept = engine.get(id).memory
    assert isinstance(kept, Bug)
    assert (kept.message, kept.file, kept.line, kept.root_cause) == ("unsupported operand", "app.py", 2, "A text.")
    assert kept.screenshot.endswith(".png")
    assert not kept.resolved
    assert repository.as_posix() not in kept.model_dump_json()


def test_what_is_sent_is_the_bare_picture(open_engine: Open, provider: Provider, shot: Path) -> None:
    asked: list[Estimate] = []
    engine = open_engine(approve=lambda each: bool(asked.append(each)) or True)
    provider.say(error())
    engine.read_screenshot(str(shot))
    (seen,) = provider.seen
    text, picture = seen.payload["messages"][-1]["content"]
    assert "PNG of 1280 x 800" in text["text"]
    kind, _, data = picture["image_url"]["url"].partition(",")
    assert kind == "data:image/png;base64"
    sent = base64.b64decode(data)
    assert sent == bare(look(shot))
    assert SECRET.encode() not in sent
    assert str(Path.home()).encode() not in sent
    assert (asked[0].operation, asked[0].pictures, asked[0].model) == ("read_screenshot", 2, MODEL)


def test_a_picture_is_never_sent_without_a_yes(open_engine: Open, provider: Provider, shot: Path) -> None:
    refused = open_engine(approve=lambda asked: False).read_screenshot(str(shot))
    assert "You chose not to" in refused.note
    assert refused.missing == ("message", "error_type", "file", "line", "stack_trace")
    with pytest.raises(ApprovalNeeded):
        open_engine(approve=None).read_diagram(str(shot))
    assert not provider.seen


def test_secrets_in_a_picture_are_not_passed_on(open_engine: Open, provider: Provider, shot: Path) -> None:
    home = Path.home().as_posix()
    provider.say(
        error(message=f"bad token {SECRET}", trace=f"at {home}/x", file=f"{home}/elsewhere/main.rs", code=SECRET)
    )
    read = open_engine().read_screenshot(str(shot))
    assert SECRET not in read.model_dump_json()
    assert home not in read.model_dump_json(exclude={"arguments"})
    assert read.file == "main.rs"


def test_without_a_model_it_says_what_to_type_and_reads_later(
    open_engine: Open, provider: Provider, shot: Path
) -> None:
    blind = open_engine("none")
    read = blind.read_screenshot(str(shot))
    assert "whence.visionModel" in read.note
    assert read.model == ""
    for part in ("PNG, 1280 x 800 pixels", "ein Bild.png", "What to type", "stack trace", "can be read later"):
        assert part in read.markdown
    assert (read.operation, read.arguments) == ("record_error", {"screenshot": str(shot)})
    typed = {**read.arguments, "message": "See the screenshot"}
    (id,) = blind.record_error(**typed).ids
    shot.unlink()
    again = blind.read_screenshot(id)
    assert (again.operation, again.arguments) == ("update", {"id": id, "changes": {}})
    assert "can be read once a vision model is chosen" in again.markdown
    assert again.missing[0] == "message"
    provider.say(error(file="app.py", line=2))
    seeing = open_engine().read_screenshot(id)
    assert seeing.operation == "update"
    changes = seeing.arguments["changes"]
    assert (changes["message"], changes["file"], changes["line"]) == ("unsupported operand", "app.py", 2)
    blind.update(**seeing.arguments)
    kept = blind.get(id).memory
    assert isinstance(kept, Bug)
    assert (kept.title, kept.error_type) == ("TypeError: unsupported operand", "TypeError")
    met = blind.record_error("unsupported operand", error_type="TypeError", file="app.py", line=2)
    assert (met.ids, met.again) == ((id,), True), "what was filled in lets it be recognised"


def test_what_a_person_wrote_is_not_replaced(open_engine: Open, provider: Provider, shot: Path) -> None:
    engine = open_engine()
    (id,) = engine.record_error("It adds wrongly", error_type="AddError", screenshot=str(shot)).ids
    provider.say(error())
    assert engine.read_screenshot(id).arguments["changes"] == {"root_cause": "A text."}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param("{}", "saw no error", id="a picture of no error"),
        pytest.param("nonsense", "shape", id="an answer of the wrong shape"),
        pytest.param(Reply(status=500), "without a model", id="a failure"),
    ],
)
def test_where_a_model_fails_it_says_what_to_type(
    open_engine: Open, provider: Provider, shot: Path, answer: str | Reply, reason: str
) -> None:
    provider.default = Reply(answer) if isinstance(answer, str) else answer
    read = open_engine().read_screenshot(str(shot))
    assert reason in read.note
    assert read.missing
    assert read.markdown


def test_only_bugs_with_a_picture_are_looked_at(open_engine: Open) -> None:
    engine = open_engine()
    (note,) = engine.remember({"kind": "note", "content": "x"}).ids
    (plain,) = engine.record_error("it broke").ids
    for id, kind, reason in (
        (note, InvalidRequest, "not a bug"),
        (plain, InvalidRequest, "No picture is kept"),
        (plain[:-1] + ("0" if plain[-1] != "0" else "1"), NotFound, "no memory"),
    ):
        with pytest.raises(kind, match=reason):
            engine.read_screenshot(id)


# ---------------------------------------------------------------- diagrams

DRAWN = json.dumps(
    {
        "title": "Ordering",
        "components": [{"name": "Web"}, {"name": "Orders", "role": "database"}],
        "relations": [
            {"origin": "Web", "target": "orders", "what": "SQL"},
            {"origin": "Web", "target": "Elsewhere"},
        ],
        "pattern": "two *tiers*",
        "summary": "The web reads orders.",
    }
)


@pytest.mark.parametrize("kind", ["note", "decision"])
def test_a_diagram_becomes_a_proposal(open_engine: Open, provider: Provider, shot: Path, kind: Any) -> None:
    engine = open_engine()
    provider.say(DRAWN)
    read = engine.read_diagram(str(shot), kind)
    assert [(each.name, each.role) for each in read.components] == [("Web", ""), ("Orders", "database")]
    assert [(each.origin, each.target, each.what) for each in read.connections] == [("Web", "orders", "SQL")]
    assert (read.pattern, read.model) == ("two *tiers*", MODEL)
    assert "1 relations of parts that it does not name were left out" in read.note
    for part in ("# Ordering", r"two \*tiers\*", "**Orders**: database", "Web → orders: SQL"):
        assert part in read.markdown
    assert engine.status().total == 0
    assert read.operation == "remember"
    (id,) = engine.remember(**read.arguments).ids
    kept = engine.get(id).memory
    assert isinstance(kept, Note if kind == "note" else Decision)
    assert (kept.title, kept.source, kept.labels) == ("Ordering", "model", ("architecture",))
    if isinstance(kept, Decision):
        assert (kept.decision, kept.status) == ("The web reads orders.", "proposed")
    assert "**Orders**: database" in kept.text()


MODEL_XML = """<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>
<mxCell id="a" value="&lt;b&gt;Web&lt;/b&gt; &amp;amp; App" style="rounded=1" vertex="1" parent="1"/>
<UserObject id="b" label="Orders"><mxCell style="shape=cylinder3;" vertex="1" parent="1"/></UserObject>
<mxCell id="t" value="A remark" style="text;html=1" vertex="1" parent="1"/>
<mxCell id="e" edge="1" source="a" target="b" parent="1"/>
<mxCell id="l" value="SQL" style="edgeLabel;" vertex="1" parent="e"/>
<mxCell id="f" value="lost" edge="1" source="a" parent="1"/></root></mxGraphModel>"""


def packed(text: str) -> str:
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(squeezed.compress(quote(text).encode()) + squeezed.flush()).decode()


@pytest.mark.parametrize("inside", [MODEL_XML, packed(MODEL_XML)], ids=["plain", "deflated"])
def test_a_picture_that_carries_its_diagram_needs_no_model(
    open_engine: Open, provider: Provider, tmp_path: Path, inside: str
) -> None:
    path = tmp_path / "ordering.drawio.png"
    path.write_bytes(carrying(f'<mxfile host="x"><diagram name="Ordering">{inside}</diagram></mxfile>'))
    for model in ("none", MODEL):
        engine = open_engine(model)
        read = engine.read_diagram(str(path))
        assert [(each.name, each.role) for each in read.components] == [("Web & App", ""), ("Orders", "database")]
        assert [(each.origin, each.target, each.what) for each in read.connections] == [("Web & App", "Orders", "SQL")]
        assert "no model was needed" in read.note
        (id,) = engine.remember(**read.arguments).ids
        assert (engine.get(id).memory.title, engine.get(id).memory.source) == ("Ordering", "import")
    assert not provider.seen


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("no XML", id="no XML"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "aaaa">]><mxfile>&a;</mxfile>', id="definitions"),
        pytest.param("<mxfile/>", id="no page"),
        pytest.param("<mxfile><diagram>%%%</diagram></mxfile>", id="a page of rubbish"),
        pytest.param("<mxfile><diagram><mxGraphModel/></diagram></mxfile>", id="an empty page"),
        pytest.param(f"<mxfile><diagram>{packed('a' * 20_000_000)}</diagram></mxfile>", id="a page without end"),
    ],
)
def test_a_carried_diagram_that_cannot_be_read_is_as_none(open_engine: Open, tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(carrying(text))
    assert open_engine("none").read_diagram(str(path)).missing == ("content",)


def carrying(text: str) -> bytes:
    return png(said=quote(text).encode(), named=b"mxfile")


def test_a_diagram_without_a_model_says_what_to_type(open_engine: Open, shot: Path) -> None:
    read = open_engine("none").read_diagram(str(shot), "decision")
    assert read.missing == ("decision", "context")
    assert "the parts and what each is" in read.markdown
    assert "whence.visionModel" in read.note


def test_what_would_be_sent_is_shown(open_engine: Open, provider: Provider, shot: Path) -> None:
    shown = open_engine().show_prompt("read_diagram", {"source": str(shot)})
    assert shown.estimate is not None
    assert shown.estimate.pictures
    assert "1 picture" in shown.markdown
    assert not provider.seen


def test_an_untrusted_workspace_is_not_looked_into(repository: Path, provider: Provider, shot: Path, git: Git) -> None:
    settings = parse({"embedding": {"model": "none"}, "visionModel": MODEL})
    secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
    provider.say(error(file="src/app.py", line=2))
    with Engine(repository, settings, trusted=False, approve=lambda asked: True, secrets=secrets) as engine:
        assert engine.read_screenshot(str(shot)).message == "unsupported operand"
