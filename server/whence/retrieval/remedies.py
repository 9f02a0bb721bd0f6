"""Remedies: what changes say that mend what people complain of.

Who asks tells what is felt: it is slow, it hangs. Who mended it told what was done: imported lazily, with a timeout.
Neither words nor vectors bring the two together, so a short question asks for the second as well, at less. There are
few such words, and they are English.
"""

from collections.abc import Iterable
from functools import cache

from whence.retrieval.words import terms

WEIGHT = 0.7
"""What a remedy counts beside the complaint. Ours: with less, code that says `slow` outweighs a message that says what
was done about it. Measured: from .3 to .7 no question set changes by more than .001, since few ask so."""

_REMEDIES = {
    "slow slowly slowness sluggish laggy": "lazy lazily faster performance speed optimize optimise cache latency",
    "hang hangs hanging freeze freezes frozen stuck": "deadlock block timeout lock",
    "crash crashes crashing segfault": "guard null none nil panic exception",
    "leak leaks leaking": "close release dispose free unclosed",
    "flaky intermittent intermittently": "race retry wait timing",
    "garbled mojibake gibberish": "encoding unicode utf decode charset",
    "bloated heavy huge": "size slim shrink lazily",
    "insecure vulnerable vulnerability unsafe": "sanitize escape validate injection",
    "duplicate duplicated twice": "dedupe unique distinct",
    "endless endlessly forever infinite": "loop recursion timeout",
    "noisy verbose spam": "quiet silence suppress",
    "outdated": "bump upgrade update",
}
"""Words of complaints, and words of what is done about them. Ours, from what changes and questions say everywhere."""


def remedies(asked: Iterable[str]) -> list[str]:
    """The terms of what mends that of which these terms complain, each once, without those terms themselves."""
    own = dict.fromkeys(asked)
    found = dict.fromkeys(remedy for each in own for remedy in _by_complaint().get(each, ()))
    return [each for each in found if each not in own]


@cache
def _by_complaint() -> dict[str, list[str]]:
    return {each: terms(said) for complaints, said in _REMEDIES.items() for each in terms(complaints)}
