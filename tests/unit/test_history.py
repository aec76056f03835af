"""Changes word by word: nothing is lost of either text."""

from hypothesis import given
from hypothesis import strategies as st

from mixroom.review.formats import diff_words

pieces = st.sampled_from(["le ", "mur", " ", "répond", ".", "’", "\n", "42"])
texts = st.lists(pieces).map("".join)


@given(texts, texts)
def test_both_texts_can_be_read_from_what_changed(before: str, after: str) -> None:
    told = diff_words(before, after)
    assert "".join(text for how, text in told if how != "new") == before
    assert "".join(text for how, text in told if how != "gone") == after
    assert all(text for _, text in told)


def test_one_word_is_one_change() -> None:
    assert diff_words("Le robo danse.", "Le robot danse.") == [
        ("same", "Le "),
        ("gone", "robo"),
        ("new", "robot"),
        ("same", " danse."),
    ]
