"""Lists of people as they are pasted, in every spelling and encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text_files import decoded
from mixroom.crew.model import MAX_NAME, Person
from mixroom.crew.roster import MAX_LINES, Guest, read_roster

PHOTO = Role.PHOTOGRAPHER
CHLOE = Guest("Chloé Gagnon", PHOTO, "fr", "chloe@example.org")


def _one(line: str) -> Guest | str | None:
    (found,) = read_roster(line, PHOTO, "fr").lines
    return found.guest or found.fault


@pytest.mark.parametrize(
    "line",
    [
        "Chloé Gagnon; chloe@example.org",
        "Chloé Gagnon\tchloe@example.org",
        "Chloé Gagnon,chloe@example.org",
        "Gagnon, Chloé, chloe@example.org",
        "Chloé\tGagnon\tchloe@example.org",
        "Chloé Gagnon <chloe@example.org>",
        "Chloé Gagnon chloe@example.org",
        "Chloé Gagnon - (chloe@example.org)",
        "Gagnon, Chloé; chloe@example.org",
        "chloe@example.org; Chloé  Gagnon",
        "  - Chloé Gagnon; chloe@example.org;",
        "3. Chloé Gagnon; photographe; français; chloe@example.org",
        '"Chloé Gagnon";"chloe@example.org"',
        "\ufeffChloé Gagnon; mailto:chloe@example.org",
    ],
)
def test_a_line_is_understood_however_it_is_written(line: str) -> None:
    assert _one(line) == CHLOE


def test_roles_languages_and_telephones_come_in_any_order() -> None:
    assert _one("Ben Carter; 514 555-0199; English; community manager; ben@example.org") == Guest(
        "Ben Carter", Role.COMMUNITY_MANAGER, "en", "ben@example.org", "514 555-0199"
    )
    assert _one("Flora Nguyen\tAttachée de presse\tbilingue") == Guest(
        "Flora Nguyen", Role.PRESS, "fr", bilingual=True
    )
    assert _one("山田 花子") == Guest("山田 花子", PHOTO, "fr")
    assert _one("x" * MAX_NAME) == Guest("x" * MAX_NAME, PHOTO, "fr")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("chloe@example.org", "no_name"),
        ("x" * 81, "long_name"),
        ("Chloé Gagnon; chloe@example", "email"),
        ("Chloé Gagnon; chloé@example.org", "email"),
        ("Chloé Gagnon; caméraman", "unknown"),
        ("Chloé Gagnon; a@example.org; b@example.org", "unknown"),
        ("Chloé Gagnon; 514 555-0199 le soir", "telephone"),
    ],
)
def test_a_line_that_is_not_understood_stays_with_its_reason(line: str, fault: str) -> None:
    assert _one(line) == fault
    roster = read_roster(f"Ben Carter\n{line}", PHOTO, "fr")
    assert [each.name for each in roster.guests] == ["Ben Carter"]
    assert roster.left == line


def test_the_first_line_may_name_the_columns() -> None:
    text = (
        "Prénom;Nom;Courriel;Fonction;Langue;Allergies\n"
        "Chloé;Gagnon;chloe@example.org;Photographe;Français;noix\n"
        "Ben;Carter;;Community manager;English;\n"
        "Zoé;Roy;zoe@example.org;Cuisinière;fr;\n"
    )
    roster = read_roster(text, Role.BLOGGER, "fr")
    assert roster.guests == [CHLOE, Guest("Ben Carter", Role.COMMUNITY_MANAGER, "en")]
    assert roster.unused == ("Allergies",)
    assert [(each.number, each.fault, each.about) for each in roster.lines if each.fault] == [
        (4, "role", "Cuisinière")
    ]


def test_nobody_is_invited_twice() -> None:
    crew = [
        Person("1", "e", "Driss Alaoui", Role.BLOGGER),
        Person("2", "e", "Ève Roy", Role.PRESS, email="eve@example.org"),
    ]
    lines = [
        "driss  alaoui",
        "Driss Alaoui; driss@example.org",
        "Eve R.; EVE@example.org",
        "Ève Roy; other@example.org",
        "Chloé Gagnon; chloe@example.org",
        "Chloe Gagnon",
        "C. G.; CHLOE@example.org",
    ]
    found = read_roster("\n".join(lines), PHOTO, "fr", crew).lines
    faults = [each.fault for each in found]
    assert faults == ["known", "known", "known", None, None, "twice", "twice"]
    assert found[5].about == "5"


def test_a_title_above_the_columns_is_no_person() -> None:
    text = (
        "Équipe média 2015\t\t\n\nNom\tCourriel\tNo de téléphone\nChloé Gagnon\tchloe@example.org\t"
    )
    roster = read_roster(text, PHOTO, "fr")
    assert roster.guests == [CHLOE]
    assert [(each.number, each.fault) for each in roster.lines] == [(1, "above"), (4, None)]
    assert roster.left == ""


def test_what_is_left_of_a_list_keeps_the_names_of_its_columns() -> None:
    text = "Nom;Prénom;Courriel\nGagnon;Chloé;chloe@example\nCarter;Ben;ben@example.org\n;;\n"
    roster = read_roster(text, PHOTO, "fr")
    assert [each.name for each in roster.guests] == ["Ben Carter"]
    assert roster.left == "Nom;Prénom;Courriel\nGagnon;Chloé;chloe@example"
    (mended,) = read_roster(roster.left + ".org", PHOTO, "fr").guests
    assert mended == CHLOE


def test_what_is_no_name_stays_in_the_list() -> None:
    text = "Nom;Courriel\nchloe@example.org;Chloé Gagnon\n+1 514 555 0101;a@example.org"
    assert [each.fault for each in read_roster(text, PHOTO, "fr").lines] == ["name", "name"]


def test_the_addresses_of_a_mail_are_people() -> None:
    text = '"Gagnon, Chloé" <chloe@example.org>; Ben Carter <ben@example.org>'
    guests = read_roster(text, PHOTO, "fr").guests
    assert guests == [CHLOE, Guest("Ben Carter", PHOTO, "fr", "ben@example.org")]


@given(st.text(st.characters(exclude_characters="<"), max_size=400))
def test_no_line_of_a_list_is_lost(text: str) -> None:
    roster = read_roster(text, PHOTO, "fr")
    rows = [row.strip() for row in text.splitlines() if row.strip(' \t;,"')]
    kept = [each.text for each in roster.lines]
    assert kept in (rows, rows[1:])
    for guest in roster.guests:
        assert 0 < len(guest.name) <= MAX_NAME
        assert guest.name.isprintable()


def test_a_list_has_an_end() -> None:
    names = "\n".join(f"Personne {n}" for n in range(MAX_LINES + 2))
    with pytest.raises(InvalidError, match="too_many"):
        read_roster(names, PHOTO, "fr")
    with pytest.raises(InvalidError, match="too_long"):
        read_roster("x" * 100_001, PHOTO, "fr")


LIST = "Prénom;Nom;Courriel\nChloé;Gagnon;chloe@example.org\nÈve;D’Amours;eve@example.org\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman", "utf-16-le-bom"]
)
def test_a_file_is_read_in_the_encoding_of_whatever_wrote_it(encoding: str) -> None:
    data = (
        b"\xff\xfe" + LIST.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else LIST.replace("\n", "\r\n").encode(encoding)
    )
    assert decoded(data, "file") == LIST
    assert [each.name for each in read_roster(decoded(data, "file"), PHOTO, "fr").guests] == [
        "Chloé Gagnon",
        "Ève D’Amours",
    ]


def test_a_few_words_in_windows_1252_are_read_too() -> None:
    assert decoded("Zoé".encode("cp1252"), "file") == "Zoé"


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"%PDF-1.7", b"\x00\x01\x02\xff" * 9])
def test_a_file_that_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidError, match="not_text"):
        decoded(data, "file")
