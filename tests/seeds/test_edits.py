"""A broken edit of a shipped seed file is refused with file, line and field."""

import re
from pathlib import Path

import pytest

from hub.core.paths import SEEDS
from hub.core.seedfiles import SeedErrors, read_csv, read_yaml
from tests.seeds.shipped import CSV, YAML

pytestmark = pytest.mark.alone

FOUR = "    - GP10.1\n    - GP10.2\n    - GP4.2\n    - "


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("charters.yaml", "code: GP8.2\n", "code: GP9.2\n", "should begin with GP8."),
        ("charters.yaml", "      replaced_by: null", "      replaced_by: GP11", '"terms[0].replaced_by"'),
        ("charters.yaml", "text: 인권 주류화", "text: ''", '"terms[6].labels.ko.text": must not be empty'),
        ("commitments.yaml", "code: C2.3\n", "code: C2.2\n", "'C2.2' is already on line"),
        ("commitments.yaml", "code: C4.1.3\n", "code: C4.2.3\n", "should begin with C4.1."),
        ("ladders.yaml", "cycle_months: 12\n", "cycle_months: 0\n", '"cycle_months"'),
        ("vocabularies.yaml", "rank: 5", "rank: 4", "is already the rank of another status"),
        ("crosswalk.yaml", "- 16\n", "- 18\n", '"sdgs[0]"'),
        ("cases.yaml", "started: 2010\n  ended: 2011", "started: 2010\n  ended: 2009", "should not be before 2010"),
        ("cases.yaml", "country: AT", "country: at", '"country": should be two capital letters'),
        ("cases.yaml", "stage: scaled", "stage: ended", '"stage": does not go with is_ongoing'),
        ("cases.yaml", "    - cost_band\n", "    - lessons\n", "'lessons' is answered"),
        ("cases.yaml", f"{FOUR}GP6.2\n", f"{FOUR.replace('10.2', '9.1')}GP6.2\n", "3 principles at most"),
        ("case_translations.yaml", "id: barcelona-ond-ko", "id: barcelona-ond-fr", "should be barcelona-ond-ko"),
        ("case_translations.yaml", "    lessons:", "    lesson:", "is not a field that is translated"),
        ("organisations.yaml", "homepage: http://", "homepage: javascript://", '"homepage"'),
        ("editions.yaml", "starts: '2013-05-15'", "starts: '2013-02-30'", '"starts"'),
        ("cities.csv", "KR,asia-pacific,ICCAR-APA,35.1547,126.9156", "KR,asia-pacific,ICCAR-APA,95,126.9", '"lat"'),
        ("cities.csv", "ICCAR-APA,35.1547,126.9156", "ICCAR-APA,35.1547,", "a map point needs lat and lon"),
        ("cities.csv", "GeoNames 1841811,Asia/Seoul", "GeoNames 1841811,Seoul", '"time_zone"'),
        ("status_records.csv", "bonn-c4.1-1", "berlin-c4.1-1", "is already used on line 2"),
        ("status_records.csv", "adopted,2006,", "adopted,2006-13,", '"effective"'),
        ("status_records.csv", "third_party,", "somebody,", '"claimed_by"'),
    ],
)
def test_broken_edit_names_file_line_and_field(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    text = (SEEDS / name).read_text()
    assert old in text
    (tmp_path / "seeds").mkdir()
    path = tmp_path / "seeds" / name
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(SeedErrors) as caught:
        read_yaml(path, YAML[name]) if name in YAML else read_csv(path, CSV[name])
    line = text[: text.index(old)].count("\n") + 1 + old.count("\n", 0, len(old) - 1)
    shown = [str(error) for error in caught.value.errors]
    assert any(said in one for one in shown), shown
    assert any(re.match(rf"seeds/{re.escape(name)}, line {line}\b", one) for one in shown), (line, shown)
