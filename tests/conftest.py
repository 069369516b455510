"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_camel_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide camel-tools' data from all tests: they give the same results where it is installed.

    Those that are about it (tests/camel) name a folder of their own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAMELTOOLS_DATA", str(tmp_path_factory.mktemp("no-camel-data")))
        yield
