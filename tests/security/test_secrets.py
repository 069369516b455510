"""Keys and passwords that do not fit are refused in words that do not hold them."""

import pytest
from elastic_transport import ConnectionError as NoConnection
from musnad.archive.client import explain
from musnad.errors import SettingsError
from musnad.kibana.install import KibanaError, Login, install
from musnad.settings import load_settings

SECRET = "c2VjcmV0OnNlY3JldA=="


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("MUSNAD_CONFIG", "MUSNAD_ES_URL", "MUSNAD_ES_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def told(error):
    """Return all that a log of the error could hold."""
    words = ""
    while error is not None:
        words += f"{error!s} {error!r}"
        error = error.__cause__ or error.__context__
    return words


def test_space_around_a_key_or_url_is_no_part_of_it(monkeypatch):
    monkeypatch.setenv("MUSNAD_ES_API_KEY", f" {SECRET}\r")
    monkeypatch.setenv("MUSNAD_ES_URL", "https://archive.example:9200\r\n")
    settings = load_settings()
    assert settings.es_api_key.get_secret_value() == SECRET
    assert settings.es_url == "https://archive.example:9200"
    assert Login(f"{SECRET}\r\n").headers() == {"Authorization": f"ApiKey {SECRET}"}


@pytest.mark.parametrize("bad", ["\r", "\n", "\x7f", " ", "é", "ط"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(monkeypatch, bad):
    monkeypatch.setenv("MUSNAD_ES_API_KEY", f"{SECRET}{bad}{SECRET}")
    with pytest.raises(SettingsError, match="MUSNAD_ES_API_KEY holds spaces, line ends") as caught:
        load_settings()
    assert SECRET not in told(caught.value)
    with pytest.raises(KibanaError, match="MUSNAD_KIBANA_API_KEY") as refused:
        install("{}", "http://127.0.0.1:1", Login(f"{SECRET}{bad}{SECRET}"))
    assert SECRET not in told(refused.value)


@pytest.mark.parametrize(
    "url",
    ["https://elastic:pa55@host:9200", "elastic:pa55@host", "https://elastic:pa55/x@host:9200"],
)
def test_a_url_with_a_password_is_refused_unseen(monkeypatch, url):
    monkeypatch.setenv("MUSNAD_ES_URL", url)
    with pytest.raises(SettingsError, match="give the key in MUSNAD_ES_API_KEY") as caught:
        load_settings()
    assert "pa55" not in told(caught.value)
    with pytest.raises(KibanaError, match="log in with --api-key, or --user") as refused:
        install("{}", url, Login(SECRET))
    assert "pa55" not in told(refused.value)


def test_a_password_in_any_letters_is_sent_as_utf_8():
    header = Login(user="elastic", password="سر\r\n").headers()
    assert header == {"Authorization": "Basic ZWxhc3RpYzrYs9ix"}


def test_what_a_library_says_of_a_header_is_not_repeated():
    cause = ValueError(f"Invalid header value b'ApiKey {SECRET}\\r'")
    assert SECRET not in explain(NoConnection(str(cause), errors=(cause,)))
