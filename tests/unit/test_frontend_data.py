"""What the page and the TypeScript client are given by others: texts, names of regions, types, packages."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from functions.nik.region_codes import CURRENT, RETIRED, RETIRED_WHOLE
from functions.nik.regions import region
from functions.notifications.notice import LINK_SECONDS
from functions.registration.models import Expects, FieldProblem, ProblemDocument, RegistrationView, StatusName
from functions.shared.policy import DAY, default
from functions.shared.reasons import LANGUAGES, PROBLEMS, REASONS, Language
from tools import reasons, regions

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "frontend.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "clients" / "typescript" / "example.ts").read_text(encoding="utf-8")
LOCK = ROOT / "package-lock.json"
ENTRY = re.compile(r'  (?P<code>\w+): \{ title: (?P<title>".*?"), detail: (?P<detail>".*"), ask: (?P<ask>.+) \},')


def entries(language: Language) -> Iterator[tuple[str, str, str, str | None]]:
    """Code, title, detail and ask of each line of the page's texts, as they are committed."""
    for line in reasons.MODULES[language].read_text(encoding="utf-8").splitlines():
        if line.startswith("  ") and not line.startswith("  //"):
            found = ENTRY.fullmatch(line)
            assert found, line
            yield found["code"], json.loads(found["title"]), json.loads(found["detail"]), json.loads(found["ask"])


def names(table: str) -> dict[str, str]:
    """One table of the page's names of regions, as it is committed."""
    body = (
        regions.PAGE_FILE.read_text(encoding="ascii").partition(f"export const {table} = {{\n")[2].partition("\n};")[0]
    )
    return dict(json.loads("{" + body.rstrip(",") + "}"))


# ----------------------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_the_catalogue_when_compared_then_the_page_has_its_texts(language: Language) -> None:
    """Every code that a registrant can meet, once, with the words of the catalogue."""
    found = list(entries(language))

    assert len(found) == len({code for code, *_ in found})
    assert {code for code, *_ in found} == REASONS.keys() - reasons.OPERATORS_ONLY
    for code, title, detail, ask in found:
        text = REASONS[code].texts[language]
        assert (title, detail, ask) == (text.title, text.detail, REASONS[code].ask)


@pytest.mark.parametrize(("language", "life"), [("id", "satu hari"), ("en", "one day")])
def test_given_the_link_of_a_mail_when_the_page_says_how_long_it_works_then_it_is_so(
    language: Language, life: str
) -> None:
    """Every mail's link opens a registration for a day, and no longer, whatever it is about."""
    assert LINK_SECONDS == default().email.code_seconds == DAY
    texts = (ROOT / "frontend" / "texts" / f"{language}.js").read_text(encoding="utf-8")
    (said,) = re.findall(r'^const linkLife = "(.*)";$', texts, re.MULTILINE)
    assert life in said


def test_given_a_problem_when_left_out_of_the_page_then_only_operators_meet_it() -> None:
    """What the registrants' API never raises is left out, and nothing else."""

    def raised_in(package: str) -> set[str]:
        code = "".join(file.read_text() for file in (ROOT / "functions" / package).glob("*.py"))
        return {each for each in PROBLEMS if f'"{each}"' in code}

    assert raised_in("reviews") - raised_in("registration") - raised_in("shared") == reasons.OPERATORS_ONLY


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_texts_that_drifted_when_checked_then_they_are_reported_and_written_anew(
    language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `make lint` runs can fail for either language, names the file, and says what to do."""
    file = tmp_path / "texts" / "reasons.js"
    monkeypatch.setitem(reasons.MODULES, language, file)

    assert reasons.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert str(file) in said
    assert "python -m tools.reasons" in said
    assert reasons.main([]) == 0
    assert reasons.main(["--check"]) == 0
    assert file.read_text(encoding="utf-8") == reasons.module(language)
    file.write_text(file.read_text(encoding="utf-8").replace("KTP", "ktp", 1), encoding="utf-8")
    assert reasons.main(["--check"]) == 1


def test_given_the_generated_files_when_weighed_then_a_phone_can_load_them() -> None:
    """6 KB for the texts of a language, 7 KB for the names, as they go over the line."""
    weights = {file: len(gzip.compress(file.read_bytes())) for file in (*reasons.MODULES.values(), regions.PAGE_FILE)}

    assert weights.pop(regions.PAGE_FILE) <= 7_000
    assert all(weight <= 6_000 for weight in weights.values())


# --------------------------------------------------------------------------------------------------------------- regions


def test_given_a_regency_that_a_nik_can_have_when_looked_up_then_the_page_names_it_as_the_api_does() -> None:
    """In force or not: what the page says while a NIK is typed is what the API answers afterwards."""
    provinces, regencies = names("PROVINCES"), names("REGENCIES")

    for regency in CURRENT.keys() | RETIRED.keys():
        mask = CURRENT.get(regency) or RETIRED[regency]
        answered = region(f"{regency}{mask.bit_length() - 1:02}")
        assert answered is not None
        assert (provinces[regency[:2]], regencies[regency]) == (answered.province, answered.regency)
    assert {code for code in RETIRED_WHOLE if len(code) == 2} <= provinces.keys()
    assert {code for code in RETIRED_WHOLE if len(code) == 4} <= regencies.keys()
    assert len(regencies) == len(CURRENT.keys() | RETIRED.keys()) + sum(len(code) == 4 for code in RETIRED_WHOLE)
    assert {len(code) for code in provinces} == {2}


def test_given_names_that_drifted_when_checked_then_they_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page's file is among those that `make lint` compares."""
    monkeypatch.setattr(regions, "PAGE_FILE", tmp_path / "regions.js")

    assert regions.main(["--check"]) == 1
    assert "regions.js" in capsys.readouterr().err


def test_given_the_page_s_names_when_copied_on_then_their_licence_goes_along() -> None:
    """The sources are under the MIT License, whose notice belongs to every copy, a page's file included."""
    header = regions.PAGE_FILE.read_text(encoding="ascii").partition("*/")[0]

    assert "copyright (c)" in header
    assert regions.LICENCE in header


# ----------------------------------------------------------------------------------------------------- guide and packages


def test_given_the_guide_when_read_then_its_typescript_is_what_is_compiled() -> None:
    """`make client-check` compiles the file, and the guide shows that file."""
    (shown,) = re.findall(r"```ts\n(.*?)```", GUIDE, re.DOTALL)

    assert shown == EXAMPLE.partition("\n")[2]


def test_given_the_guide_s_examples_when_read_then_they_are_of_the_api_s_shapes() -> None:
    """A member that is added to a view, or to a problem, is added to its example."""
    view, problem = (json.loads(each) for each in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))

    RegistrationView.model_validate(view, strict=True)
    ProblemDocument.model_validate(problem, strict=True)
    assert view.keys() == RegistrationView.model_fields.keys()
    assert problem["errors"][0].keys() == FieldProblem.model_fields.keys()
    assert problem["detail"] == REASONS[problem["code"]].texts["en"].detail


def test_given_the_guide_when_read_then_it_says_what_to_show_for_every_status_and_expectation() -> None:
    """A status or an expectation that is added to the API is added to the table."""
    told = "\n".join(line for line in GUIDE.splitlines() if line.startswith("| "))

    assert not {each for each in (*get_args(StatusName), *get_args(Expects)) if f"`{each}`" not in told}


def test_given_the_guide_when_read_then_it_names_every_call_of_the_registrants_api() -> None:
    """A call that is added to the API is added to the guide."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    calls = {
        f"{method.upper()} {path.replace('/v1/registrations/{registration_id}', '…')}"
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/v1/registrations")
    }

    assert not {call for call in calls if f"`{call}`" not in GUIDE}


def test_given_the_npm_lock_when_read_then_it_has_hashes_and_no_addresses() -> None:
    """What is installed is known by its hash, wherever it comes from."""
    packages = {name: each for name, each in json.loads(LOCK.read_text())["packages"].items() if name}

    assert packages
    assert not re.search(r'"resolved"|registry', LOCK.read_text())
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())


def test_given_the_npm_packages_that_we_ask_for_when_read_then_each_is_pinned_and_for_development() -> None:
    """Nothing of npm is deployed, and nothing is newer tomorrow."""
    manifest = json.loads((ROOT / "package.json").read_text())

    assert manifest["private"] is True
    assert "dependencies" not in manifest
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in manifest["devDependencies"].values())
