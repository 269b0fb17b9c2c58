"""Words into index terms: normal form, stems, folded accents, pairs for scripts written without spaces. Pure."""

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

STEMMERS = {"en": "english", "es": "spanish", "fr": "french"}
GAP = "_"
LONGEST = 64

_LETTERS = str.maketrans(
    {"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ς": "σ"}
)
# Accents, Hebrew points and Arabic vowel signs may be left out by a writer; Indic marks are letters and stay.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")
# Unicode's categories Cc and Cs, whole.
_UNHOLDABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_DROPPED = dict.fromkeys(map(ord, _INVISIBLE))
_HANGUL = "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"
_UNSPACED = (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
    "\u3041-\u30ff\u31f0-\u31ff"  # kana
    "\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
)
# Python's \w leaves out combining marks, which would cut "ó" typed as two characters, and every Thai or Hindi word.
_MARKS = "".join(
    chr(c) for c in [*range(0x300, 0x2000), 0x3099, 0x309A] if unicodedata.category(chr(c)) in ("Mn", "Mc")
)
WORD = f"[^\\W_]+(?:[{_MARKS}{_INVISIBLE}]+[^\\W_]*)*"
PAIRED_CHARACTERS = _HANGUL + _UNSPACED
SHIFTING = _MARKS + _INVISIBLE  # what stands inside words without being a letter of its own
_PAIRED = re.compile(f"[{PAIRED_CHARACTERS}]")
_RUN = re.compile(f"[{_HANGUL}]+|[{_UNSPACED}]+|(?:(?!{_PAIRED.pattern})[^\\W_]|[{_MARKS}])+")
# What Korean joins to a noun of two syllables or more; 이 and 가 end too many nouns themselves.
PARTICLE = re.compile("(?<=[가-힣]{2})(?:은|는|을|를|의|에|와|과|로|으로|에서|에게|에는|에서는|까지|부터)$")
# Where Snowball parts a word from its plural (ciud, ciudad) or its feminine (adopt, adopte).
_EASED = {"es": (re.compile("([dt]ad)es$"), r"\1"), "fr": (re.compile("ees?$"), "e")}
_per_thread = threading.local()


def clean(text: str) -> str:
    """Give text without control characters and lone surrogates (each becomes a space), which no index can hold."""
    return _UNHOLDABLE.sub(" ", text)


def normal(word: str) -> str:
    """Give the one spelling under which a word is compared: NFKC, lower case, no invisible characters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).lower().translate(_DROPPED))


def fold(word: str) -> str:
    """Give a lower-case word without accents: "población" and "poblacion" become one."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def stem(word: str, language: str) -> str:
    """Give the Snowball stem of a folded word, or the word itself for a language without a stemmer.

    Accents go before stemming, not after it: "egalite" as typed and "égalité" as printed must end alike.
    """
    algorithm = STEMMERS.get(language)
    if algorithm is None:
        return word
    if language in _EASED:
        ending, instead = _EASED[language]
        word = ending.sub(instead, word)
    # A Stemmer keeps its working buffer, so threads must not share one.
    mine: dict[str, Stemmer.Stemmer] = _per_thread.__dict__
    if algorithm not in mine:
        mine[algorithm] = Stemmer.Stemmer(algorithm, 0)
    return str(mine[algorithm].stemWord(word))


def split(word: str, language: str) -> tuple[tuple[str, int, int], ...]:
    """Give the terms of one normal word, each with the part of the word it stands for (from, to).

    Runs of Hangul, Chinese, kana, Thai, Lao, Burmese and Khmer become overlapping pairs, a single character stays as it
    is; any other run becomes one stemmed and folded term of at most 64 characters.
    """
    found: list[tuple[str, int, int]] = []
    for match in _RUN.finditer(word):
        run, start, end = match.group(), match.start(), match.end()
        if not _PAIRED.match(run):
            if term := stem(fold(run)[:LONGEST], language):
                found.append((term, start, end))
        elif len(run) == 1:
            found.append((run, start, end))
        else:
            found.extend((run[i : i + 2], start + i, start + i + 2) for i in range(len(run) - 1))
    return tuple(found)


@lru_cache(maxsize=1 << 12)
def folded(text: str) -> str:
    """Give a whole text in the form used to compare and order titles, codes and stop words."""
    return fold(normal(clean(text))).strip()
