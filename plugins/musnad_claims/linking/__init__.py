"""Linking: whether two statements are about the same thing. Rules are in `data/`, decisions in `decide.py`."""

from musnad_claims.linking.linker import StatementLinker

__all__ = ["StatementLinker"]
