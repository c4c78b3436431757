"""The table of region codes is what its sources say, whole, and small enough to be loaded with every check of a NIK."""

from collections import Counter
from pathlib import Path

import pytest

from functions.nik.region_codes import CURRENT, RETIRED, RETIRED_WHOLE
from functions.nik.regions import is_current, region, standing
from tools import regions


def by_length(codes: set[str]) -> Counter[int]:
    """How many provinces (2), regencies (4) and districts (6)."""
    return Counter(map(len, codes))


def districts(table: dict[str, int]) -> list[str]:
    """The codes of a table."""
    return [
        f"{regency}{district:02}" for regency, mask in table.items() for district in range(100) if mask >> district & 1
    ]


def test_given_the_sources_when_written_anew_then_the_committed_files() -> None:
    """A new version of a source, or a change of tools/regions.py, without `python -m tools.regions` is found."""
    assert regions.main(["--check"]) == 0


@pytest.mark.parametrize("file", [regions.CODES_FILE, regions.NAMES_FILE], ids=lambda file: file.name)
def test_given_a_file_that_has_drifted_when_checked_then_it_is_named(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check fails for either file, and says which."""
    documents = regions.documents()
    monkeypatch.setattr(regions, "documents", lambda: documents | {file: documents[file] + "\n"})

    assert regions.main(["--check"]) == 1
    assert file.name in capsys.readouterr().err


def test_given_the_committed_files_when_weighed_then_within_budget() -> None:
    """12 KB for what every check loads, 120 KB with the names."""
    codes, names = regions.CODES_FILE.stat().st_size, regions.NAMES_FILE.stat().st_size

    assert codes <= 12_000
    assert codes + names <= 120_000


def test_given_the_sources_when_counted_then_what_the_decree_counts() -> None:
    """38 provinces, 514 regencies and 7,285 districts in force, and 26 regencies and 588 districts that were."""
    assert by_length(set(regions.current())) == {2: 38, 4: 514, 6: 7285}
    assert by_length(set(regions.retired())) == {4: 26, 6: 588}
    assert (len(districts(CURRENT)), len(CURRENT), len({regency[:2] for regency in CURRENT})) == (7285, 514, 38)
    assert (len(districts(RETIRED)), len(RETIRED)) == (588, 26)


def test_given_every_code_in_force_when_looked_up_then_current_and_named_as_in_the_source() -> None:
    """No district of the source is missed, misread or given a neighbour's name."""
    names = regions.current()
    for code, name in names.items():
        if len(code) == regions.DISTRICT:
            assert standing(code) == "current"
            assert is_current(code)
            assert region(code) == (names[code[:2]], names[code[:4]], name, False)


def test_given_every_code_out_of_force_when_looked_up_then_retired_and_named_as_in_the_source() -> None:
    """No code is both, and each has the names of its time."""
    names = regions.current() | regions.retired()
    for code, name in regions.retired().items():
        if len(code) == regions.DISTRICT:
            assert standing(code) == "retired"
            assert region(code) == (names[code[:2]], names[code[:4]], name, True)


def test_given_regions_retired_as_a_whole_when_compared_then_no_source_has_them() -> None:
    """A number that is given out again, or a source that has its districts, ends the exception for it."""
    known = regions.lokal().keys() | regions.nomiden().keys()

    assert regions.RETIRED_WHOLE.keys() == RETIRED_WHOLE
    assert known.isdisjoint(RETIRED_WHOLE)
    assert {code[:2] for code in RETIRED_WHOLE if len(code) > 2} <= known


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("KAB. ACEH SELATAN", "Kabupaten Aceh Selatan"),
        ("KAB PEGUNUNGAN BINTANG", "Kabupaten Pegunungan Bintang"),
        ("KOTA SORONG", "Kota Sorong"),
        ("KAB. KOTABARU", "Kabupaten Kotabaru"),
    ],
)
def test_given_a_regency_in_capitals_when_spelt_then_as_a_person_reads_it(written: str, read: str) -> None:
    """Kabupaten is written out, and a city is not taken for one."""
    assert regions.regency_spelt(written) == read
