"""The names of the kinds and states of promises, and of the columns of their table."""

from collections.abc import Mapping

from mixroom.core.text import N_
from mixroom.promises.model import EvidenceKind, PromiseKind, State

NAMES: Mapping[PromiseKind, str] = {
    PromiseKind.WALL_SHARE: N_("Share of the walls’ time"),
    PromiseKind.SECONDS_A_DAY: N_("Seconds a day on the walls"),
    PromiseKind.MENTIONS: N_("Mentions on the networks"),
    PromiseKind.LOGO: N_("Logo on a support"),
    PromiseKind.KIT: N_("Place in the press kit"),
    PromiseKind.STAGE: N_("Words on stage"),
    PromiseKind.OTHER: N_("Something else"),
}
STATES: Mapping[State, str] = {
    State.LATE: N_("Late"),
    State.OWED: N_("Owed"),
    State.KEPT: N_("Kept"),
}
STATE: Mapping[State, str] = {  # of one promise
    State.LATE: N_("late"),
    State.OWED: N_("owed"),
    State.KEPT: N_("kept"),
}
EVIDENCE: Mapping[EvidenceKind, str] = {
    EvidenceKind.PUBLICATION: N_("A publication"),
    EvidenceKind.SUPPORT: N_("A valid support"),
    EvidenceKind.PHOTO: N_("A photo that is shown"),
    EvidenceKind.URL: N_("The address of a page"),
}
COLUMNS = (
    N_("Sponsor"),
    N_("Tier"),
    N_("Promise"),
    N_("What"),
    N_("Delivered"),
    N_("Promised"),
    N_("State"),
    N_("Due time"),
    N_("Owner"),
    N_("Evidence"),
)
