"""A plan as a table: columns in any order and either language, dates as files write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.plan.channels import Channel
from mixroom.plan.sheet_rows import (
    HEADINGS,
    Column,
    DateOrder,
    order_of,
    read_channels,
    read_day,
    read_plan,
)

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_a_plan_is_read_with_its_columns_in_any_order() -> None:
    rows = read_plan(
        [
            ["Plan de communication 2026", "", ""],
            ["Canaux", "Texte anglais", "Texte français", "Date", "Heure", "Qui", "Titre"],
            ["Instagram, FB", "Hello", "Bonjour", "27/10/2026", "10 h", "Ben", "J-10"],
            ["site web", "", "Bandeau", "2026-11-01 09:30", "", "", ""],
            ["", "", "", "", "", "", ""],
        ],
        "file",
    )
    first, second = rows
    assert first.number == 3
    assert (first.day, first.time) == (date(2026, 10, 27), "10:00")
    assert first.channels == (Channel.INSTAGRAM, Channel.FACEBOOK)
    assert [first.text(each) for each in (Column.FR, Column.EN, Column.TITLE, Column.OWNER)] == [
        "Bonjour",
        "Hello",
        "J-10",
        "Ben",
    ]
    assert (second.day, second.time, second.channels) == (
        date(2026, 11, 1),
        "09:30",
        (Channel.SITE,),
    )
    assert first.faults is second.faults is None


@pytest.mark.parametrize(
    ("cell", "column", "code"),
    [
        ("31/02/2026", Column.DAY, "day"),
        ("bientôt", Column.DAY, "day"),
        ("25 h", Column.TIME, "time"),
        ("TikTok", Column.CHANNELS, "channel"),
    ],
)
def test_what_is_wrong_in_a_row_is_named_and_its_words_stay(
    cell: str, column: Column, code: str
) -> None:
    names = [HEADINGS[column][0], "fr"]
    (row,) = read_plan([names, [cell, "Bonjour"]], "file")
    assert row.faults == {column: code}
    assert (row.text(column), row.text(Column.FR)) == (cell, "Bonjour")


def test_a_row_without_words_and_a_table_without_columns_are_told() -> None:
    (row,) = read_plan([["date", "fr"], ["2026-11-01", ""]], "file")
    assert row.faults == {Column.TITLE: "empty"}
    for table in ([], [["Bonjour", "Hello"]], [["date", "heure"], ["1", "2"]]):
        with pytest.raises(InvalidError, match="file"):
            read_plan(table, "file")


@given(st.lists(DAYS, min_size=1), st.sampled_from(DateOrder), st.sampled_from("/.-"))
def test_dates_are_read_as_their_file_writes_them(
    days: list[date], order: DateOrder, sign: str
) -> None:
    form = {
        DateOrder.DAY_FIRST: f"%d{sign}%m{sign}%Y",
        DateOrder.MONTH_FIRST: f"%m{sign}%d{sign}%Y",
    }[order]
    written = [day.strftime(form) for day in days]
    shown = any(day.day > 12 for day in days)
    if order is DateOrder.DAY_FIRST or shown:
        assert [read_day(text, order_of(written))[0] for text in written] == days


@given(DAYS, st.times())
def test_a_date_that_a_machine_wrote_means_the_same_in_either_order(day: date, at: object) -> None:
    text = f"{day.isoformat()} {at:%H:%M}"
    for order in DateOrder:
        assert read_day(text, order) == (day, f"{at:%H:%M}")
    assert read_day(str(day + timedelta(days=1)), order)[0] == day + timedelta(days=1)


@given(st.lists(st.sampled_from(Channel), unique=True))
def test_channels_are_read_as_they_are_written(channels: list[Channel]) -> None:
    assert read_channels(", ".join(channels)) == tuple(channels)
    assert read_channels(" et ".join(channels)) == tuple(channels)
