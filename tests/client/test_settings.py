"""Which server, who asks: flags, environment, a night's folder, profiles."""

import stat
from pathlib import Path

import pytest
from cpcs.config import forget, found_settings, home, keep_profile
from cpcs.errors import CpcsError
from cpcs.journal import Entry, Journal


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CPCS_URL", "CPCS_HASHTAG", "CPCS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CPCS_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CPCS_NO_KEYRING", "1")


def test_a_flag_goes_before_the_environment_that_before_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep_profile("default", {"url": "http://profile"}, "profile-hashtag")
    night = tmp_path / "night" / "r"
    night.mkdir(parents=True)
    assert found_settings(night).url == "http://profile"
    assert found_settings(night).hashtag == "profile-hashtag"
    own = night.parent / ".cpcs.toml"
    own.write_text('url = "http://folder"\ntarget = "Gaia16aye"\nmatch_radius = 4\n')
    assert found_settings(night).url == "http://folder"
    assert found_settings(night).match_radius == 4.0
    monkeypatch.setenv("CPCS_URL", "http://environment")
    assert found_settings(night).url == "http://environment"
    told = found_settings(night, url="http://flag", target="")
    assert (told.url, told.target) == ("http://flag", "Gaia16aye")


def test_a_hashtag_is_per_profile_and_nobody_else_reads_it() -> None:
    keep_profile("a", {"url": "http://a"}, "hashtag-a")
    keep_profile("b", {"url": "http://b"}, "hashtag-b")
    assert found_settings(Path(), profile="b").hashtag == "hashtag-b"
    assert found_settings(Path(), profile="a").url == "http://a"
    mode = stat.S_IMODE((home() / "a.hashtag").stat().st_mode)
    assert mode == 0o600
    assert "hashtag-a" not in (home() / "profiles.toml").read_text("utf-8")
    forget("a")
    assert found_settings(Path(), profile="a").hashtag == ""


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".cpcs.toml").write_text("url = ")
    with pytest.raises(CpcsError, match="cannot be read"):
        found_settings(tmp_path)


def test_a_journal_bears_a_line_that_was_cut_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.put(Entry("k", "a.cat", "ivo://X", 1.0, "j", "sent", "", 0))
    journal.put(Entry("k", "a.cat", "ivo://X", 1.0, "j", "stored", "14.0", 5))
    with journal.path.open("a") as file:
        file.write('{"key": "l", "na')
    again = Journal(tmp_path)
    known = again.of("k")
    assert known is not None
    assert (known.state, known.observation) == ("stored", 5)
    assert again.of("l") is None
