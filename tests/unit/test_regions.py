"""Which region codes are in force, were, or are unknown, and what a person calls them."""

import subprocess
import sys
from pathlib import Path
from timeit import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.nik import regions
from functions.nik.region_codes import CURRENT, RETIRED
from functions.nik.regions import Region, Standing, is_current, region, standing

REGENCIES = [*CURRENT, *RETIRED, "3219", "5401", "5400", "6404", "9909"]
ROOT = Path(__file__).parents[2]

STANDINGS: list[tuple[str, Standing]] = [
    ("317101", "current"),
    ("110101", "current"),
    ("967110", "current"),
    ("330951", "unknown"),
    ("910101", "retired"),
    ("927110", "retired"),
    ("927111", "unknown"),
    ("910301", "current"),
    ("640301", "current"),
    ("640401", "retired"),
    ("640599", "retired"),
    ("647301", "retired"),
    ("321901", "retired"),
    ("322001", "unknown"),
    ("540101", "retired"),
    ("549999", "retired"),
    ("540001", "unknown"),
    ("540100", "unknown"),
    ("317100", "unknown"),
    ("640400", "unknown"),
    ("990999", "unknown"),
]


@pytest.mark.parametrize(("code", "expected"), STANDINGS)
def test_given_a_region_code_when_looked_up_then_its_standing(code: str, expected: Standing) -> None:
    """In force, out of force with its district or as a whole, or never recorded."""
    assert standing(code) == expected
    assert is_current(code) == (expected == "current")


@pytest.mark.parametrize(
    "text",
    ["", "31", "3171", "31711", "3171011", "31.71.01", "31710a", "\uff13\uff11\uff17\uff11\uff10\uff11", "3171 1"],
)
def test_given_anything_but_six_ascii_digits_when_looked_up_then_unknown(text: str) -> None:
    """Nothing is converted, so that no other text is taken for a code, and none raises."""
    assert standing(text) == "unknown"
    assert not is_current(text)
    assert region(text) is None


@given(st.builds("{}{:02}".format, st.sampled_from(REGENCIES), st.integers(0, 99)))
def test_given_any_code_when_looked_up_then_standing_and_names_agree(code: str) -> None:
    """What is known has a name, and what is unknown has none."""
    found, expected = region(code), standing(code)

    assert (found is None) == (expected == "unknown")
    if found:
        assert found.province
        assert found.retired == (expected == "retired")
        assert expected == "retired" or (found.regency and found.district)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("317101", Region("Daerah Khusus Ibukota Jakarta", "Kota Administrasi Jakarta Pusat", "Gambir", retired=False)),
        ("110101", Region("Aceh", "Kabupaten Aceh Selatan", "Bakongan", retired=False)),
        ("110410", Region("Aceh", "Kabupaten Aceh Tengah", "Ketol", retired=False)),
        ("130504", Region("Sumatera Barat", "Kabupaten Padang Pariaman", "2 x 11 Anam Lingkuang", retired=False)),
        ("530210", Region("Nusa Tenggara Timur", "Kabupaten Timor Tengah Selatan", "Ki'e", retired=False)),
        ("967110", Region("Papua Barat Daya", "Kota Sorong", "Maladum Mes", retired=False)),
        ("927110", Region("Papua Barat", "Kota Sorong", "Maladum Mes", retired=True)),
        ("911201", Region("Papua", "Kabupaten Pegunungan Bintang", "Oksibil", retired=True)),
        ("640401", Region("Kalimantan Timur", "Kabupaten Bulungan", None, retired=True)),
        ("321901", Region("Jawa Barat", "Kabupaten Tangerang", None, retired=True)),
        ("540101", Region("Timor Timur", None, None, retired=True)),
    ],
)
def test_given_a_known_code_when_named_then_as_a_person_reads_it(code: str, expected: Region) -> None:
    """Both sources' names come in one style, and what is not recorded is None."""
    assert region(code) == expected


def test_given_no_call_for_names_when_codes_are_looked_up_then_the_names_are_not_read() -> None:
    """Only the first call of `region` for a known code reads the file, and it reads it once."""
    regions._blocks.cache_clear()

    assert standing("317101") == "current"
    assert region("990999") is None
    assert regions._blocks.cache_info().misses == 0

    assert region("317101") != region("317102")
    assert regions._blocks.cache_info().misses == 1


def test_given_a_fresh_interpreter_when_imported_then_nothing_slow_comes_with_it() -> None:
    """The check of a NIK has a budget for its imports, which these alone would use up."""
    slow = {"dataclasses", "inspect", "re", "pathlib", "json", "pydantic"}
    program = "import sys; sys.path.insert(0, sys.argv[1]); import functions.nik.regions; print(*sys.modules)"

    run = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-I", "-S", "-c", program, str(ROOT)], check=True, capture_output=True, text=True
    )

    assert slow.isdisjoint(run.stdout.split())


def test_given_an_unknown_region_when_its_neighbours_are_tried_then_it_takes_no_time_worth_counting() -> None:
    """A look-up is far below 10 microseconds, also on a busy machine."""
    assert min(timeit(lambda: is_current("990999"), number=1000) for _ in range(5)) < 1000 * 10e-6
    assert min(timeit(lambda: standing("990999"), number=1000) for _ in range(5)) < 1000 * 10e-6
