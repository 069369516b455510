"""One time zone for the days that are counted, filtered by and shown."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from musnad.errors import SettingsError
from musnad.search.query import period
from musnad.settings import load_settings
from musnad.timezone import local, zone_of


def test_bounds_are_those_of_the_zone():
    assert period("2015-07-21", "2015-07", "Asia/Baghdad") == {
        "time_zone": "Asia/Baghdad",
        "gte": "2015-07-20T21:00:00+00:00",
        "lte": "2015-06-30T21:00:00+00:00||/M",
    }
    # Local mean time had seconds, which Elasticsearch does not read.
    assert period("1900-01-01", None, "Asia/Baghdad")["gte"].endswith("+00:00")


def test_ends_of_time_are_left_alone():
    end = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert local(end, zone_of("Asia/Baghdad")) == end
    assert period("0001", None, "Asia/Baghdad")["gte"].startswith("0001-01-01")


@pytest.mark.parametrize(
    ("name", "words"),
    [("Mars/Olympus", "no time zone 'Mars/Olympus'"), ("../x", "IANA"), ("America/New_York", "west of UTC")],
)  # fmt: skip
def test_a_zone_that_does_not_fit_is_told(name: str, words: str, tmp_path: Path):
    file = tmp_path / "musnad.toml"
    file.write_text(f'time_zone = "{name}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="time_zone") as told:
        load_settings(file)
    assert words in str(told.value)
