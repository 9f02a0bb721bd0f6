"""Decision records as teams write them: in many languages, forms and markups, with states of all kinds."""

from pathlib import Path

import pytest

from whence.readers.record_parser import MAX_LINES, parse
from whence.readers.record_places import chosen
from whence.readers.record_states import status
from whence.readers.record_words import fold, named
from whence.readers.records import Mention, Record, is_candidate, is_record, number_of


def record(text: str, path: str = "docs/adr/0001-x.md") -> Record:
    found = parse(path, text)
    assert isinstance(found, Record), found
    return found


LANGUAGES = {
    "Spanish": ("Estado", "Contexto", "Decisión", "Consecuencias", "Aceptada", "Rechazado", "Obsoleto", "Borrador"),
    "German": ("Status", "Kontext", "Entscheidung", "Konsequenzen", "Angenommen", "Abgelehnt", "Veraltet", "Entwurf"),
    "French": ("Statut", "Contexte", "Décision", "Conséquences", "Acceptée", "Rejeté", "Obsolète", "Proposé"),
    "Portuguese": ("Situação", "Contexto", "Decisão", "Consequências", "Aceito", "Rejeitado", "Obsoleta", "Rascunho"),
    "Italian": ("Stato", "Contesto", "Decisione", "Conseguenze", "Accettato", "Rifiutata", "Deprecato", "Bozza"),
    "Dutch": ("Status", "Context", "Beslissing", "Gevolgen", "Geaccepteerd", "Afgewezen", "Verouderd", "Voorgesteld"),
    "Polish": ("Status", "Kontekst", "Decyzja", "Konsekwencje", "Przyjęta", "Odrzucona", "Przestarzała", "Szkic"),
    "Russian": ("Статус", "Контекст", "Решение", "Последствия", "Принято", "Отклонено", "Устарело", "Черновик"),
    "Japanese": ("ステータス", "背景", "決定", "結果", "承認済み", "却下", "非推奨", "提案中"),
    "Chinese": ("状态", "背景", "决策", "后果", "已接受", "已拒绝", "已弃用", "草案"),
    "Chinese, traditional": ("狀態", "背景", "決策", "後果", "已採納", "拒絕", "已棄用", "提議"),
    "Korean": ("상태", "배경", "결정", "결과", "승인됨", "거부됨", "폐기됨", "제안됨"),
}
STATES = ("accepted", "rejected", "deprecated", "proposed")
FORMS = {
    "headings": "# 1. T\n\n## {0}\n\n{4}\n\n## {1}\n\nc\n\n## {2}\n\nd\n\n## {3}\n\nq\n",
    "numbered headings": "# T\n\n## 1. {0}\n\n{4}\n\n## 2. {1}\n\nc\n\n## 3. {2}:\n\nd\n\n## 4. {3}\n\nq\n",
    "a list above": "# ADR-1: T\n\n* **{0}**: {4}\n\n### {1}\n\nc\n\n### {2}\n\nd\n\n### {3}\n\nq\n",
    "front matter": "---\n{0}: {4}\n---\n\n# T\n\n## {1}\n\nc\n\n## {2}\n\nd\n\n## {3}\n\nq\n",
    "a table": "# T\n\n| {0} | {4} |\n|---|---|\n\n## {1}\n\nc\n\n## {2}\n\nd\n\n## {3}\n\nq\n",
    "a table of parts": "# T\n\n| | |\n|---|---|\n| {0} | {4} |\n| {1} | c |\n| {2} | d |\n| {3} | q |\n",
    "bold lines": "# T\n\n**{0}**: {4}\n\n**{1}**\n\nc\n\n**{2}**\n\nd\n\n**{3}:**\n\nq\n",
    "two languages": "# T\n\n## {0} / Status\n\n{4}\n\n## {1} (Context)\n\nc\n\n## {2}\n\nd\n\n## {3}\n\nq\n",
    "signs": "# T\n\n## 🚦 {0}\n\n🔸 *{4}*\n\n## 📖 {1}\n\nc\n\n## 🎯 {2}\n\nd\n\n## ⚖️ {3}\n\nq\n",
    "a heading that says it": "# T\n\n## {0}: {4}\n\n## {1}\n\nc\n\n## {2}\n\nd\n\n## {3}\n\nq\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_is_read_in_any_language_and_form(language: str, form: str) -> None:
    *names, _accepted, _rejected, _deprecated, _proposed = LANGUAGES[language]
    for state, word in zip(STATES, LANGUAGES[language][4:], strict=True):
        found = record(FORMS[form].format(*names, word))
        assert (found.title, found.status) == ("T", state), word
        assert (found.context, found.decision, found.consequences) == ("c", "d", "q")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("accepted", "✅ Accepted"),
        ("accepted", "🟢"),
        ("accepted", "![](https://img.example/badge/status-accepted-brightgreen)"),
        ("accepted", "![Status: accepted](badge.svg)"),
        ("accepted", "- [ ] proposed\n- [x] accepted\n- [ ] rejected"),
        ("accepted", "2024-01-05: accepted\n2024-01-02: proposed"),
        ("accepted", "| State | Day |\n|---|---|\n| proposed | 2024-01-02 |\n| accepted | 2024-02-03 |"),
        ("accepted", "<!-- proposed, rejected --> accepted"),
        ("rejected", "❌"),
        ("rejected", "not accepted"),
        ("rejected", "nicht angenommen"),
        ("rejected", "No aceptado"),
        ("rejected", "不採用"),
        ("proposed", "not yet accepted"),
        ("proposed", "noch nicht entschieden"),
        ("proposed", "to be decided"),
        ("proposed", "undecided"),
        ("proposed", "未承認"),
        ("deprecated", "no longer in force, was accepted; deprecated"),
        ("superseded", "Ersetzt durch ADR-7"),
        ("superseded", "Reemplazada por [otra](0007-x.md)"),
        ("superseded", "Remplacé par ADR 7"),
        ("superseded", "已被 ADR-7 取代"),
        ("superseded", "ADR-7 に置き換えられた"),
        ("superseded", "ADR-7로 대체됨"),
        ("superseded", "~~accepted~~ superseded"),
        ("unfilled", "{proposed | rejected | accepted | deprecated | … | superseded by ADR-0123}"),
        ("unfilled", "[proposed | rejected | accepted | deprecated | superseded by [x](0005-x.md)]"),
        ("unfilled", "What is it: proposed, accepted, rejected, deprecated, superseded?"),
        ("unknown", "on hold"),
        ("unknown", "gibberish"),
        ("unknown", "凍結"),
        (None, " \n"),
        (None, "<!-- accepted -->"),
    ],
)
def test_where_a_decision_stands_is_told_as_far_as_it_is_said(state: str | None, said: str) -> None:
    assert status(said) == state


@pytest.mark.parametrize(
    "text", ["# T\n\n## Status\n\nOn hold\n\n## Decision\n\nd\n", "# T\n\nStatus: On hold\n\n## Decision\n\nd\n"]
)
def test_a_state_that_is_none_of_ours_is_told_and_never_accepted(text: str) -> None:
    found = record(text)
    assert (found.status, found.context) == ("proposed", "Status: On hold")


@pytest.mark.parametrize(
    ("said", "mention"),
    [
        ("Ersetzt durch ADR-7", Mention("superseded_by", number=7)),
        ("Angenommen. Ersetzt ADR-3", Mention("supersedes", number=3)),
        ("Sustituida por [x](0007-x.md)", Mention("superseded_by", "docs/adr/0007-x.md")),
        ("Aceptada\n\nReemplaza ADR-3", Mention("supersedes", number=3)),
        ("Remplace [x](0003-x.md)", Mention("supersedes", "docs/adr/0003-x.md")),
        ("Заменено на ADR-7", Mention("superseded_by", number=7)),
        ("已被 ADR-7 取代", Mention("superseded_by", number=7)),
        ("已接受，取代 ADR-3", Mention("supersedes", number=3)),
        ("ADR-7 に置き換えられた", Mention("superseded_by", number=7)),
        ("承認済み。ADR-3 を置き換える", Mention("supersedes", number=3)),
        ("ADR-7로 대체됨", Mention("superseded_by", number=7)),
        ("승인됨. ADR-3을 대체", Mention("supersedes", number=3)),
    ],
)
def test_others_are_named_in_other_languages(said: str, mention: Mention) -> None:
    assert record(f"# T\n\n## Status\n\n{said}\n\n## Decision\n\nd\n").mentions == (mention,)


@pytest.mark.parametrize(
    ("chosen_so", "decision", "rationale"),
    [
        ('Chosen option: "A", because it fits.', "A", "it fits."),
        ("**Chosen option**: A because it fits.", "A", "it fits."),
        ("Opción elegida: «A», porque encaja.", "A", "encaja."),
        ("Gewählte Option: „A“, weil es passt.", "A", "es passt."),
        ("Option retenue : « A », car elle convient.", "A", "elle convient."),
        ('Opção escolhida: "A", porque serve.', "A", "serve."),
        ('Gekozen optie: "A", omdat het past.', "A", "het past."),
        ("选择的方案：“A”，因为合适。", "A", "合适。"),
        ("選択した選択肢：「A」、なぜなら合うから。", "A", "合うから。"),
    ],
)
def test_the_option_that_was_chosen_is_told_from_why(chosen_so: str, decision: str, rationale: str) -> None:
    found = record(f"# T\n\n## Options\n\n* A\n* B\n\n## Decision\n\n{chosen_so}\n")
    assert (found.decision, found.rationale, found.alternatives) == (decision, rationale, ("B",))


Y = (
    "In the context of **the shop**, facing slow pages, we decided for a cache\nand neglected a CDN, a faster disk, "
    "to achieve short answers, accepting that data is stale."
)


@pytest.mark.parametrize(
    "text",
    [
        f"# T\n\n{Y}\n",
        f"# T\n\n## Decision\n\n{Y}\n",
        f"# T\n\n> {Y.replace(chr(10), ' ')}\n",
        "# T\n\n"
        + Y.replace(", ", ",\n- ", 1).replace("In the", "- In the", 1).replace("we decided", "\n- we decided"),
    ],
    ids=["alone", "as the decision", "quoted", "as a list"],
)
def test_a_y_statement_is_taken_apart(text: str) -> None:
    found = record(text, "docs/decisions/cache.md")
    assert found.context.replace("\n", " ") == "In the context of the shop, facing slow pages"
    assert (found.decision, found.alternatives) == ("a cache", ("a CDN", "a faster disk"))
    assert (found.rationale, found.consequences) == ("short answers", "data is stale")


def test_other_markups_are_read() -> None:
    restructured = (
        "========\nADR 3: T\n========\n\n:Status: Superseded by :doc:`0004-y`\n:Date: 2023-01-02\n"
        ":Author: Test Author\n\n.. nothing\n   of this\n\nContext\n-------\n\nSee `it <0002-z.rst>`_.\n\n"
        "Decision\n--------\n\nd\n\nMore\n~~~~\n\nm\n"
    )
    found = record(restructured, "docs/adr/three.rst")
    assert (found.title, found.number, found.status, found.deciders) == ("T", 3, "superseded", "Test Author")
    assert (found.context, found.decision) == ("See [it](0002-z.rst).", "d\n\n**More**\n\nm")
    assert found.mentions == (Mention("superseded_by", "docs/adr/0004-y.rst"),)
    ascii_doc = (
        "= ADR 5: T\n:status: rejected\n:revdate: 2023-01-02\n:toc:\n\n// nothing\n\n"
        "== Context\n\nxref:0002-y.adoc[two]\n\n== Decision\n\n----\n== code\n----\n"
    )
    found = record(ascii_doc, "docs/adr/five.adoc")
    assert (found.title, found.number, found.status) == ("T", 5, "rejected")
    assert (found.context, found.decision) == ("[two](0002-y.adoc)", "```\n== code\n```")
    assert found.date is not None


def test_front_matter_of_many_shapes_is_read() -> None:
    yaml = (
        "---\n# a comment\ntitle: 'T: so'\nstatus:\n  state: rejected # for now\n"
        "decision_makers:\n- One\n-   name: Two\ntags: [a, 'b, c',\n  d]\nsummary: >\n  words over\n  lines\n"
        "supersedes: [3, 4]\n---\n# Context\n\nc\n\n# Decision\n\nd\n"
    )
    found = record(yaml)
    assert (found.title, found.status, found.deciders) == ("T: so", "rejected", "One, Two")
    assert set(found.labels) == {"a", "b", "c", "d"}
    assert found.mentions == (Mention("supersedes", number=3), Mention("supersedes", number=4))
    toml = (
        '+++\ntitle = "T"\nstatus = "accepted"\ndate = 2024-01-02\ntags = ["a"]\n[extra]\ndeciders = ["One"]\n+++\n\n'
        "## Decision\n\nd"
    )
    found = record(toml)
    assert (found.title, found.labels, found.deciders) == ("T", ("a",), "One")
    assert str(found.date) == "2024-01-02 12:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "title", "number"),
    [
        ("docs/adr/0012-use-x.md", "Use x", 12),
        ("docs/adr/ADR-012_use.md", "Use x", 12),
        ("docs/adr/decision-012-use.md", "Use x", 12),
        ("docs/adr/2024-01-02-use-x.md", "Use x", None),
        ("docs/adr/20240102-use-x.md", "Use x", None),
        ("docs/adr/use.md", "ADR-0012: Use x", 12),
        ("docs/adr/use.md", "[ADR 12] Use x", 12),
        ("docs/adr/use.md", "12. Use x", 12),
        ("docs/adr/use.md", "ADR 12 — Use x", 12),
        ("docs/adr/use.md", "Decision record 12: Use x", 12),
        ("docs/adr/use.md", "#12: Use x", 12),
        ("docs/adr/use.md", "Entscheidung 12: Use x", 12),
    ],
)
def test_a_record_is_numbered_by_its_name_or_its_title(path: str, title: str, number: int | None) -> None:
    found = record(f"# {title}\n\n## Decision\n\nd\n", path)
    assert (found.title, found.number) == ("Use x", number)
    if number is None:
        assert str(found.date)[:10] == "2024-01-02"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("12 de marzo de 2024", "2024-03-12"),
        ("12. März 2024", "2024-03-12"),
        ("12 mars 2024", "2024-03-12"),
        ("12 марта 2024", "2024-03-12"),
        ("12 grudnia 2024", "2024-12-12"),
        ("1er août 2024", "2024-08-01"),
        ("2024年3月12日", "2024-03-12"),
        ("2024년 3월 12일", "2024-03-12"),
        ("12/03/2024", "2024-03-12"),
        ("03/25/2024", "2024-03-25"),
        ("March 12, 2024", "2024-03-12"),
        ("the 12th of never 2024", "None"),
    ],
)
def test_days_are_read_in_other_languages(said: str, day: str) -> None:
    assert str(record(f"# T\n\nDate: {said}\n\n## Decision\n\nd\n").date)[:10] == day


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("# {short title, representative of solved problem}\n\n## Decision\n\nd\n", False),
        ("# [short title]\n\n* Status: [proposed | accepted]\n\n## Decision\n\nd\n", False),
        ("# NUMBER. TITLE\n\nDate: DATE\n\n## Status\n\nSTATUS\n\n## Decision\n\nd\n", False),
        ("# ADR-NNN: Title\n\n## Decision\n\nd\n", False),
        ("# ADR template\n\n## Decision\n\nd\n", False),
        ("# Plantilla de decisión\n\n## Decisión\n\nd\n", False),
        ("# Use the template method\n\n## Decision\n\nd\n", True),
        ("# {x} is how names are filled in\n\n## Decision\n\nd\n", True),
    ],
)
def test_a_template_is_no_record(text: str, is_one: bool) -> None:
    assert isinstance(parse("docs/adr/some.md", text), Record) is is_one


def test_what_a_template_left_between_braces_was_said_by_nobody() -> None:
    found = record(
        "# T\n\n## Context\n\n{Describe the context}\n\nIt is slow.\n\n```\n{ a b }\n```\n\n## Decision\n\nd {x y}\n\n"
        "### Consequences\n\n* Good, because {some argument}\n* Bad, because of memory\n"
    )
    assert found.context.replace("\n", "") == "It is slow.```{ a b }```"
    assert (found.decision, found.consequences) == ("d {x y}", "* Bad, because of memory")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("docs/adr/adr-template-minimal.md", False),
        ("docs/adr/template-madr.md", False),
        ("docs/adr/0000-adr-template.md", False),
        ("docs/adr/plantilla.md", False),
        ("docs/adr/0007-template-engine.md", True),
        ("docs/adr/0008-mail-template.md", True),
        ("docs/Architecture_Decisions/x.md", True),
        ("docs/09-decisions/x.adoc", True),
        ("docs/entscheidungen/x.rst", True),
        ("docs/notes/ADR-0007-x.md", True),
        ("docs/notes/0007-x.md", False),
    ],
)
def test_where_records_stand_and_what_is_a_template(path: str, found: bool) -> None:
    assert is_record(path) is found
    assert is_candidate(path) or not found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".adr-dir", "notes/choices\n"),
        (".adr-dir", "./notes/choices/\r\n"),
        (".log4brains.yml", "project:\n  name: x\n  adrFolder: ./notes/choices\n  packages:\n    - name: y\n"),
        (".log4brains.yml", 'project:\n  adrFolder: docs/adr\n  packages:\n    - adrFolder: "notes/choices" # here\n'),
        (".adr.json", '{"language": "en", "path": "notes/choices/"}'),
        (".adr", "[adr]\nrecords-dir = notes/choices\n"),
    ],
)
def test_the_folder_that_a_tool_is_told_is_read(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    files = ["notes/choices/0001-x.md", "notes/choices/template.md", "notes/other/0001-x.md", "notes/choices/a.py"]
    assert chosen(tmp_path, files) == ["notes/choices/0001-x.md"]


@pytest.mark.parametrize("content", ["../outside\n", "/\n", ".\n", "", "\0", "{"])
def test_a_folder_outside_of_the_project_is_passed_over(content: str, tmp_path: Path) -> None:
    (tmp_path / ".adr-dir").write_text(content, encoding="utf-8")
    (tmp_path / ".adr.json").write_text(content, encoding="utf-8")
    assert chosen(tmp_path, ["notes/0001-x.md"]) == []


def test_packages_have_configurations_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "packages" / "a").mkdir(parents=True)
    (tmp_path / "packages" / "a" / ".adr-dir").write_text("log\n", encoding="utf-8")
    files = ["packages/a/.adr-dir", "packages/a/log/0001-x.md", "log/0001-y.md"]
    assert chosen(tmp_path, files) == ["packages/a/log/0001-x.md"]


def test_a_name_is_known_however_it_is_written() -> None:
    assert {fold(name) for name in ("Décision", "DECISION", "2. Decision:", "🎯 decision", "**Decision**")} == {
        "decision"
    }
    assert named("Vor- und Nachteile der Optionen") == "options"
    assert named("A heading of the text") == ""


def test_a_text_that_is_too_long_is_told() -> None:
    assert "lines" in str(parse("docs/adr/0001-x.md", "x\n" * (MAX_LINES + 1)))
    assert number_of("0001-x.md") == 1


def test_prose_about_other_states_is_no_list_of_them() -> None:
    told = "Accepted. " + "A draft was proposed first, one rejected, another deprecated and superseded later on. " * 3
    assert status(told) == "accepted"
