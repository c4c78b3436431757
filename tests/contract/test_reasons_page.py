"""The page of reasons is what the catalogue says."""

from typing import TYPE_CHECKING

import pytest

from functions.shared.reasons import LANGUAGES, REASONS
from tools import reasons

if TYPE_CHECKING:
    from pathlib import Path


def test_given_the_committed_page_when_compared_then_it_is_what_the_catalogue_says() -> None:
    """A change of a text without `python -m tools.reasons` is found."""
    assert reasons.FILE.read_text(encoding="utf-8") == reasons.page()


def test_given_the_page_when_read_then_every_code_is_there_once_with_its_texts() -> None:
    """One row for each reason, with whom to ask and both languages."""
    rows = {line.split("`")[1]: line for line in reasons.page().splitlines() if line.startswith("| `")}

    assert rows.keys() == REASONS.keys()
    for code, reason in REASONS.items():
        texts = [reason.texts[language] for language in LANGUAGES]
        assert all(f"**{text.title}**<br>{text.detail}" in rows[code] for text in texts)
        assert (f"`{reason.ask}`" in rows[code]) == (reason.ask is not None)


def test_given_a_page_that_drifted_when_checked_then_it_is_reported_and_written_anew(
    tmp_path: "Path", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `make lint` runs can fail, and says what to do."""
    monkeypatch.setattr(reasons, "FILE", tmp_path / "reasons.md")

    assert reasons.main(["--check"]) == 1
    assert "python -m tools.reasons" in capsys.readouterr().err
    assert reasons.main([]) == 0
    assert reasons.main(["--check"]) == 0
    (tmp_path / "reasons.md").write_text(reasons.page() + "x", encoding="utf-8")
    assert reasons.main(["--check"]) == 1
