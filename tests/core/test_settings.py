"""Settings come from the environment, work from any folder, and say clearly what is wrong."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.settings import ROOT, Settings, SettingsError, settings

Setter = Callable[[str, str], None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setter]:
    """A clean environment and a fresh cache; returns a function that sets a variable."""
    for name in [name for name in os.environ if name.upper().startswith("EFFIGIES_")]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield monkeypatch.setenv
    settings.cache_clear()


def test_defaults_lie_in_the_project(environment: Setter) -> None:
    chosen = settings()
    assert chosen.models == ROOT / "models"
    assert chosen.data == ROOT / "data" / "raw"
    assert chosen.prepared == ROOT / "data" / "prepared"
    assert chosen.runs == ROOT / "runs"
    assert (ROOT / "core" / "settings.py").is_file()
    assert chosen.uploads is True


def test_defaults_do_not_depend_on_the_working_directory(tmp_path: Path) -> None:
    code = "from core.settings import settings; print(settings().models)"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EFFIGIES_")}
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**clean, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert result.stdout.strip() == str(ROOT / "models"), result.stderr


def test_folders_are_made_absolute(environment: Setter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    environment("EFFIGIES_DATA", "raw")
    environment("EFFIGIES_MODELS", "~/models")
    assert settings().data == tmp_path / "raw"
    assert settings().models == Path.home() / "models"


@pytest.mark.parametrize(("value", "allowed"), [("0", False), ("false", False), ("no", False), ("1", True), ("", True)])
def test_uploads_can_be_switched_off(environment: Setter, value: str, allowed: bool) -> None:
    environment("EFFIGIES_UPLOADS", value)
    assert settings().uploads is allowed


def test_the_address_for_phones_is_a_web_address(environment: Setter) -> None:
    environment("EFFIGIES_ADDRESS", "")  # as compose.yaml passes on what nobody has set
    assert settings().address is None
    settings.cache_clear()
    environment("EFFIGIES_ADDRESS", "http://192.168.1.20:8501")
    assert str(settings().address) == "http://192.168.1.20:8501/"


@pytest.mark.parametrize("file", ["compose.yaml", "compose.replicas.yaml"])
def test_containers_are_told_what_they_cannot_know(file: str) -> None:
    assert "EFFIGIES_ADDRESS: ${EFFIGIES_ADDRESS:-}" in (ROOT / file).read_text("utf-8")


@pytest.mark.security
def test_upload_limits_reach_the_decoder(environment: Setter) -> None:
    environment("EFFIGIES_UPLOAD_MEGABYTES", "2")
    environment("EFFIGIES_UPLOAD_MEGAPIXELS", "3")
    limits = settings().image_limits
    assert limits.max_bytes == 2 * 1024 * 1024
    assert limits.max_pixels == 3_000_000


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EFFIGIES_UPLOADS", "perhaps"),
        ("EFFIGIES_UPLOAD_MEGABYTES", "0"),
        ("EFFIGIES_UPLOAD_MEGABYTES", "{big}"),
        ("EFFIGIES_UPLOAD_MEGAPIXELS", "-5"),
        ("EFFIGIES_ADDRESS", "192.168.1.20:8501"),
        ("EFFIGIES_ADDRESS", "ftp://192.168.1.20"),
        ("EFFIGIES_ADDRESS", "http://"),
        ("EFFIGIES_ADDRESS", "http://192.168.1.20:99999"),
        ("EFFIGIES_ADDRESS", "http://192.168.1.20/?room=CHKP"),
    ],
)
def test_bad_values_name_the_variable_and_the_value(environment: Setter, variable: str, value: str) -> None:
    environment(variable, value)
    with pytest.raises(SettingsError) as caught:
        settings()
    assert variable in str(caught.value)
    assert repr(value) in str(caught.value)


def test_a_password_in_an_address_is_shown_to_nobody(environment: Setter) -> None:
    environment("EFFIGIES_ADDRESS", "https://ana:secret@studio.example")
    with pytest.raises(SettingsError, match="EFFIGIES_ADDRESS") as caught:
        settings()
    assert "secret" not in str(caught.value)


def test_a_misspelt_setting_is_pointed_out(environment: Setter, caplog: pytest.LogCaptureFixture) -> None:
    environment("EFFIGIES_UPLOAD", "0")
    assert settings().uploads is True
    assert "no setting EFFIGIES_UPLOAD:" in caplog.text
    assert "EFFIGIES_UPLOADS" in caplog.text


def test_settings_are_read_once_and_cannot_be_changed(environment: Setter) -> None:
    assert settings() is settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings().uploads = False


def test_other_variables_are_left_alone(environment: Setter) -> None:
    environment("MODELS", "elsewhere")
    assert Settings().models == ROOT / "models"


def test_importing_is_light() -> None:
    code = (
        "import sys, core.settings; print([m for m in ('tensorflow', 'keras', 'streamlit', 'PIL') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
