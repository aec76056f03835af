"""Tables as people have them, read; and as spreadsheets like them, written."""

import csv
import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.spreadsheets import MAX_BYTES, MAX_ROWS, csv_file, rows_of_file

CELLS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_whatever_wrote_it(sign: str, code: str) -> None:
    rows = ("Échéance", "Français", "Anglais"), ("28/11/2026", f'"Dès midi{sign} «\xa0là\xa0»"', "")
    text = "\r\n".join(map(sign.join, rows))
    assert rows_of_file(text.encode(code), "file") == [
        ["Échéance", "Français", "Anglais"],
        ["28/11/2026", f"Dès midi{sign} «\xa0là\xa0»", ""],
    ]


def test_a_workbook_gives_days_and_times_as_they_are_written() -> None:
    data = workbook(
        ["Le", "À", "Mots", "Nombre"],
        [date(2026, 11, 28), time(14, 30), " Bonjour ", 3.0],
        [datetime(2026, 11, 28, 9, 5), None, "=1+1", None],  # noqa: DTZ001  as a spreadsheet has it
        [None, None, None, None],
    )
    assert rows_of_file(data, "file") == [
        ["Le", "À", "Mots", "Nombre"],
        ["2026-11-28", "14:30", "Bonjour", "3"],
        ["2026-11-28 09:05", "", "", ""],  # a formula that nobody has calculated
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a,b\n" * (MAX_BYTES // 4 + 1), "file_too_large"),
        (b"a\n" * (MAX_ROWS + 1), "too_many"),
        (b"%PDF-1.7", "not_text"),
        (b"PK\x03\x04 and no workbook", "not_text"),
        (workbook(["a"])[:-40], "not_text"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        rows_of_file(data, "file")
    assert (refused.value.field, refused.value.rule) == ("file", code)


def test_a_workbook_that_unpacks_without_end_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    with pytest.raises(InvalidError):
        rows_of_file(file.getvalue(), "file")


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8))
def test_what_is_written_is_read_again_and_is_no_formula(rows: list[list[str]]) -> None:
    written = csv_file(rows)
    read = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"))))
    assert not any(cell[0] in "=+-@" for row in read for cell in row)
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
