"""White space that nothing follows takes time in proportion to its length."""

from __future__ import annotations

import pytest
from musnad_arabic.tokens import tokenize


@pytest.mark.timeout(20)
def test_a_million_spaces_at_the_end() -> None:
    assert [token[:2] for token in tokenize("كلمة" + " \n" * 500_000)] == [(0, 4)]
    assert tokenize(" " * 1_000_000) == []
