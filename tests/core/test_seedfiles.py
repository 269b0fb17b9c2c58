"""Seed files are read whole or refused, and a refusal names file, line and field."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from hub.core.seedfields import Country, Language, Line, Slug, Texts, WebAddress
from hub.core.seedfiles import Loc, SeedErrors, SeedModel, digest_of, read_csv, read_yaml, unknown_codes

pytestmark = pytest.mark.alone


class Part(SeedModel):
    key: ClassVar[str | None] = "code"
    code: Slug
    year: int | None = None


class Thing(SeedModel):
    key: ClassVar[str | None] = "code"
    code: Slug
    title: Line
    is_open: bool = False
    home: WebAddress | None = None
    texts: Texts | None = None
    parts: tuple[Part, ...] = ()
    refs: tuple[str, ...] = ()

    def problems(self) -> Iterator[tuple[Loc, str]]:
        for place, part in enumerate(self.parts):
            if not part.code.startswith(self.code):
                yield ("parts", place, "code"), f"should begin with {self.code}"


class Place(SeedModel):
    key: ClassVar[str | None] = "id"
    id: Slug
    name: Line
    country: Country
    language: Language | None
    lat: float | None


def write(folder: Path, name: str, text: str | bytes) -> Path:
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    path = seeds / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused_yaml(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(SeedErrors) as caught:
        read_yaml(write(folder, "things.yaml", text), Thing)
    return [str(error) for error in caught.value.errors]


def refused_csv(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(SeedErrors) as caught:
        read_csv(write(folder, "places.csv", text), Place)
    return [str(error) for error in caught.value.errors]


def test_yaml_rows_carry_value_line_and_file(tmp_path: Path) -> None:
    text = "# head\n- code: a\n  title: One\n\n- code: b\n  title: 2011-05-16\n  is_open: true\n  home: null\n"
    first, second = read_yaml(write(tmp_path, "things.yaml", text), Thing)
    assert (first.value.title, first.line, first.file) == ("One", 2, "seeds/things.yaml")
    assert (second.value.title, second.value.is_open, second.value.home, second.line) == ("2011-05-16", True, None, 5)


def test_yaml_mapping_is_one_row(tmp_path: Path) -> None:
    (row,) = read_yaml(write(tmp_path, "things.yaml", "code: a\ntitle: no\n"), Thing)
    assert row.value.title == "no"


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    (row,) = read_yaml(write(tmp_path, "things.yaml", b"\xef\xbb\xbfcode: a\ntitle: One\n"), Thing)
    assert row.value.code == "a"


def test_digest_follows_content_only(tmp_path: Path) -> None:
    def read(text: str) -> str:
        return read_yaml(write(tmp_path, "things.yaml", text), Thing)[0].digest

    plain = read("- code: a\n  title: One two\n")
    assert plain == read("# moved\n\n- title: >-\n    One\n    two\n  code: 'a'\n")
    assert plain == digest_of(Thing(code="a", title="One two"))
    assert plain != read("- code: a\n  title: One three\n")


def test_broken_field_is_named(tmp_path: Path) -> None:
    text = "- code: a\n  title: ''\n- code: B b\n  title: Two\n  home: ftp://x\n"
    assert refused_yaml(tmp_path, text) == [
        'seeds/things.yaml, line 2, field "title": must not be empty',
        "seeds/things.yaml, line 3, field \"code\": should be small letters and digits joined by hyphens, not 'B b'",
        'seeds/things.yaml, line 5, field "home": should be a web address beginning with http:// or https://, '
        "not 'ftp://x'",
    ]


def test_nested_field_has_its_own_line(tmp_path: Path) -> None:
    text = "- code: a\n  title: One\n  parts:\n    - code: a1\n    - code: a2\n      year: soon\n"
    (said,) = refused_yaml(tmp_path, text)
    assert said.startswith('seeds/things.yaml, line 6, field "parts[1].year": should be a valid integer')


def test_missing_and_unknown_fields(tmp_path: Path) -> None:
    text = "- code: a\n  titel: One\n  texts:\n    en: x\n    ko: x\n    es: x\n"
    assert refused_yaml(tmp_path, text) == [
        'seeds/things.yaml, line 1, field "title": is missing',
        'seeds/things.yaml, line 2, field "titel": is not a known field',
        'seeds/things.yaml, line 3, field "texts.fr": is missing',
    ]


def test_text_where_fields_belong(tmp_path: Path) -> None:
    assert refused_yaml(tmp_path, "- just text\n") == [
        "seeds/things.yaml, line 1: should be a group of fields, one per line below it"
    ]


def test_all_broken_rows_are_listed_and_none_returned(tmp_path: Path) -> None:
    text = "".join(f"- code: c{number}\n" for number in range(7))
    assert len(refused_yaml(tmp_path, text)) == 7


def test_key_given_twice(tmp_path: Path) -> None:
    said = refused_yaml(tmp_path, "- code: a\n  title: One\n  title: Two\n")
    assert said == ['seeds/things.yaml, line 3, field "title": is already given on line 2']


def test_code_used_twice_among_rows_and_siblings(tmp_path: Path) -> None:
    text = "- code: a\n  title: One\n  parts:\n    - code: a1\n    - code: a1\n- code: a\n  title: Two\n"
    assert refused_yaml(tmp_path, text) == [
        "seeds/things.yaml, line 5, field \"parts[1]\": 'a1' is already on line 4",
        'seeds/things.yaml, line 6, field "code": "a" is already used on line 1',
    ]


def test_same_reference_twice(tmp_path: Path) -> None:
    text = "- code: a\n  title: One\n  refs:\n    - x\n    - x\n"
    assert refused_yaml(tmp_path, text) == ["seeds/things.yaml, line 5, field \"refs[1]\": 'x' is already on line 4"]


def test_problems_between_fields_name_the_line(tmp_path: Path) -> None:
    text = "- code: a\n  title: One\n  parts:\n    - code: b1\n"
    assert refused_yaml(tmp_path, text) == ['seeds/things.yaml, line 4, field "parts[0].code": should begin with a']


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"- code: a\n  title: One\x00\n", 2),
        (b"- code: a\n  title: One\x07\n", 2),
        ("- code: a\n\n  title: One\u202e\n".encode(), 3),
        (b'- code: a\n  title: "One\\0"\n', 2),
        (b"- code: a\n  title: \xff\n", 2),
    ],
)
def test_characters_nobody_can_see(tmp_path: Path, text: bytes, line: int) -> None:
    (said, *_) = refused_yaml(tmp_path, text)
    assert said.startswith(f"seeds/things.yaml, line {line}")
    assert "control character" in said or "UTF-8" in said


@pytest.mark.parametrize("text", ["", "# only a remark\n", "- code: [a\n", "a: 1\n---\nb: 2\n", "\tcode: a\n"])
def test_unreadable_yaml_says_where(tmp_path: Path, text: str) -> None:
    (said,) = refused_yaml(tmp_path, text)
    assert said.startswith("seeds/things.yaml, line ")


@pytest.mark.parametrize("text", ["- code: &a x\n  title: *a\n", "- code: !!python/name:os.system\n  title: One\n"])
def test_anchors_and_tags_are_refused(tmp_path: Path, text: str) -> None:
    assert any("write the value out" in said for said in refused_yaml(tmp_path, text))


def test_aliases_cannot_grow(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert refused_yaml(tmp_path, "\n".join(lines))


def test_csv_rows(tmp_path: Path) -> None:
    text = 'id,name,country,language,lat\r\nx,"Two\r\nlines",KR,,\r\n'
    assert refused_csv(tmp_path, text) == [
        "seeds/places.csv, line 2, field \"name\": should be on one line, not 'Two\\r\\nlines'"
    ]
    rows = read_csv(write(tmp_path, "places.csv", "name,id,country,language,lat\nAé ,x,KR,,1.5\n\n,,,,\n"[:-5]), Place)
    assert [(row.value.name, row.value.language, row.value.lat, row.line) for row in rows] == [("Aé", None, 1.5, 2)]


def test_csv_broken_cells(tmp_path: Path) -> None:
    text = "id,name,country,language,lat\na,A,kr,xx-yy-zz,1\nb,,KR,,north\n\nb,B,KR,ko,\nb,B,KR,ko,\nc,C,KR\n"
    with_length = refused_csv(tmp_path, text)
    assert with_length == ["seeds/places.csv, line 7: has 3 cells, the header has 5"]
    said = refused_csv(tmp_path, text.removesuffix("c,C,KR\n"))
    assert [one.split(": ")[0] for one in said] == [
        'seeds/places.csv, line 2, field "country"',
        'seeds/places.csv, line 2, field "language"',
        'seeds/places.csv, line 3, field "lat"',
        'seeds/places.csv, line 3, field "name"',
        'seeds/places.csv, line 6, field "id"',
    ]


@pytest.mark.parametrize(
    ("header", "field"),
    [("id,name,country,language", "lat"), ("id,name,country,language,lat,size", "size"), ("id,id,name", "id")],
)
def test_csv_header(tmp_path: Path, header: str, field: str) -> None:
    assert any(said.startswith(f'seeds/places.csv, line 1, field "{field}"') for said in refused_csv(tmp_path, header))


def test_csv_empty_or_unclosed(tmp_path: Path) -> None:
    assert len(refused_csv(tmp_path, "")) == len(Place.model_fields)
    assert "is not readable CSV" in refused_csv(tmp_path, 'id,name,country,language,lat\nx,"A\n')[0]


def test_unknown_codes_name_the_line(tmp_path: Path) -> None:
    text = "- code: a\n  title: One\n  refs:\n    - x\n    - y\n"
    rows = read_yaml(write(tmp_path, "things.yaml", text), Thing)
    assert [str(error) for error in unknown_codes(rows, "refs", ["x"])] == [
        'seeds/things.yaml, line 5, field "refs[1]": "y" is not known'
    ]
    assert [str(error) for error in unknown_codes(rows, "code", ["b"])] == [
        'seeds/things.yaml, line 1, field "code": "a" is not known'
    ]
    assert unknown_codes(rows, "home", []) == []
