"""Where a decision stands, by what its record says: state words of many languages, badges, emoji, ticked boxes.

The first word that is known decides, of a list with days the latest day's; a word that a "not" stands before says
something else. A text without such a word is no state that is known: it is never taken for accepted.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from whence.readers.record_words import fold
from whence.readers.records import Relation, Status

_BEGINNINGS: dict[Status, str] = {
    "accepted": (
        "accept approv adopt decided implemented active final done agreed ratified in-force enacted"
        " aceptad aprobad adoptad decidid vigente implementad aceit aprovad adotad acceptat"
        " akzeptiert angenommen beschlossen entschieden genehmigt freigegeben umgesetzt gultig"
        " adopte approuve valide decide retenu en-vigueur accettat approvat adottat deciso decisa"
        " geaccepteerd aanvaard goedgekeurd aangenomen besloten vastgesteld"
        " zaakceptowan przyjet zatwierdzon zdecydowan принят утвержден одобрен согласован действу прийнят затверджен"
        " accepterad accepteret akseptert godkand godkendt godkjent beslutat vedtaget vedtatt prijat schvalen kabul"
        " onaylan hyvaksytty"
    ),
    "proposed": (
        "propos draft pending open wip review discuss rfc undecided tbd todo candidate considering planned new"
        " propuest borrador pendiente en-revision en-discusion abiert propost rascunho pendente em-revisao em-analise"
        " em-discussao vorgeschlagen vorschlag entwurf offen ausstehend in-prufung in-diskussion in-arbeit geplant"
        " brouillon en-attente en-cours en-discussion en-revue a-valider bozza in-sospeso in-attesa in-revisione"
        " in-discussione voorgesteld voorstel concept openstaand in-behandeling ter-bespreking"
        " zaproponowan propozycja proponowan szkic robocz oczekuj w-trakcie do-dyskusji"
        " предложен черновик на-рассмотрении рассматрива обсужда в-ожидании проект запропонован чернетк"
        " foreslag foreslaet foreslatt utkast udkast navrzen navrh onerildi oneri taslak beklemede ehdot"
    ),
    "rejected": (
        "reject declin withdrawn abandon denied refused dismissed discarded cancel not-adopted"
        " rechazad descartad denegad desestimad retirad abandonad cancelad rejeitad recusad negad"
        " abgelehnt verworfen zuruckgewiesen zuruckgezogen nicht-angenommen rejete refuse ecarte retire annule"
        " rifiutat respint scartat bocciat ritirat annullat afgewezen verworpen geweigerd ingetrokken afgekeurd"
        " odrzucon wycofan porzucon отклон отвергнут отказ отменен відхилен"
        " avvisad avslag forkastad forkastet afvist avvist zamitnut reddedil hylatty"
    ),
    "deprecated": (
        "deprecat retired obsolet outdated expired discontinued sunset archived"
        " desaconsejad caducad en-desuso descontinuad en-desuetude veraltet uberholt ausser-kraft hinfallig"
        " deprecie perime caduc depreciad superato-dai-fatti in-disuso verouderd achterhaald vervallen"
        " przestarzal zdezaktualizowan wycofywan устарел неактуал застаріл forald foraeldet utdatert zastaral"
        " kullanimdan-kalkt vanhentunut"
    ),
    "superseded": (
        "superseded superceded replaced obsoleted reemplazad sustituid superad substituid ersetzt abgelost"
        " remplace sostituit superat vervangen zastapion замен замещен замінен ersatt erstattet nahrazen"
        " yerine-gecildi korvattu"
    ),
}
"""How words that tell a state begin, folded; of several words with hyphens between them."""

_DENSE: dict[Status, str] = {
    "accepted": (
        "承認 採用 採択 決定済 受理 合意 可決 有効 承诺 接受 采纳 采用 批准 通过 已决定 生效 同意 採納 通過 已決定 核准"
        " 승인 수락 채택 확정 결정됨 합의"
    ),
    "proposed": (
        "提案 下書き ドラフト 草案 検討中 審議中 レビュー中 議論中 未承認 未決 保留 起案 提议 草稿 待定 待审 讨论中"
        " 评审中 审核中 未批准 拟定 建议 提議 討論中 審查中 審核中 待審 제안 초안 검토 논의 보류 미승인 미정 진행"
    ),
    "rejected": (
        "却下 棄却 不採用 否決 取り下げ 破棄 不承認 拒绝 拒絕 否决 驳回 放弃 不接受 不采纳 未通过 撤回 不采用 不採納"
        " 未通過 駁回 放棄 거부 거절 반려 기각 철회 불채택 부결"
    ),
    "deprecated": ("非推奨 廃止 失効 陳腐化 弃用 废弃 过时 作废 失效 停用 棄用 廢棄 過時 作廢 중단 폐기 만료 더이상"),
    "superseded": "置き換え 置換 差し替え 取って代わ 上書き 取代 替代 替换 被代替 替換 대체 교체",
}
"""Words of scripts without spaces, wherever they stand; the one that begins first counts, of two the longer one."""

_EMOJI: dict[str, Status] = {
    **dict.fromkeys("✅☑✔🟢🆗👍", "accepted"),
    **dict.fromkeys("🟡🚧⏳📝💬🤔🔵🆕❓⌛", "proposed"),
    **dict.fromkeys("❌🚫⛔🔴👎❎✖", "rejected"),
    **dict.fromkeys("🗑⚠🪦🟠⚰💀", "deprecated"),
    **dict.fromkeys("♻🔄🔁↩", "superseded"),
}

MAX_STATUS = 8000
"""Characters of what is said of the status that are read."""

_NOT_WORDS = "not no never nicht nie keine kein ne non pas nao nunca niet geen не ні inte ikke ej degil"
_YET_WORDS = (
    "yet now currently fully finally to be noch aun todavia encore ainda ancora nog jeszcze еще ще annu enda henuz"
)
_WHOLE_WORDS = "open final done new concept active decide valide retire refuse todo tbd rfc wip adopt"
_NOT, _YET = frozenset(_NOT_WORDS.split()), frozenset(_YET_WORDS.split())
_WHOLE = frozenset(_WHOLE_WORDS.split())
"""Words whose beginnings other words share: these have one letter more at most."""

_LONGER = ("no longer", "nicht mehr", "ya no", "nao mais", "non piu", "niet meer", "juz nie", "больше не", "plus ")
_TO_COME = re.compile(r"\b(?:to be|will be|a ser|zu sein|por|zu)\s*$")

_BADGE = re.compile(r"!\[([^\]\n]{0,200}+)\]\(([^)\s]{0,1000}+)[^)\n]{0,200}+\)")
_BADGE_WORDS = re.compile(r"/badge/([^?#)]*)")
_STRUCK = re.compile(r"~~[^~\n]{0,500}~~|<(del|s|strike)>.{0,500}?</\1>", re.IGNORECASE)
_BOX = re.compile(r"^[ \t]*(?:[*+-][ \t]+)?\[([ xX✓✔])\][ \t]*(.*)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ACTIVE = re.compile(
    r"\b(?:supersedes|supercedes|replaces|obsoletes|reemplaza|sustituye|remplace|substitui|sostituisce|vervangt|"
    r"zastepuje|заменяет|замінює|ersetzt(?=\s*:?\s*(?:\[|\d|adr|die|den|das))|erstatter|ersatter)\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"\b(?:(?:superseded|superceded|replaced|obsoleted)\s+(?:by|with|in)|(?:reemplazad|sustituid|superad)[oa]s?\s+por"
    r"|ersetzt\s+(?:durch|von)|abgel(?:ö|oe)st\s+(?:durch|von)|remplac(?:é|e)e?s?\s+par|substitu(?:í|i)d[oa]s?\s+p(?:or|el[oa])"
    r"|(?:sostituit|superat)[oa]\s+da(?:l|lla|ll')?|vervangen\s+door|zast(?:ą|a)pion[aey]\s+przez"
    r"|замен(?:е|ё)н[аоы]?(?:\s+на)?|замінен[аоиій]*(?:\s+на)?|ersatt\s+(?:av|med)|erstattet\s+a[fv]|nahrazeno?\s+(?:kým)?)"
    r"(?!\w):?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:amend(?:s|ed by)|refine(?:s|d by)|relate(?:s|d) (?:to|with)|depends on|extend(?:s|ed by)"
    r"|clarifie(?:s|d by)|implements|see also|modifica(?:d[oa] por)?|ver tambi(?:é|e)n|siehe auch|ge(?:ä|ae)ndert durch"
    r"|ändert|modifi(?:e|é par)|voir aussi|vedi anche|zie ook|zob\. te(?:ż|z)|см\. также)(?!\w):?",
    re.IGNORECASE,
)
VERBS: tuple[tuple[re.Pattern[str], Relation], ...] = (
    (_PASSIVE, "superseded_by"),
    (re.compile(_ACTIVE.pattern + ":?", re.IGNORECASE), "supersedes"),
    (_ABOUT, "about"),
)
"""The words by which a record names another that follow, and what they say."""

_DENSE_PASSIVE = re.compile(
    "被.{0,80}?(?:取代|替代|替换|替換|代替)|(?:に|によって|により).{0,10}(?:置き?換え|差し替え|取って代わ)"
    "|로.{0,10}(?:대체|교체)|에 ?의해"
)
_DENSE_ACTIVE = re.compile(
    "(?:を|を.{1,40})(?:置き?換え|差し替え|取って代わ)|[을를].{0,10}(?:대체|교체)"
    r"|(?:取代|替代|替换|替換|代替)了?\s*(?:\[|ADR|\d)"
)


def dense_relation(line: str) -> Relation | None:
    """What a line of Japanese, Chinese or Korean says of the records that it names before its verb or after it."""
    if line.isascii():
        return None
    if _DENSE_ACTIVE.search(line) and not line.lstrip("已 *-").startswith("被"):
        return "supersedes"
    if _DENSE_PASSIVE.search(line) or any(word in line for word in _DENSE["superseded"].split()):
        return "superseded_by"
    return None


def status(text: str) -> Status | Literal["unfilled", "unknown"] | None:
    """Where a decision stands by what is said of it.

    Returns:
        The state; `unfilled` where the text lists what it may be, as templates do; `unknown` where it says something
        else; None where it says nothing.
    """
    plain = _BADGE.sub(_badge, _COMMENT.sub("", _STRUCK.sub("", text[:MAX_STATUS])))
    if boxes := _BOX.findall(plain):
        plain = "\n".join(said for box, said in boxes if box != " ")
        if not plain:
            return "unfilled"
    if not plain.strip(" \n\t*_`-[]{}|"):
        return None
    if _is_unfilled(plain):
        return "unfilled"
    if _PASSIVE.search(plain):
        return "superseded"
    lines = [line for line in plain.split("\n") if line.strip()]
    dated = sorted((_day(day[0]), at) for at, line in enumerate(lines) if (day := _DAY.search(line)) and _first(line))
    found = _first(lines[dated[-1][1]]) if len(dated) > 1 else next((each for each in map(_first, lines) if each), None)
    if found is None:
        found = next((_EMOJI[sign] for sign in plain if sign in _EMOJI), None)
    return found or "unknown"


def _badge(match: re.Match[str]) -> str:
    """The words of a picture: its text, or what its address lets it say, as shields.io has it (`/badge/a-b-colour`)."""
    if _first(match[1]):
        return match[1]
    words = _BADGE_WORDS.search(match[2])
    return re.sub(r"%20|[-_]", " ", words[1]) if words else match[1]


def _is_unfilled(text: str) -> bool:
    """Whether a text lists the states that there are: between braces or bars, or as a question."""
    inside = text.strip().strip("\"'`*_ ")
    said = {state for state, _ in _states(inside)}
    if inside[:1] in "{[<" and inside[-1:] in "}]>" and "](" not in inside:
        return True
    if "|" in inside or " / " in inside or "?" in inside:
        return len(said) > 2 or (len(said) > 1 and "?" in inside)
    return len(said) > 3 and len(inside) < 200  # a longer text tells of others too


def _day(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.split(r"[-/.]", text))


def _first(line: str) -> Status | None:
    line = _ACTIVE.sub("", line)
    return next((state for state, _ in _states(line)), None)


def _states(text: str) -> Iterator[tuple[Status, int]]:
    """The states that a text names, in order, each with where it stands."""
    text = text[:4000]
    if not text.isascii() and (dense := sorted(_dense(text))):
        yield from ((state, at) for at, _, state in dense)
        return
    folded = _folded(text)
    words = [(match[0], match.start()) for match in _WORD.finditer(folded)]
    for number, (word, at) in enumerate(words):
        state = _BY_BEGINNING.of(word, words[number + 1][0] if number + 1 < len(words) else "")
        if state is not None:
            yield _negated(state, folded[:at], folded[at + len(word) :]), at


def _negated(state: Status, before: str, after: str) -> Status:
    """The state with what stands around its word: "not accepted" is rejected, "no longer" deprecated."""
    near = before[-40:].rsplit(",", 1)[-1].rsplit(".", 1)[-1].rsplit("\n", 1)[-1]
    if any(each in near for each in _LONGER):
        return "deprecated"
    if _TO_COME.search(near.rstrip()) and state == "accepted":
        return "proposed"
    words = near.split()[-3:]
    if _NOT.isdisjoint(words):
        return state
    if state in ("rejected", "deprecated", "superseded"):
        return "accepted" if state != "rejected" else "proposed"
    if not _YET.isdisjoint((*words, *after.split()[:2])) or state == "proposed":
        return "proposed"
    return "rejected"


def _dense(text: str) -> Iterator[tuple[int, int, Status]]:
    """State words of scripts without spaces: where each begins, its length negated, its state."""
    text = unicodedata.normalize("NFKC", text)
    found = sorted((at, -len(word), state) for word, state in _DENSE_WORDS if (at := text.find(word)) >= 0)
    end = 0
    for at, length, state in found:
        if at >= end:
            yield at, length, state
            end = at - length


def _folded(text: str) -> str:
    """The text folded line by line with its commas and stops, by which parts of a sentence are told."""
    return "\n".join("".join(_piece(each) for each in re.split(r"([,.;])", line)) for line in text.split("\n"))


def _piece(text: str) -> str:
    return text if text in (",", ".", ";") else f" {fold(text)} "


class _Beginnings:
    """The states by how their words begin."""

    def __init__(self) -> None:
        self._one: dict[str, Status] = {}
        self._two: dict[tuple[str, str], Status] = {}
        for state, text in _BEGINNINGS.items():
            for each in text.split():
                first, _, second = fold(each).partition("-")
                if second:
                    self._two[first, second] = state
                else:
                    self._one[first] = state

    def of(self, word: str, following: str) -> Status | None:
        """The state that a word, or it with the one after it, tells."""
        for length in range(len(word), 2, -1):
            if (state := self._one.get(word[:length])) is not None and _is_whole(word[:length], word):
                return state
        for (first, second), state in self._two.items():
            if word == first and following.startswith(second):
                return state
        return None


def _is_whole(beginning: str, word: str) -> bool:
    """Whether a word that begins so is this one: the short ones have few endings."""
    if beginning in ("review", "discuss", "cancel", "accept", "approv", "propos", "reject", "declin", "deprecat"):
        return True
    return beginning not in _WHOLE or len(word) - len(beginning) <= 1


_BY_BEGINNING = _Beginnings()
_DENSE_WORDS = [(word, state) for state, text in _DENSE.items() for word in text.split()]
