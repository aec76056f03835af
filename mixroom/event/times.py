"""Times of day as people write them: `9 h 30`, `14:00-15:30`, `2 pm`, `midi`."""

import re

NOON = 12
WORDS = {"midi": "12:00", "noon": "12:00", "minuit": "24:00", "midnight": "24:00"}
_HOUR = (
    r"(?:\d{1,2}(?:\s*h(?:eures?|rs?)?\b(?:\s*[0-5]\d(?!\d)(?:\s*min\b)?)?"
    r"|\s*h\s*[0-5]\d(?!\d)(?:\s*min\b)?|[:.][0-5]\d(?!\d)(?::[0-5]\d)?(?:\s*[ap]\.?\s?m\b\.?)?"
    r"|\s*[ap]\.?\s?m\b\.?)|(?:midi|noon|minuit|midnight)\b)"
)
_BARE = r"\d{1,2}|\d{3,4}"  # `9` or `0930`, where nothing but a time can stand
_TO = r"\s*(?:[-–—]|à|a|to|jusqu[’']à|until)\s*"
_FROM = r"(?:(?:de|dès|from|à|at)\s+)?"
AT_FIRST = re.compile(rf"{_FROM}(?P<at>{_HOUR})(?:{_TO}{_HOUR})?", re.IGNORECASE)
WHOLE = re.compile(
    rf"{_FROM}(?P<at>{_HOUR}|{_BARE})(?:{_TO}(?:{_HOUR}|{_BARE}))?[,:]?", re.IGNORECASE
)


def read_time(text: str) -> str | None:
    """Return `HH:MM` of a time, or of the beginning of a time span; None for anything else."""
    found = WHOLE.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    at = found["at"].lower()
    if at in WORDS:
        return WORDS[at]
    digits = re.findall(r"\d+", at)
    if len(digits) == 1 and len(digits[0]) > 2:  # noqa: PLR2004  0930
        digits = [digits[0][:-2], digits[0][-2:]]
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    if half := re.search(r"[ap]\.?\s?m\b", at):
        if not 1 <= hour <= NOON:
            return None
        hour = hour % NOON + (NOON if half.group().startswith("p") else 0)
    time = f"{hour:02}:{minute:02}"
    return time if time <= "24:00" and minute < 60 else None  # noqa: PLR2004


def split_time(line: str) -> tuple[str, str]:
    """Return the time with which a line begins, as typed and without its end, and the rest."""
    found = AT_FIRST.match(line)
    if found is None:
        return "", line
    return found["at"], line[found.end() :].strip(" \t-–—:,")
