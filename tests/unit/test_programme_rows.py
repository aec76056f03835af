"""The programme as a table: what people paste is understood, or stays in its row."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.event.model import Event
from mixroom.event.programme import Asks, ProgrammeEntry, stored_programme, write_programme
from mixroom.setup.calendar_rows import rows_of_calendar
from mixroom.setup.pasted_rows import rows_of_text
from mixroom.setup.programme_rows import Row, read_rows, rows_of

EVENT = Event(
    "e", "mmx", Bilingual("Museomix"), date(2015, 11, 6), date(2015, 11, 8), "America/Toronto"
)
words = st.from_regex(r"[A-Za-zéà'’]{1,12}( [A-Za-zéà'’&/]{1,12}){0,3}", fullmatch=True)
entries = st.builds(
    ProgrammeEntry,
    day=st.integers(0, 20),
    at=st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
    title=st.builds(Bilingual.of, words, st.none() | words),
    asks=st.none() | st.builds(Asks, langs=st.just(("fr",)), after=st.integers(0, 600)),
)


@given(st.lists(entries, max_size=12), st.randoms())
def test_rows_in_any_order_give_the_programme_back(
    programme: list[ProgrammeEntry], chance: object
) -> None:
    rows = [*rows_of(programme), Row("2"), Row()]
    chance.shuffle(rows)  # type: ignore[attr-defined]
    read = read_rows(rows)
    assert sorted(read, key=repr) == sorted(programme, key=repr)
    assert [(each.day, each.at) for each in read] == sorted((e.day, e.at) for e in programme)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_title_is_kept_as_far_as_a_line_can_hold_it(fr: str, en: str) -> None:
    row = Row("1", "9 h", f"x{fr}", en.strip())
    try:
        (entry,) = read_rows([row])
    except InvalidError:
        return  # told, and still in the form
    assert (entry.day, entry.at) == (0, "09:00")
    assert entry.asks is None
    assert entry.title.fr
    assert entry.title.fr.startswith("x")


def test_a_wrong_row_is_named_by_its_number() -> None:
    rows = [Row("1", "9 h", "Accueil"), Row(), Row("2", "25 h", "Table ronde")]
    with pytest.raises(InvalidError) as refused:
        read_rows(rows)
    assert (refused.value.rule, refused.value.facts["n"]) == ("no_row", 3)
    with pytest.raises(InvalidError) as refused:
        read_rows([Row("1", "9 h", "Accueil", asks="un gâteau")])
    assert refused.value.rule == "no_wish_in_row"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("2\t14 h\tTable ronde\tRound table", Row("2", "14 h", "Table ronde", "Round table")),
        ("samedi; 14h30; Table ronde", Row("2", "14h30", "Table ronde")),
        ("Sunday 8\t2:30 pm\tPlénière\tPlenary", Row("3", "2:30 pm", "Plénière", "Plenary")),
        ("2015-11-07\t09:00\tVisite", Row("2", "09:00", "Visite")),
        ("08/11/2015;9:00;Visite", Row("3", "9:00", "Visite")),
        ("\t14 h\tTable ronde", Row("1", "14 h", "Table ronde")),
        ("2 14:00 Table ronde | Round table", Row("2", "14:00", "Table ronde", "Round table")),
        ("9 h – Accueil des équipes", Row("1", "9 h", "Accueil des équipes")),
        ("Accueil des équipes", Row("1", "", "Accueil des équipes")),
        ("jeudi\tTable ronde\t", Row("1", "", "jeudi", "Table ronde")),
        ("14:00-15:30 Table ronde", Row("1", "14:00", "Table ronde")),
        ("de 9 h à 10 h 30 Visite | Tour", Row("1", "9 h", "Visite", "Tour")),
        ("2 14h-15h30 Table ronde | Talk", Row("2", "14h", "Table ronde", "Talk")),
        ("samedi 9h Accueil", Row("2", "9h", "Accueil")),
        ("Samedi 7 novembre, 9 h : Accueil", Row("2", "9 h", "Accueil")),
        ("2015-11-07\t09:00\t10:30\tVisite\tTour", Row("2", "09:00", "Visite", "Tour")),
        ("2\t9h00 à 10h30\tVisite\tTour", Row("2", "9h00 à 10h30", "Visite", "Tour")),
        ("7 nov.\t9h\tAccueil", Row("2", "9h", "Accueil")),
        ("7/11\t9h\tAccueil", Row("2", "9h", "Accueil")),
        ("Nov 7th\tmidi\tDîner", Row("2", "midi", "Dîner")),
        ("2016-01-01\t9h\tFête\tParty", Row("1", "9h", "2016-01-01", "Fête · Party")),
        ('2\t"14 h"\t"Café, ""thé"""\t"Tea"', Row("2", "14 h", 'Café, "thé"', "Tea")),
        ("1\t9h\tAccueil\tWelcome\tHall", Row("1", "9h", "Accueil", "Welcome · Hall")),
    ],
)
def test_lines_are_read_as_people_write_them(line: str, row: Row) -> None:
    assert rows_of_text(line, EVENT) == [row]


def test_a_day_holds_for_the_lines_after_it() -> None:
    pasted = "samedi\t9 h\tCafé\n\t10 h\tAteliers\n\ndimanche\t9 h\tCafé\n11 h Visite"
    found = [(row.day, row.at) for row in rows_of_text(pasted, EVENT)]
    assert found == [("2", "9 h"), ("2", "10 h"), ("3", "9 h"), ("3", "11 h")]


def test_names_of_columns_and_lines_with_a_day_alone_are_no_rows() -> None:
    pasted = "Jour\tHeure\tQuoi (français)\tTitre (anglais)\tOù\nSamedi 7 novembre\n9 h\tCafé\n\n"
    pasted += "DIMANCHE\n10:00;Ateliers;Workshops"
    assert rows_of_text(pasted, EVENT) == [
        Row("2", "9 h", "Café"),
        Row("3", "10:00", "Ateliers", "Workshops"),
    ]


@given(st.text(st.characters(exclude_categories=["L"]), max_size=300))
def test_no_line_is_lost(text: str) -> None:
    rows = rows_of_text(text, EVENT)
    assert len(rows) == sum(bool(line.strip()) for line in text.splitlines())


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        *[(typed, "09:30") for typed in ("9 h 30", "9h30", "09:30", "9.30", "0930", "9 h 30 min")],
        *[(typed, "14:00") for typed in ("14:00-15:30", "14h à 15h30", "14 h – 15 h", "2 pm")],
        *[("midi", "12:00"), ("Minuit", "24:00"), ("9", "09:00"), ("9:00:00", "09:00")],
        *[(typed, None) for typed in ("", "25 h", "9h60", "neuf heures", "9 h 5", "13 pm", "99")],
    ],
)
def test_the_hour_of_a_row_is_read_alone(typed: str, at: str | None) -> None:
    if at is None:
        with pytest.raises(InvalidError, match="no_row"):
            read_rows([Row("1", typed, "30 ans du musée")])
    else:
        (entry,) = read_rows([Row("1", typed, "30 ans du musée")])
        assert (entry.at, entry.title.fr) == (at, "30 ans du musée")


def test_a_title_in_english_alone_stays_english() -> None:
    programme = read_rows([Row("1", "9h", "", "Welcome")])
    assert stored_programme(write_programme(programme)) == programme
    assert rows_of(programme) == [Row("1", "09:00", "", "Welcome")]


def test_a_title_that_is_too_long_is_told_and_never_cut() -> None:
    (row,) = rows_of_text(f"9 h\t{'x' * 200}", EVENT)
    with pytest.raises(InvalidError, match="long_row"):
        read_rows([row])
    assert len(row.fr) == 200


def test_a_calendar_is_read_by_the_museums_clock() -> None:
    calendar = icalendar.Calendar()
    zone = ZoneInfo("Europe/Paris")
    for n, (title, starts) in enumerate(
        {
            "Table ronde | Round table": _at(zone, 7, 20),
            "Plus tôt": _at(zone, 1, 9),
            "Toute la journée": date(2015, 11, 7),
            "Flottant": _at(None, 8, 10),
        }.items()
    ):
        entry = icalendar.Event()
        entry.add("uid", str(n))
        entry.add("summary", title)
        entry.add("dtstart", starts)
        calendar.add_component(entry)
    data = calendar.to_ical().replace(b"END:VCALENDAR", BROKEN + b"END:VCALENDAR")
    assert list(rows_of_calendar(data, EVENT)) == [
        Row("2", "14:00", "Table ronde", "Round table"),
        Row("3", "10:00", "Flottant"),
        Row("1", "", "Sans heure"),
    ]


def test_a_zone_of_the_calendars_own_is_understood() -> None:
    zone = b"BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\n"
    zone += b"DTSTART:16010101T020000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    zone += b"END:STANDARD\r\nEND:VTIMEZONE\r\n"
    entry = b"BEGIN:VEVENT\r\nSUMMARY:Visite\r\n"
    entry += b"DTSTART;TZID=Customized Time Zone:20151107T200000\r\nEND:VEVENT\r\n"
    assert list(rows_of_calendar(zone + entry, EVENT)) == [Row("2", "14:00", "Visite")]


BROKEN = b"BEGIN:VEVENT\r\nSUMMARY:Sans heure\r\nDTSTART:hier\r\nEND:VEVENT\r\n"


def _at(zone: ZoneInfo | None, day: int, hour: int) -> datetime:
    return datetime(2015, 11, day, hour, tzinfo=zone)
