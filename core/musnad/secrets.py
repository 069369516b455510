"""Keys and URLs that come from outside: checked before a library can print them in an error of its own."""

from __future__ import annotations


def clean_key(key: str, name: str) -> str:
    """Return an API key without the space around it, such as the `\\r` of an environment file from Windows.

    `name` says where it was given. Raises `ValueError`, without the key, where it holds what no HTTP header can.
    """
    key = key.strip()
    if not all("!" <= character <= "~" for character in key):
        raise ValueError(
            f"{name} holds spaces, line ends or other characters that no API key has (it is not shown here): copy "
            "the key anew"
        )
    return key


def clean_url(url: str, name: str, instead: str) -> str:
    """Return a URL without the space around it; `name` says where it was given, `instead` where passwords belong.

    Raises `ValueError`, without the URL, where it may hold a password: it is printed and written to files.
    """
    url = url.strip()
    # Not only before the first "/": a password with one in it makes the URL malformed, not harmless.
    if "@" in url:
        raise ValueError(f'{name} holds user information (a "@"; it is not shown here): {instead}')
    if not url.isprintable():
        raise ValueError(f"{name} holds characters that cannot be printed: write it anew")
    return url
