"""camel-tools' data for tests: a database of a few words of our own, and the real one where it is installed.

Tests that need the real one (or torch) carry the mark `camel` and are skipped where it is missing; `make test-ner`
installs both and sets MUSNAD_TEST_CAMEL=required, with which a missing one is a failure.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from musnad.errors import NotConfigured
from musnad_camel import database, store
from musnad_camel.install import DATASET, FOLDER

# Before the fixture of all tests hides it.
REAL = store.data_folder()

MINI = """\
###DEFINES###
DEFINE pos pos:noun pos:verb pos:noun_prop pos:digit pos:punc pos:latin
DEFINE diac diac:*open*
DEFINE lex lex:*open*
DEFINE gloss gloss:*open*
DEFINE bw bw:*open*
DEFINE d3tok d3tok:*open*
###DEFAULTS###
DEFAULT pos:noun diac:* lex:* gloss:* bw:* d3tok:* pos:noun prc3:0 prc2:0 prc1:0 prc0:0 enc0:0
DEFAULT pos:digit diac:* lex:* gloss:* bw:* pos:digit prc3:na prc2:na prc1:na prc0:na enc0:na
DEFAULT pos:punc diac:* lex:* gloss:* bw:* pos:punc prc3:na prc2:na prc1:na prc0:na enc0:na
DEFAULT pos:latin diac:* lex:* gloss:* bw:* pos:latin prc3:na prc2:na prc1:na prc0:na enc0:na
###ORDER###
ORDER diac lex bw gloss pos d3tok
{tokenizations}###STEMBACKOFF###
STEMBACKOFF PROP N0
###PREFIXES###
|P0|
و|PW|diac:وَ bw:وَ/CONJ gloss:and prc2:wa_conj d3tok:وَ+_
ال|PA|diac:ال bw:ال/DET gloss:the prc0:Al_det d3tok:ال+_
وال|PA|diac:وَال bw:وَ/CONJ+ال/DET gloss:and+the prc2:wa_conj prc0:Al_det d3tok:وَ+_ال+_
###SUFFIXES###
|S0|
###STEMS###
NOAN|N0|diac:NOAN lex:NOAN_0 bw:NOAN/NOUN_PROP gloss:NO_ANALYSIS pos:noun_prop prc3:0 prc2:0 prc1:0 prc0:0 enc0:0 source:backoff root: pos_{p}:-1 lex_{p}:-99 pos_lex_{p}:-99
كتب|V|diac:كَتَبَ lex:كَتَب_1 bw:كَتَبَ/PV gloss:write pos:verb prc3:0 prc2:0 prc1:0 prc0:0 enc0:0 source:lex root:ك.ت.ب d3tok:كَتَبَ pos_{p}:-1 lex_{p}:-3 pos_lex_{p}:-3
كتب|N|diac:كُتُب lex:كِتاب_1 bw:كُتُب/NOUN gloss:books pos:noun prc3:0 prc2:0 prc1:0 prc0:0 enc0:0 source:lex root:ك.ت.ب d3tok:كُتُب pos_{p}:-1 lex_{p}:-3.2 pos_lex_{p}:-3.2
سفاره|N|diac:سِفارَة lex:سِفارَة_1 bw:سِفارَة/NOUN gloss:embassy pos:noun prc3:0 prc2:0 prc1:0 prc0:0 enc0:0 source:lex root:س.ف.ر d3tok:سِفارَة pos_{p}:-1 lex_{p}:-3 pos_lex_{p}:-3
###TABLE AB###
P0 V
P0 N
P0 N0
PW V
PW N
PW N0
PA N
PA N0
###TABLE BC###
V S0
N S0
N0 S0
###TABLE AC###
P0 S0
PW S0
PA S0
"""
_TABBED = MINI.replace("|", "\t")
NOW = _TABBED.format(tokenizations="###TOKENIZATIONS###\n", p="logprob")
"""A database of three words, as camel-tools 1.6 reads it."""
THEN = _TABBED.format(tokenizations="", p="freq")
"""The same as the old wheel writes it."""


def put(folder: Path, content: str = NOW) -> Path:
    """Make a data folder of camel-tools with a small database and return the database's path."""
    path = folder / "data" / FOLDER / database.FILE
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    named = {"default": DATASET, "datasets": {DATASET: {"path": FOLDER}}}
    catalogue = {"version": "0", "packages": {}, "components": {"MorphologyDB": named}}
    (folder / "catalogue.json").write_text(json.dumps(catalogue), encoding="utf-8")
    return path


@pytest.fixture
def mini(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with the small database, which camel-tools is told to use."""
    folder = tmp_path / "camel"
    put(folder)
    monkeypatch.setenv("CAMELTOOLS_DATA", str(folder))
    return folder


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder that does not exist, which camel-tools is told to use."""
    folder = tmp_path / "camel"
    monkeypatch.setenv("CAMELTOOLS_DATA", str(folder))
    return folder


def missing(what: str) -> None:
    """Skip the test that needs `what`, or fail it where `make test-ner` promised it."""
    if os.environ.get("MUSNAD_TEST_CAMEL") == "required":
        pytest.fail(f"{what} is missing, though this run is to have it", pytrace=False)
    pytest.skip(f"{what} is not installed; `make test-ner` runs this test")


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the real database, and let camel-tools use its folder."""
    monkeypatch.setenv("CAMELTOOLS_DATA", str(REAL))
    try:
        return database.database_file(DATASET)
    except NotConfigured as error:
        missing(f"camel-tools' morphological database ({error})")
        raise
