"""How good the order of results is: nDCG@10 and MAP over the Cranfield collection (1,400 abstracts, 225 questions).

    python bench/search_relevance.py [FOLDER]

FOLDER (or HUB_CRANFIELD) holds cran.all.1400, cran.qry and cranqrel. Every judged pair counts as relevant. Questions go
through the query language and the index exactly as a visitor's words do, except that any word is enough: they are whole
sentences, and no abstract holds all words of one. Ends with an error below the goal of .52.
"""

import math
import os
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from hub.search.documents import SearchDocument
from hub.search.follow import rebuild
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from hub.search.query import loosened

GOAL = 0.52
HERE = Path(__file__).resolve().parent
DEFAULT = HERE.parents[1] / "shared" / "data" / "cranfield"
_DOCUMENT = re.compile(r"^\.I (\d+)\n\.T\n(.*?)^\.A\n.*?^\.W\n(.*?)(?=^\.I |\Z)", re.S | re.M)
_QUESTION = re.compile(r"^\.W\n(.*?)(?=^\.I |\Z)", re.S | re.M)


def documents(folder: Path) -> Iterator[SearchDocument]:
    """Give the abstracts as documents."""
    for match in _DOCUMENT.finditer((folder / "cran.all.1400").read_text(encoding="utf-8")):
        yield SearchDocument("case", int(match[1]), "en", match[2], body=match[3])


def judged(folder: Path) -> dict[int, set[int]]:
    """Give the relevant documents of each question, by its place in the file."""
    relevant: dict[int, set[int]] = defaultdict(set)
    for line in (folder / "cranqrel").read_text(encoding="utf-8").splitlines():
        question, document, *_ = line.split()
        relevant[int(question)].add(int(document))
    return relevant


def ndcg(found: list[int], relevant: set[int], depth: int = 10) -> float:
    """Give the normalised discounted gain of the first hits."""
    gain = sum(1 / math.log2(at + 2) for at, document in enumerate(found[:depth]) if document in relevant)
    return gain / sum(1 / math.log2(at + 2) for at in range(min(depth, len(relevant))))


def average_precision(found: list[int], relevant: set[int]) -> float:
    """Give the mean of the precisions at each relevant hit."""
    ranks = [at for at, document in enumerate(found, 1) if document in relevant]
    return sum(count / rank for count, rank in enumerate(ranks, 1)) / len(relevant)


def measure(folder: Path) -> tuple[float, float]:
    """Give nDCG@10 and MAP over all questions."""
    relevant = judged(folder)
    questions = _QUESTION.findall((folder / "cran.qry").read_text(encoding="utf-8"))
    scores = []
    with tempfile.TemporaryDirectory() as place:
        rebuild(Path(place), documents(folder), 0, "bench")
        index = Index.open(place)
        for number, text in enumerate(questions, 1):
            tree = parse(text).tree
            keys = index.search(loosened(tree), limit=1000).keys if tree else ()
            found = [int(key.partition(":")[2]) for key in keys]
            scores.append((ndcg(found, relevant[number]), average_precision(found, relevant[number])))
    return sum(score for score, _ in scores) / len(scores), sum(score for _, score in scores) / len(scores)


def main() -> int:
    """Print the figures; 1 when they miss the goal."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("HUB_CRANFIELD") or DEFAULT)
    if not (folder / "cran.all.1400").is_file():
        print(f"not run: no Cranfield collection in {folder} (name its folder, or set HUB_CRANFIELD)")
        return 0
    gain, precision = measure(folder)
    print(f"Cranfield: nDCG@10 {gain:.4f} (goal {GOAL}), MAP {precision:.4f}")
    return 0 if gain >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
