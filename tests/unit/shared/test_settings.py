"""What an operator sets wrongly is told in a sentence."""

import pytest

from shared.settings import ServiceSettings, SettingsError, settings_of


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CPCS_PREFETCH", "0", "CPCS_PREFETCH: Input should be greater than or equal"),
        ("CPCS_DRAIN_TIME", "soon", "CPCS_DRAIN_TIME: Input should be a valid number"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence):
        settings_of(ServiceSettings)


def test_what_is_not_set_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CPCS_PREFETCH", raising=False)
    assert settings_of(ServiceSettings).prefetch == 8
