"""The names of the kinds and states of promises, and the table of them for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

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


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows for a spreadsheet; a cell that it could take for a formula is quoted."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(heading)
    lines.writerows([[_cell(each) for each in row] for row in rows])
    return "\ufeff" + out.getvalue()  # the mark tells a spreadsheet that it is UTF-8


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
