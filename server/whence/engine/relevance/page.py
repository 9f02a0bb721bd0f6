"""Relevance as a page: the memories that matter for a question, with score and reason."""

from collections.abc import Iterable, Mapping, Sequence

from whence.values.handed_out import marked
from whence.values.markdown import code, inline
from whence.values.protocol import Hit
from whence.values.reports.relevance import Relevance, ScoredMemory


def best(scored: Iterable[ScoredMemory], threshold: float, limit: int) -> tuple[ScoredMemory, ...]:
    """Those of the threshold and more, the most relevant first; at most `limit`."""
    kept = [each for each in scored if each.score >= threshold]
    return tuple(sorted(kept, key=lambda each: -each.score)[:limit])


def rescored(hits: Sequence[Hit], scores: Mapping[str, tuple[float, str]]) -> list[Hit]:
    """The hits of the memories that have a score, by that score; of one memory's hits the best has it whole."""
    first: dict[str, float] = {}
    kept = []
    for hit in hits:
        if hit.id in scores:
            score, reason = scores[hit.id]
            share = hit.score / first.setdefault(hit.id, hit.score or 1.0)
            kept.append(hit.model_copy(update={"score": score * share, "why": reason}))
    return sorted(kept, key=lambda hit: -hit.score)


def report(query: str, found: Relevance, threshold: float) -> Relevance:
    """The answer with its page, and with a note that says how it came about."""
    told = []
    if found.model:
        known = found.candidates - found.asked - len(found.unscored)
        told.append(
            f"{found.model} scored {_memories(found.asked)}"
            + (f"; {known} {'was' if known == 1 else 'were'} scored before at no cost" if known else "")
            + (
                f"; {found.below} below {threshold:g} {'is' if found.below == 1 else 'are'} left out"
                if found.below
                else ""
            )
            + (f"; {len(found.unscored)} could not be scored" if found.unscored else "")
            + "."
        )
    note = " ".join(part for part in (*told, found.note) if part)
    if not found.memories and not found.unscored:
        return found.model_copy(update={"note": note})
    parts = [f"# Relevant for “{inline(query, 120)}”"]
    if found.memories:
        parts.append("\n".join(_line(scored) for scored in found.memories))
    if found.unscored:
        lines = [f"- {inline(citation.title, 200)} ({code(citation.id, 80)})" for citation in found.unscored]
        parts += ["## Not scored", "\n".join(lines)]
    return found.model_copy(update={"markdown": marked("\n\n".join(parts)) + "\n", "note": note})


def _line(scored: ScoredMemory) -> str:
    cited = scored.cited
    why = f": {inline(scored.reason, 300)}" if scored.reason else ""
    return f"- **{scored.score:.2f}** {inline(cited.title, 200)} · {cited.kind} ({code(cited.id, 80)}){why}"


def _memories(count: int) -> str:
    return "1 memory" if count == 1 else f"{count} memories"
