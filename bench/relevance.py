"""How good the order of results is: Cranfield, and forty questions over the real cases.

    python -m bench.relevance [FOLDER]

Cranfield: 1,400 abstracts, 225 questions; FOLDER (or HUB_CRANFIELD) holds cran.all.1400, cran.qry and cranqrel. Every
judged pair counts as relevant. Questions go through the query language and the index exactly as a visitor's words do,
except that any word is enough: they are whole sentences, and no abstract holds all words of one. Ends with 1 below the
goal of .52.

The forty questions (bench/questions.yaml) are asked of the seeds in a record of their own, as the case list is asked:
what is found, and, where nothing is, what the page offers instead. Every miss is listed.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hub.search.criteria import Criteria
from hub.search.documents import SearchDocument
from hub.search.follow import rebuild
from hub.search.index.store import Index
from hub.search.language.syntax import parse
from hub.search.queries import find_cases
from hub.search.query import loosened
from hub.search.wayout import nearest
from tests.nodes import HUB, app_of, environment_of, inside

GOAL = 0.52
DEPTH = 10
HERE = Path(__file__).resolve().parent
QUESTIONS = HERE / "questions.yaml"
DEFAULT = HERE.parents[1] / "shared" / "data" / "cranfield"
_DOCUMENT = re.compile(r"^\.I (\d+)\n\.T\n(.*?)^\.A\n.*?^\.W\n(.*?)(?=^\.I |\Z)", re.S | re.M)
_QUESTION = re.compile(r"^\.W\n(.*?)(?=^\.I |\Z)", re.S | re.M)


def documents(folder: Path) -> Iterator[SearchDocument]:
    """Yield the abstracts as documents."""
    for match in _DOCUMENT.finditer((folder / "cran.all.1400").read_text(encoding="utf-8")):
        yield SearchDocument("case", int(match[1]), "en", match[2], body=match[3])


def judged(folder: Path) -> dict[int, set[int]]:
    """Return the relevant documents of each question, by its place in the file."""
    relevant: dict[int, set[int]] = defaultdict(set)
    for line in (folder / "cranqrel").read_text(encoding="utf-8").splitlines():
        question, document, *_ = line.split()
        relevant[int(question)].add(int(document))
    return relevant


def ndcg(found: Sequence[object], relevant: Collection[object], depth: int = DEPTH) -> float:
    """Return the normalised discounted gain of the first hits."""
    gain = sum(1 / math.log2(at + 2) for at, document in enumerate(found[:depth]) if document in relevant)
    return gain / sum(1 / math.log2(at + 2) for at in range(min(depth, len(relevant))))


def average_precision(found: list[int], relevant: set[int]) -> float:
    """Return the mean of the precisions at each relevant hit."""
    ranks = [at for at, document in enumerate(found, 1) if document in relevant]
    return sum(count / rank for count, rank in enumerate(ranks, 1)) / len(relevant)


def measure_cranfield(folder: Path) -> tuple[float, float]:
    """Return nDCG@10 and MAP over all questions."""
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
    return mean(score for score, _ in scores), mean(score for _, score in scores)


@dataclass(frozen=True)
class Answered:
    """One of the forty questions with what was found, by slug."""

    q: str
    language: str
    title: str  # whether it shares words with an expected title: some, none, translated
    expected: set[str]
    found: list[str]
    offered: list[str]  # what the page offers where nothing, or hardly anything, was found

    def shown(self, *, with_offered: bool) -> list[str]:
        """Return the first ten a visitor reads, with or without those offered below what was found."""
        return [*self.found, *(self.offered if with_offered else [])][:DEPTH]

    def scores(self, *, with_offered: bool) -> tuple[float, float, float]:
        """Return recall, reciprocal rank of the first right one, and nDCG, each within the first ten."""
        shown = self.shown(with_offered=with_offered)
        ranks = [at for at, slug in enumerate(shown, 1) if slug in self.expected]
        recall = len(ranks) / min(DEPTH, len(self.expected))
        return recall, 1 / ranks[0] if ranks else 0.0, ndcg(shown, self.expected)


def answer_questions() -> list[Answered]:
    """Load the seeds into a record of its own and ask all questions of it; raises KeyError for an unknown case."""
    asked = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        environment = environment_of(Path(name), 8000)
        for command in (["seed"], ["search", "rebuild"]):
            subprocess.run([*HUB, *command], env=environment, check=True, capture_output=True)
        app = app_of(environment)
        with inside(app):
            index = Index.open(app.config["HUB"].index_dir)
            every = {case.slug for case in find_cases(index, Criteria(per_page=100)).cases}
            return [_answered(index, each, every) for each in asked]


def _answered(index: Index, asked: dict[str, Any], every: set[str]) -> Answered:
    expected = set(asked["expected"])
    if unknown := expected - every:
        raise KeyError(f"bench/questions.yaml expects {sorted(unknown)}, which the seeds do not hold")
    criteria = Criteria(q=asked["q"])
    results = find_cases(index, criteria)
    near = nearest(index, criteria, results)
    found = [case.slug for case in results.cases]
    offered = [case.slug for case in near.results.cases] if near and near.is_near else []  # the newest are no answer
    return Answered(criteria.q, asked["language"], asked["title"], expected, found, offered)


def mean(values: Iterable[float]) -> float:
    """Return the mean of at least one value."""
    given = list(values)
    return sum(given) / len(given)


def print_groups(answers: list[Answered]) -> None:
    """Print the figures of each language, of each kind of question, and of all."""
    groups = {
        language: [each for each in answers if each.language == language] for language in ("en", "ko", "es", "fr")
    }
    kinds = {"some": "a word of the title", "none": "no word of the title", "translated": "another language"}
    groups |= {label: [each for each in answers if each.title == kind] for kind, label in kinds.items()}
    groups["all"] = answers
    print(f"  {'':22}{'recall@10':>10}{'MRR':>7}{'nDCG@10':>9}    with what is offered besides")
    for label, group in groups.items():
        parts = []
        for with_offered in (False, True):
            scores = [each.scores(with_offered=with_offered) for each in group]
            recall, first, gain = (mean(column) for column in zip(*scores, strict=True))
            parts.append(f"{recall:10.3f}{first:7.3f}{gain:9.3f}")
        print(f"  {label:18}{len(group):4}{'    '.join(parts)}")


def print_misses(answers: list[Answered]) -> None:
    """Print each question of which an expected case is not among the first ten."""
    for each in answers:
        missed = each.expected - set(each.shown(with_offered=True))
        if missed:
            how = f"{len(each.found)} found" if each.found else f"nothing found, {len(each.offered)} offered"
            print(f"  missed by “{each.q}” ({how}): {', '.join(sorted(missed))}")


def main(folder: str | None = None) -> int:
    """Print the figures; returns 1 when Cranfield misses its goal."""
    answers = answer_questions()
    print(f"{len(answers)} questions over the seeds")
    print_groups(answers)
    print_misses(answers)
    place = Path(folder or os.environ.get("HUB_CRANFIELD") or DEFAULT)
    if not (place / "cran.all.1400").is_file():
        print(f"Cranfield not run: no collection in {place} (name its folder, or set HUB_CRANFIELD)")
        return 0
    gain, precision = measure_cranfield(place)
    print(f"Cranfield: nDCG@10 {gain:.4f} (goal {GOAL}), MAP {precision:.4f}")
    return 0 if gain >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
