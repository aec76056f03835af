"""Tables as people have them: an Excel workbook, or text from any spreadsheet."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from mixroom.core.errors import InvalidError
from mixroom.core.text_files import decoded

MAX_BYTES = 1_000_000
MAX_UNPACKED = 8_000_000  # bytes of all parts of a workbook, which take up to two seconds
MAX_ROWS, MAX_COLUMNS = 2000, 40
WORKBOOK = b"PK"
SEPARATORS = "\t;,"
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a formula begins
_MIDNIGHT = time()
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def rows_of_file(data: bytes, field: str) -> list[list[str]]:
    """Return the rows of a table, each with the text of its cells; raises InvalidError.

    A date is `2026-11-28`, a time `14:30`. Reading a workbook takes up to two seconds.
    """
    if len(data) > MAX_BYTES:
        raise InvalidError(field, "file_too_large", most=MAX_BYTES // 1_000_000)
    rows = _workbook(data, field) if data.startswith(WORKBOOK) else _text(decoded(data, field))
    rows = [[_unsafe(cell) for cell in row] for row in rows if any(row)]
    if len(rows) > MAX_ROWS:
        raise InvalidError(field, "too_many", most=MAX_ROWS)
    return rows


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV (RFC 4180); no cell is one that a spreadsheet takes for a formula."""
    table = io.StringIO()
    csv.writer(table).writerows([_safe(cell) for cell in row] for row in rows)
    return table.getvalue()


def csv_file(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV with the mark by which a spreadsheet knows that it is UTF-8."""
    return f"\ufeff{csv_of(rows)}"


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as an Excel workbook, which takes up to a second; no cell is a formula."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_safe(_plain(cell)) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _plain(cell: object) -> object:
    """Return a cell without the signs that a workbook cannot have."""
    return _CONTROLS.sub("", cell) if isinstance(cell, str) else cell


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _unsafe(cell: str) -> str:
    """Return a cell without the sign that `_safe` has put before it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _text(text: str) -> list[list[str]]:
    """Return the rows of a text; its cells are divided by the sign that its first line has most."""
    first = text.split("\n", 1)[0]
    sign = max(SEPARATORS, key=first.count)
    try:
        found = list(csv.reader(io.StringIO(text), delimiter=sign, strict=False))
    except csv.Error:  # a cell that does not end
        found = [line.split(sign) for line in text.split("\n")]
    return [[cell.strip() for cell in row[:MAX_COLUMNS]] for row in found]


def _workbook(data: bytes, field: str) -> list[list[str]]:
    """Return the rows of the first sheet of a workbook."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(each.file_size for each in parts.infolist())
        if size <= MAX_UNPACKED:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            found = book.worksheets[0].iter_rows(max_row=MAX_ROWS + 1, values_only=True)
            rows = [[_cell(value) for value in row[:MAX_COLUMNS]] for row in found]
    except Exception as error:  # a damaged workbook fails in many ways
        raise InvalidError(field, "not_text") from error
    if size > MAX_UNPACKED:
        raise InvalidError(field, "file_too_large", most=MAX_BYTES // 1_000_000)
    width = max((n for row in rows for n, cell in enumerate(row, 1) if cell), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        day = value.date().isoformat()
        return day if value.time() == _MIDNIGHT else f"{day} {value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
