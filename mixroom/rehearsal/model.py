"""A rehearsal as a lead starts it: how long it lasts, and its states."""

from enum import StrEnum

from mixroom.core.errors import ConflictError

SLUG = "repetition"
LENGTHS = (10, 30, 60)  # minutes that the three days may take
USUAL = 30
PLAY_JOB, CLEAR_JOB = "rehearsal.play", "rehearsal.clear"


class State(StrEnum):
    """The states of the rehearsal; `played` is one whose days are over and that is still there."""

    NONE = "none"
    STARTING = "starting"
    PLAYING = "playing"
    PLAYED = "played"
    ENDING = "ending"


class RehearsalOnError(ConflictError):
    """There is a rehearsal already."""

    code = "rehearsal_on"
