"""Sentences by which decision records say what was decided: MADR's "chosen option", and Y-statements.

A Y-statement (O. Zimmermann, 2012) is one sentence: in the context of …, facing …, we decided for … and neglected …,
to achieve …, accepting that …. Both are read in several languages.
"""

import re
from typing import NamedTuple

from whence.readers.record_markup import BULLET, LINK
from whence.values.base import unique

_CHOSEN = re.compile(
    r"(?:(?:chosen|selected) (?:option|alternative|solution)s?|opci[oó]n (?:elegida|escogida|seleccionada)"
    r"|gew(?:ä|ae)hlte (?:option|alternative|l(?:ö|oe)sung|variante)|(?:option|solution) (?:choisie|retenue)"
    r"|op[çc](?:ã|a)o (?:escolhida|selecionada)|opzione scelta|gekozen (?:optie|oplossing)|wybrana opcja"
    r"|выбранн(?:ый вариант|ое решение|ая опция)|選択した(?:選択肢|オプション|案)|選(?:択|ば)された?(?:選択肢|案)"
    r"|选择的?(?:方案|选项)|选定的?(?:方案|选项)|已选(?:方案|选项)|選擇的?(?:方案|選項)|選定的?(?:方案|選項)"
    r"|선택(?:한|된)? ?(?:옵션|선택지|안|대안))\s{0,3}[*_]{0,2}[:：]\s{0,3}[*_]{0,2}\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"[\"“„«'‘「『]\s?([^\n]{1,500}?)\s?[\"”“»'’」』](?=[\s,.;:，。、；]|$|因|な|を)[,.;:，。、；]?\s*"
)
_BECAUSE = re.compile(
    r"[,，、]?\s{0,3}(?:\b(?:because|porque|weil|parce qu[e']|puisque|perch[éè]|poich[éè]|omdat|ponieważ|gdyż"
    r"|потому что|поскольку|так как)\b|(?<=[,，] )(?:da|car|pois|want|bo|denn|ya que|since|as)\b"
    r"|なぜなら|因为|因為|由于|왜냐하면)"
    r"\s*(?:that\b)?\s*:?\s*",
    re.IGNORECASE,
)

_STEPS: tuple[tuple[str, str], ...] = (
    (
        "context",
        r"in the context of|im kontext (?:von|der|des)|im zusammenhang mit|en el contexto de|dans le contexte d[e']"
        r"|no contexto d[eao]s?|nel contesto d[ei]l?l?a?|in de context van|в контексте",
    ),
    (
        "facing",
        r"(?:and )?(?:facing|confronted with|faced with)|angesichts|konfrontiert mit|frente a|ante|face (?:à|a)"
        r"|confront(?:é|e)s? (?:à|a)|diante d[eao]s?|di fronte a[l]?l?a?|geconfronteerd met|столкнувшись с",
    ),
    (
        "decision",
        r"we (?:have )?(?:decided|chose|opted)(?: (?:for|to|that|on|in favou?r of))?"
        r"|(?:haben wir uns|entscheiden wir uns|entschieden wir uns) f(?:ü|ue)r|hemos decidido|decidimos"
        r"|nous avons (?:décidé|decide|choisi)(?: de| d')?|abbiamo (?:deciso|scelto)(?: di| per)?"
        r"|hebben we (?:besloten|gekozen)(?: voor| om)?|мы решили",
    ),
    (
        "neglected",
        r"(?:and|und|y|et|e|en) (?:neglected|against|rejected|not for|gegen|descartamos|rechazamos"
        r"|(?:avons )?(?:écarté|négligé)|scartato|niet voor)|and neglect(?:ing)?"
        r"|instead of|rather than|plutôt que|en lugar de|anstatt|statt",
    ),
    (
        "aims",
        r"(?:in order )?to achieve|so that we|um(?= [^,.]{3,200} zu erreichen)|para (?:lograr|conseguir|alcan(?:ç|c)ar)"
        r"|(?:pour|afin d['e])\s?(?:atteindre|obtenir)|per ottenere|om te bereiken|чтобы (?:достичь|получить)?",
    ),
    (
        "accepted",
        r"(?:and )?accepting(?: that| the (?:downside|drawback)s?(?: that| of)?)?"
        r"|(?:und )?(?:akzeptieren|nehmen)(?: dabei)?"
        r"|aceptando(?: que)?|(?:en )?acceptant(?: que)?|aceitando(?: que)?|accettando(?: che)?|accepterend(?: dat)?"
        r"|принимая(?: то)?(?:,? что)?",
    ),
)
_MARKS = tuple((step, re.compile(rf"(?<!\w)(?:{words})(?!\w)[,:]?\s*", re.IGNORECASE)) for step, words in _STEPS)
_MAX = 6000
"""Characters of a Y-statement."""


class Statement(NamedTuple):
    """What a Y-statement says."""

    context: str
    decision: str
    neglected: tuple[str, ...]
    aims: str
    accepted: str
    rest: str
    """What follows its sentence."""


def chosen(text: str) -> tuple[str, str]:
    """The option that was chosen and why, where it says so in MADR's words; otherwise all of it, and nothing."""
    bare = text.lstrip("*_ ")
    match = _CHOSEN.match(bare)
    if not match:
        return text, ""
    rest = bare[match.end() :]
    first, newline, below = rest.partition("\n")
    if quoted := _QUOTED.match(rest):
        option, why = quoted[1], rest[quoted.end() :]
    elif because := _BECAUSE.search(first):
        option, why = first[: because.start()], f"{first[because.end() :]}{newline}{below}"
    elif (because := _BECAUSE.match(below)) and below:
        option, why = first, below[because.end() :]
    else:
        option, why = first, below
    option = re.sub(r"\*\*|__|`", "", LINK.sub(r"\1", option)).strip()
    why = why.strip()
    if reason := _BECAUSE.match(f", {why}"):
        why = why[max(reason.end() - 2, 0) :].strip()
    return option if quoted else option.rstrip(".,，。"), why


def y_statement(text: str) -> Statement | None:
    """What a Y-statement says that a text begins with; None where it begins with none."""
    paragraph, _, rest = re.sub(r"\n[ \t]*\n", "\n\n", text[:_MAX].strip()).partition("\n\n")
    lines = (BULLET.sub(r"\1", line).strip(" >\t") for line in paragraph.split("\n"))
    said = " ".join(re.sub(r"\*\*|__|(?<!\w)[*_]|[*_](?!\w)", "", " ".join(lines)).split()).strip('"“”„«» ')
    begun = _MARKS[0][1].match(said)
    if begun is None:
        return None
    found: dict[str, tuple[int, int]] = {"context": begun.span()}
    at = begun.end()
    for step, mark in _MARKS[1:]:
        if match := mark.search(said, at):
            found[step] = match.span()
            at = match.end()
    if "decision" not in found:
        return None
    starts = sorted(found.values())
    pieces = {
        step: said[end : next((start for start, _ in starts if start >= end), len(said))].strip(" ,;.–—-")
        for step, (_, end) in found.items()
    }
    pieces["decision"] = re.sub(r",?\s+(?:entschieden|zu entscheiden)$", "", pieces["decision"]).strip(" ,")
    until = found["decision"][0]
    return Statement(
        context=said[:until].strip(" ,;"),
        decision=pieces["decision"],
        neglected=unique(re.split(r"\s*(?:,|;)\s*(?:and |or |und |oder |y |o |et |ou )?", pieces.get("neglected", ""))),
        aims=pieces.get("aims", ""),
        accepted=pieces.get("accepted", ""),
        rest=(rest + text[_MAX:]).strip(),
    )
