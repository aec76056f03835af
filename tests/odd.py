"""Names and texts as people write them, and as nobody should: what walls and pages must fit."""

from typing import Any

from hypothesis import strategies as st

LONG_NAME = "Museomix Montréal 2026 — Musée d’art contemporain"
ODD_WORDS = (
    "Anticonstitutionnellement",
    "électroencéphalographiquement",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "counterrevolutionaries",
    "l’antépénultième",
    "Hochelaga-Maisonneuve–Mercier-Est",
    "https://www.museomix.org/editions/2026/montreal?utm_source=mur&lang=fr#programme",
    "#MuseomixMontreal2026AuMuseeDartContemporain",
    "gardienne.de.securite@musee-art-contemporain.qc.ca",
    "🎉🐘🏛️👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈",
    "متحف",
    "الفن‌المعاصر",
    "מוזיאון",
    "モントリオール現代美術館の展示室",
    "몬트리올현대미술관",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    "Ǎ̧ḑ̌ěb̌áy̌ò̩",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "WWWWWWWWWWWWWWWWWWWWWWWW",
    "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
    "________________________________",
    "1234567890123456789012345678901234567890",
    "—",
    "«",
    "»",
)
PLAIN_WORDS = (
    "Musée",
    "d’art",
    "contemporain",
    "de",
    "Montréal",
    "l’équipe",
    "The",
    "museum",
    "à",
    "14 h",
)
ALPHABETS = st.one_of(
    st.characters(codec="utf-8", categories=["L", "N", "M", "P", "S"]),
    st.characters(min_codepoint=0x41, max_codepoint=0x17F, categories=["L"]),
    st.characters(min_codepoint=0x600, max_codepoint=0x6FF, categories=["L"]),
    st.characters(min_codepoint=0x1F300, max_codepoint=0x1F64F),
)
WORDS = st.one_of(
    st.sampled_from(ODD_WORDS),
    st.sampled_from(PLAIN_WORDS),
    st.text(ALPHABETS, min_size=1, max_size=40),
)


def written(most: int) -> st.SearchStrategy[str]:
    """Return texts of up to `most` characters, which something can be seen of."""
    many = st.lists(WORDS, min_size=1, max_size=max(2, most // 8)).map(" ".join)
    return many.map(lambda text: text[:most].strip()).filter(_is_seen)


def sides(most: int) -> st.SearchStrategy[dict[str, str | None]]:
    """Return texts in both languages or in one."""
    one = written(most)
    nothing = st.none()
    pairs = st.one_of(st.tuples(one, one), st.tuples(one, nothing), st.tuples(nothing, one))
    return pairs.map(lambda pair: {"fr": pair[0], "en": pair[1]})


def walls() -> st.SearchStrategy[dict[str, Any]]:
    """Return all that people have set and sent of a wall."""
    return st.fixed_dictionaries(
        {
            "name": st.one_of(st.just(LONG_NAME), written(120)),
            "texts": st.lists(sides(280), min_size=6, max_size=6),
            "credit": written(80),
            "team": sides(120),
            "place": sides(120),
            "sponsor": sides(80),
            "titles": st.lists(sides(120), min_size=3, max_size=3),
            "message": sides(200),
        }
    )


def _is_seen(text: str) -> bool:
    return any(sign.isalnum() for sign in text)
