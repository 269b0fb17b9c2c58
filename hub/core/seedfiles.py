"""Seed files: YAML and CSV that people edit, read into checked rows, or refused with file, line and field named."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from hub.core.seedtext import Loc, SeedError, SeedErrors, dotted, plain_of, shown, text_of

__all__ = ["Loc", "Row", "SeedError", "SeedErrors", "SeedModel", "digest_of", "read_csv", "read_yaml", "unknown_codes"]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SeedModel(BaseModel):
    """Base of all rows: no unknown fields, no changes afterwards; `key` names the field unique among its siblings."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: ClassVar[str | None] = None

    def problems(self) -> Iterator[tuple[Loc, str]]:
        """Yield what is wrong between fields, as (path from here, message), so that the very line can be named."""
        yield from ()


M = TypeVar("M", bound=SeedModel)


@dataclass(frozen=True)
class Row(Generic[M]):
    """A checked row with the place it came from; the digest changes when, and only when, its content does."""

    value: M
    file: str
    line: int
    digest: str
    lines: Mapping[Loc, int] = field(default_factory=dict, repr=False, compare=False)

    def error(self, message: str, *loc: str | int) -> SeedError:
        """Say what is wrong with a field of this row, such as `row.error("is unknown", "clauses", 2)`."""
        return SeedError(self.file, _line(self.lines, loc, self.line), dotted(loc), message)


def read_yaml(path: Path, model: type[M]) -> list[Row[M]]:
    """Read a YAML file: a list gives one row per entry, a mapping gives one row. Raises SeedErrors."""
    file, text = shown(path), text_of(path)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = f"is not readable YAML: {error.problem or error.context}"
        raise SeedErrors([SeedError(file, mark.line + 1 if mark else 1, "", said)]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise SeedErrors([SeedError(file, 1, "", f"is not readable YAML: {error}")]) from error
    if node is None:
        raise SeedErrors([SeedError(file, 1, "", "the file is empty")])
    errors: list[SeedError] = []
    seen: set[int] = set()
    entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
    records: list[_Record] = []
    for entry in entries:
        lines: dict[Loc, int] = {}
        value = plain_of(
            entry, (), lines, seen, lambda loc, line, said: errors.append(SeedError(file, line, loc, said))
        )
        records.append((value, entry.start_mark.line + 1, lines))
    return _checked(file, model, records, errors)


def read_csv(path: Path, model: type[M]) -> list[Row[M]]:
    """Read a CSV file whose header names exactly the model's fields; an empty cell is no value. Raises SeedErrors."""
    file = shown(path)
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    errors: list[SeedError] = []
    records: list[_Record] = []
    header: list[str] = []
    try:
        header = next(reader, [])
        names = model.model_fields
        errors += [SeedError(file, 1, name, "the column is missing") for name in names if name not in header]
        errors += [SeedError(file, 1, name, "is not a known column") for name in header if name not in names]
        errors += [SeedError(file, 1, name, "the column appears twice") for name in header if header.count(name) > 1]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                records.append(
                    ({name: cell.strip() or None for name, cell in zip(header, cells, strict=True)}, line, {})
                )
            elif cells:
                errors.append(SeedError(file, line, "", f"has {len(cells)} cells, the header has {len(header)}"))
            line = reader.line_num + 1
    except csv.Error as error:
        errors.append(SeedError(file, reader.line_num, "", f"is not readable CSV: {error}"))
    if errors:
        raise SeedErrors(errors)
    return _checked(file, model, records, errors)


def unknown_codes(rows: Iterable[Row[M]], name: str, known: Iterable[str]) -> list[SeedError]:
    """List the references in field `name` (one code or several) that are not among the known codes."""
    known, found = frozenset(known), []
    for row in rows:
        value = getattr(row.value, name)
        many = isinstance(value, tuple)
        for place, code in enumerate(value if many else [value]):
            if code is not None and code not in known:
                found.append(row.error(f'"{code}" is not known', *((name, place) if many else (name,))))
    return found


def digest_of(value: SeedModel) -> str:
    """Return the sha256, in hex, of the value's canonical JSON."""
    plain = json.dumps(value.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


_Record = tuple[Any, int, dict[Loc, int]]


def _checked(file: str, model: type[M], records: list[_Record], errors: list[SeedError]) -> list[Row[M]]:
    rows: list[Row[M]] = []
    first: dict[Any, int] = {}
    for plain, line, lines in records:
        try:
            value = model.model_validate(plain)
        except ValidationError as failed:
            for one in failed.errors(include_url=False):
                loc = one["loc"]
                errors.append(SeedError(file, _line(lines, loc, line), dotted(loc), _said(dict(one))))
            continue
        row = Row(value, file, line, digest_of(value), lines)
        errors += [row.error(said, *loc) for loc, said in _inner_problems(value, (), row)]
        code = getattr(value, model.key) if model.key else line
        if model.key and code in first:
            errors.append(row.error(f'"{code}" is already used on line {first[code]}', model.key))
        first.setdefault(code, line)
        rows.append(row)
    if errors:
        raise SeedErrors(errors)
    return rows


def _inner_problems(value: SeedModel, loc: Loc, row: Row[Any]) -> Iterator[tuple[Loc, str]]:
    """Walk a row and all that is in it: their own problems, and keys that two siblings share."""
    yield from (((*loc, *inner), said) for inner, said in value.problems())
    for name in type(value).model_fields:
        inside = getattr(value, name)
        if isinstance(inside, SeedModel):
            yield from _inner_problems(inside, (*loc, name), row)
        elif isinstance(inside, tuple):
            first: dict[Any, int] = {}
            for place, item in enumerate(inside):
                here: Loc = (*loc, name, place)
                code = getattr(item, item.key) if isinstance(item, SeedModel) and item.key else item
                if code in first:
                    same = _line(row.lines, (*loc, name, first[code]), row.line)
                    yield here, f"{'this' if isinstance(code, SeedModel) else repr(code)} is already on line {same}"
                first.setdefault(code, place)
                if isinstance(item, SeedModel):
                    yield from _inner_problems(item, here, row)


def _line(lines: Mapping[Loc, int], loc: Loc, otherwise: int) -> int:
    while loc:
        if loc in lines:
            return lines[loc]
        loc = loc[:-1]
    return otherwise


def _said(error: dict[str, Any]) -> str:
    if error["type"] == "missing":
        return "is missing"
    if error["type"] == "extra_forbidden":
        return "is not a known field"
    if error["type"] == "model_type":
        return "should be a group of fields, one per line below it"
    if error["type"] == "string_too_short" or error["input"] is None:
        return "must not be empty"
    said: str = error["msg"].removeprefix("Value error, ").replace("Input should", "should")
    return said[:1].lower() + said[1:]
