"""The words that decision records use: what their headings and their lines of metadata are called, in many languages.

Words are compared folded: in lower case, without accents, numbers before them and what is no letter. A heading that
joins two names ("Decision and rationale", "Estado / Status", "Contexte (Context)") counts as the first that is known.
"""

import re
import unicodedata
from functools import lru_cache

_NAMES = """
status: status, state, decision status, adr status, estado, estatus, situacion, zustand, statut, etat,
    situacao, stato, staat, toestand, stan, статус, состояние, стан, stav, durum, tila, ステータス, 状態,
    状况, 状态, 狀態, 상태
date: date, revdate, created, created at, created on, decided, decided on, decision date, date of decision, fecha,
    fecha de decision, datum, erstellt, erstellt am, entschieden am, data, data da decisao,
    data della decisione, date de decision, data decyzji, дата, дата решения, dato, tarih, 日付, 作成日,
    決定日, 日期, 创建日期, 决定日期, 創建日期, 날짜, 작성일, 결정일
deciders: deciders, decider, decision makers, decision maker, decision-makers, decision-maker, decided by,
    approvers, approved by, decisores, responsables, responsables de la decision, tomadores de decision,
    entscheider, entscheidungstrager, entscheidende, beteiligte, decideurs, decideur, responsaveis, decisori,
    decisore, beslissers, besluitnemers, beslissingsnemers, decydenci, osoby decyzyjne, ответственные,
    решающие, принимающие решение, участники, вирішувачі, beslutsfattare, beslutningstagere, rozhodli,
    karar verenler, 決定者, 意思決定者, 决策者, 决策人, 決策者, 결정자, 의사결정자
authors: authors, author, owner, owners, proposed by, proposer, autor, autores, autora, autoren, verfasser,
    auteur, auteurs, autori, autore, autorzy, автор, авторы, forfattare, forfatter, yazar, 作成者, 著者, 作者,
    제안자, 작성자, 저자
drivers: decision drivers, drivers, forces, requirements, constraints, assumptions, quality attributes, goals,
    factores de decision, factores decisivos, requisitos, restricciones, supuestos, impulsores de la decision,
    entscheidungstreiber, einflussfaktoren, entscheidungskriterien, randbedingungen, annahmen, anforderungen,
    facteurs de decision, facteurs, moteurs de decision, contraintes, hypotheses, exigences, restricoes,
    fatores de decisao, direcionadores da decisao, premissas, fattori decisionali, vincoli, requisiti,
    beslissingsfactoren, drijfveren, randvoorwaarden, aannames, czynniki decyzyjne, zalozenia, wymagania,
    факторы решения, факторы, движущие факторы, требования, ограничения, предположения, 判断要因, 決定要因,
    前提条件, 制約, 要件, 決定の推進要因, 决策驱动因素, 决策因素, 约束, 假设, 決策因素, 約束, 결정 요인,
    의사결정 요인, 결정 동인, 제약 조건, 요구사항
context: context, context and problem statement, problem, problem statement, background, issue, issues,
    motivation, question, situation, introduction, summary, description, the problem, problem description,
    abstract, contexto, contexto y planteamiento del problema, contexto y problema,
    planteamiento del problema, problema, antecedentes, motivacion, resumen, descripcion, kontext,
    kontext und problemstellung, problemstellung, ausgangslage, hintergrund, fragestellung, ausgangssituation,
    zusammenfassung, beschreibung, kontext und problembeschreibung, contexte, contexte et enonce du probleme,
    enonce du probleme, probleme, problematique, contexte et problematique, resume,
    contexto e declaracao do problema, contexto e problema, descricao do problema, motivacao, resumo,
    descricao, contesto, contesto e descrizione del problema, contesto e problema, descrizione del problema,
    motivazione, descrizione, context en probleemstelling, probleemstelling, achtergrond, aanleiding,
    probleem, samenvatting, kontekst, kontekst i opis problemu, opis problemu, problem i kontekst, tlo,
    контекст, контекст и постановка проблемы, постановка проблемы, контекст и проблема, проблема, предыстория,
    описание, мотивация, bakgrund, kontext och problembeskrivning, baggrund, bakgrunn, baglam, コンテキスト,
    コンテクスト, 背景, 文脈, 課題, 状況, 背景と課題, コンテキストと問題提起, 概要, 問題, 问题, 上下文, 语境,
    情境, 背景与问题, 背景和问题, 上下文和问题陈述, 问题陈述, 問題陳述, 脈絡, 概述, 맥락, 배경, 문맥,
    컨텍스트, 문제, 상황, 맥락과 문제 정의, 배경 및 문제, 개요
options: considered options, options, options considered, alternatives, alternatives considered,
    considered alternatives, pros and cons of the options, pros and cons, positions, alternative options,
    options and alternatives, rejected alternatives, rejected options, other options, possible solutions,
    solutions considered, opciones consideradas, opciones, alternativas, alternativas consideradas,
    pros y contras de las opciones, opciones valoradas, betrachtete optionen, optionen, alternativen,
    betrachtete alternativen, erwogene optionen, erwogene alternativen, losungsoptionen,
    vor- und nachteile der optionen, vor und nachteile der optionen, untersuchte alternativen,
    bewertung der optionen, verworfene alternativen, options envisagees, options considerees,
    options etudiees, alternatives envisagees, avantages et inconvenients des options, solutions envisagees,
    opcoes consideradas, opcoes, pros e contras das opcoes, opzioni considerate, opzioni, alternative,
    alternative considerate, opzioni valutate, pro e contro delle opzioni, overwogen opties, opties,
    alternatieven, overwogen alternatieven, voor- en nadelen van de opties, voors en tegens van de opties,
    rozwazane opcje, opcje, alternatywy, rozwazane alternatywy, zalety i wady opcji, рассмотренные варианты,
    варианты, альтернативы, рассматриваемые варианты, рассмотренные альтернативы, плюсы и минусы вариантов,
    alternativ, alternativer, overvagda alternativ, secenekler, 検討した選択肢, 選択肢, 代替案,
    検討した代替案, 候補, 選択肢の長所と短所, 検討した案, 考慮された選択肢, 备选方案, 可选方案, 方案,
    考虑的方案, 考虑过的方案, 考虑的选项, 选项, 替代方案, 方案的优缺点, 方案比较, 備選方案, 選項, 考慮的選項,
    고려한 선택지, 고려한 옵션, 선택지, 대안, 고려된 옵션, 검토한 대안, 옵션, 옵션의 장단점
decision: decision, decision outcome, outcome, resolution, solution, decisions, our decision, chosen option,
    proposed decision, proposal, proposed solution, conclusion, decision result, resultado de la decision,
    resultado, solucion, propuesta, resolucion, decision tomada, opcion elegida, entscheidung, entscheidungen,
    entscheidungsergebnis, ergebnis der entscheidung, ergebnis, losung, beschluss, gewahlte option,
    resultat de la decision, resultat, decision prise, option retenue, option choisie, proposition,
    solution retenue, decisao, decisoes, resultado da decisao, solucao, opcao escolhida, proposta,
    decisao tomada, decisione, decisioni, esito della decisione, esito, soluzione, risultato della decisione,
    opzione scelta, beslissing, besluit, uitkomst, uitkomst van de beslissing, besluitvorming, oplossing,
    gekozen optie, decyzja, decyzje, wynik decyzji, rozwiazanie, wybrana opcja, решение, решения,
    итоговое решение, результат решения, принятое решение, результат, рішення, beslut, beslutning, rozhodnuti,
    karar, 決定, 決定事項, 決定内容, 結論, 決定の結果, 意思決定, 判断, 決定結果, 解決策, 决策, 决定, 决策结果,
    决议, 决定结果, 解决方案, 结论, 决策结论, 決策, 決策結果, 解決方案, 결정, 결정 사항, 결정 결과, 의사결정,
    결론, 해결책, 결정사항
rationale: rationale, justification, reasons, reason, argument, arguments, reasoning, decision rationale, why,
    justificacion, razones, razon, argumentos, fundamento, motivos, begrundung, grunde, argumente, raisons,
    raison, raisonnement, argumentaire, justificativa, razoes, motivo, argomenti, motivazioni,
    giustificazione, ragioni, onderbouwing, motivatie, redenen, argumenten, rechtvaardiging, uzasadnienie,
    argumenty, powody, обоснование, причины, аргументы, обґрунтування, motivering, begrundelse, begrunnelse,
    oduvodneni, gerekce, 理由, 根拠, 決定理由, 論拠, 选择理由, 决策理由, 依据, 理據, 근거, 이유, 결정 이유,
    사유
consequences: consequences, consequence, consecuencias, consecuencia, konsequenzen, folgen, auswirkungen,
    consequencias, consequencia, conseguenze, conseguenza, gevolgen, consequenties, konsekwencje, skutki,
    следствия, последствия, последствие, наслідки, konsekvenser, dusledky, sonuclar, 結果, 影響, 帰結, 後果,
    后果, 结果, 影响, 결과, 영향
consequences+: positive consequences, negative consequences, neutral consequences, implications, impact,
    confirmation, validation, risks, trade-offs, tradeoffs, risks and mitigations, benefits, drawbacks,
    compliance, consecuencias positivas, consecuencias negativas, implicaciones, impacto, confirmacion,
    validacion, riesgos, positive konsequenzen, negative konsequenzen, positive auswirkungen,
    negative auswirkungen, bestatigung, validierung, risiken, consequences positives, consequences negatives,
    impacts, risques, consequencias positivas, consequencias negativas, implicacoes, confirmacao, validacao,
    riscos, conseguenze positive, conseguenze negative, implicazioni, impatto, conferma, validazione, rischi,
    positieve gevolgen, negatieve gevolgen, implicaties, bevestiging, validatie, risico's, risicos,
    pozytywne konsekwencje, negatywne konsekwencje, pozytywne skutki, negatywne skutki, potwierdzenie, ryzyka,
    положительные последствия, отрицательные последствия, негативные последствия, позитивные последствия,
    подтверждение, риски, 良い影響, 悪い影響, 良い結果, 悪い結果, 好影響, 悪影響, ポジティブな結果,
    ネガティブな結果, 確認, 検証, リスク, 正面影响, 负面影响, 积极影响, 消极影响, 正面后果, 负面后果, 验证,
    确认, 风险, 正面影響, 負面影響, 驗證, 긍정적 결과, 부정적 결과, 긍정적 영향, 부정적 영향, 확인, 검증,
    위험
links: links, related decisions, related, references, more information, see also, related artifacts,
    related requirements, related principles, related adrs, further reading, resources, appendix, enlaces,
    referencias, mas informacion, decisiones relacionadas, vinculos, verweise, referenzen,
    weitere informationen, verwandte entscheidungen, quellen, liens, plus d'informations, plus dinformations,
    decisions liees, informations complementaires, ligacoes, mais informacoes, decisoes relacionadas,
    collegamenti, riferimenti, ulteriori informazioni, decisioni correlate, verwijzingen, referenties,
    meer informatie, gerelateerde beslissingen, linki, odnosniki, powiazane decyzje, wiecej informacji,
    zrodla, ссылки, связанные решения, дополнительная информация, lankar, lenker, odkazy, リンク, 参考,
    参考資料, 関連, 関連する決定, 詳細情報, 补充信息, 链接, 参考资料, 相关决策, 更多信息, 連結, 參考資料,
    更多資訊, 링크, 참고, 참고 자료, 관련 결정, 추가 정보
"""
"""The parts of a record, and what headings call them. With a plus: whose heading stays above what it says."""

_KEYS = """
labels: tags, labels, tag, label, categories, category, keywords, etiquetas, schlagworter, stichworter,
    etiquettes, mots-cles, etichette, trefwoorden, etykiety, tagi, теги, метки, タグ, 标签, 標籤, 태그
title: title, titulo, titel, titre, titolo, tytul, название, заголовок, タイトル, 标题, 標題, 제목
number: id, number, adr, adr number, adr id, decision id, numero, nummer, numer, номер, 番号, 编号, 編號,
    번호
supersedes: supersedes, superceeds, supercedes, replaces, obsoletes, reemplaza, reemplaza a, sustituye,
    sustituye a, ersetzt, remplace, substitui, sostituisce, vervangt, zastepuje, заменяет, 置き換え対象, 取代,
    대체하는 결정
superseded by: superseded by, superseded-by, supersededby, superceded by, replaced by, obsoleted by,
    reemplazado por, reemplazada por, sustituido por, sustituida por, ersetzt durch, abgelost durch,
    remplace par, remplacee par, substituido por, substituida por, sostituito da, sostituita da,
    vervangen door, zastapiona przez, zastapiony przez, заменено на, заменен на, заменено, 置換先, 被取代,
    대체한 결정
related: relates to, related to, related-to, amends, amended by, depends on, extends, links
whence: whence
last updated: last updated, updated, updated at, last-modified, last modified, modified
"""
"""What lines of metadata are called besides the names of parts."""

_MONTHS = """
1: jan, ene, gen, янв, ledna, sty, sijecnja, oca
2: feb, fev, fev., fév, февр, фев, unor, lut, sub
3: mar, mrt, mär, maerz, марта, мар, brez, mrz
4: apr, abr, avr, avril, апр, dub, kwi, nis
5: may, mai, mei, mag, maj, мая, май, kve
6: jun, juin, giu, июн, cze, haz
7: jul, juil, lug, июл, lip, tem
8: aug, ago, aou, août, авг, sie, agu
9: sep, set, сен, вер, wrz, eyl
10: oct, okt, ott, out, окт, paz, eki
11: nov, noi, ноя, lis, kas
12: dec, dez, dic, dis, déc, дек, gru, ara
"""
"""How the names of months begin, in the first five, four or three letters."""

_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "’": "'"})
_ACCENTS = re.compile("[\u0300-\u036f]+")
_NUMBERED = re.compile(r"(?:§\s*)?\d{1,3}(?:[.)]\d{1,3}){0,5}[.)]?(?=[\s.)、:]|[^\W\d_])[.)、:]?\s*")
_NO_LETTERS = re.compile(r"[^\w' -]+|_+")
_JOINED = re.compile(r"\s(?:and|und|y|et|e|en|i|и|och|og|ve)\s|[&/+|,;()（）【】]|と|和|与|與|及び|及|및")
_SAID = re.compile(r"([^:：]{1,60})[:：](?:\s|[*_]*\s*$|(?<=：))\s*(.*)")


def fold(text: str) -> str:
    """A name as it compares with others: lower case, without accents, numbers before it, emoji and emphasis."""
    text = text[:200]
    if not text.isascii():
        bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)))
        text = unicodedata.normalize("NFC", bare)
    text = _NO_LETTERS.sub(" ", text.lower())
    text = " ".join(text.split())
    return _NUMBERED.sub("", text, count=1) if text[:1].isdigit() else text


def _table(text: str) -> dict[str, str]:
    """What each folded name stands for; of two meanings the first one."""
    table: dict[str, str] = {}
    what = ""
    for line in text.strip().splitlines():
        begun, colon, names = line.partition(":")
        if colon and not line.startswith(" "):
            what = begun
        for name in (names if colon else line).split(","):
            if name.strip():
                table.setdefault(fold(name), what)
    return table


_PARTS = _table(_NAMES)
"""Which part of a record a folded heading opens."""

_TOLD = ("status", "date", "deciders", "authors")
_FACTS = {**_table(_KEYS), **{name: what for name, what in _PARTS.items() if what in _TOLD}}
"""What a line of metadata tells, by its folded key."""

_MONTH = {name: int(number) for name, number in _table(_MONTHS).items()}


@lru_cache(maxsize=1 << 10)
def named(heading: str) -> str:
    """The part that a heading opens, `consequences+` where its name has to stay above it; empty for none."""
    if whole(heading):
        return whole(heading)
    if said := _SAID.match(heading):
        return named(said[1])
    pieces = _JOINED.split(heading[:200])
    return next((whole(each) for each in pieces if whole(each)), "") if len(pieces) > 1 else ""


def whole(heading: str) -> str:
    """The part that a heading opens, where nothing of it is left over; empty for none."""
    return _PARTS.get(fold(heading), "")


def said_in(heading: str) -> str:
    """What a heading such as "Status: accepted" says itself; empty where it only names its part."""
    said = None if whole(heading) else _SAID.match(heading)
    return said[2].strip(" *_") if said and named(said[1]) else ""


def part(heading: str) -> str:
    """The part of a record that a heading opens; empty for none."""
    return named(heading).rstrip("+")


@lru_cache(maxsize=1 << 10)
def fact(key: str) -> str:
    """What a line of metadata with this key tells; empty where records have no such line."""
    folded = fold(key.replace("_", " "))
    return _FACTS.get(folded) or _FACTS.get(folded.replace("-", " "), "")


def month(name: str) -> int:
    """The number of a month by its name or the beginning of it, in many languages; 0 for none."""
    folded = fold(name)
    return next((number for length in (5, 4, 3) if (number := _MONTH.get(folded[:length], 0))), 0)
