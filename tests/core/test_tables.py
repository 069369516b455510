"""Cells that a spreadsheet program can neither misread nor be made to run."""

import csv
import io

import pytest
from musnad.tables import BOM, cell, csv_table


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("\u3000=1", "'\u3000=1"),
        ("\ufeff+1", "'\ufeff+1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("خبر;=1", "خبر;'=1"),
        ("خبر;; ＝1", "خبر;; '＝1"),
        ("خبر\t@x", "خبر\t'@x"),
        ("خبر\n-1", "خبر\n'-1"),
        ("زيارة - خبر؛ =", "زيارة - خبر؛ ="),
        ("a=b; c", "a=b; c"),
        ("", ""),
        ("\n \n", "\n \n"),
        (-5, -5),
        (["-", "b"], "'- | b"),
    ],
)
def test_nothing_in_a_cell_runs(given, safe):
    assert cell(given) == safe


def test_what_might_part_a_cell_is_quoted_and_read_back_as_it_is():
    row = {
        "a": 'قال "نعم"، ثم',
        "b": "x;y",
        "c": "x\ty",
        "d": "x\r\ny",
        "e": 1.5,
        "f": None,
        "g": "x,y",
    }
    text = csv_table(list(row), [row])
    assert text.startswith(BOM + "a,b,c,d,e,f,g\r\n")
    assert ',"x;y","x\ty","x\r\ny",1.5,,"x,y"\r\n' in text
    (_, read) = csv.reader(io.StringIO(text, newline=""))
    assert read == ["" if v is None else str(v) for v in row.values()]


def test_a_long_cell_of_blanks_takes_no_time():
    assert cell("\n" * 300_000 + " " * 300_000 + "=") == "'" + "\n" * 300_000 + " " * 300_000 + "'="
