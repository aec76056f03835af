"""The declaration of announcements."""

from mixroom.announcements.live import PANEL, VIEW
from mixroom.announcements.model import PERMISSIONS
from mixroom.announcements.notices import ANNOUNCED
from mixroom.announcements.store import announcements, receipts
from mixroom.core.text import N_
from mixroom.web.declaration import Feature, Kept

FEATURE = Feature(
    name="announcements",
    api=("mixroom.announcements.api:api",),
    views={VIEW: "The newest announcements to the crew, with the number of those who read each"},
    tables=(announcements, receipts),
    permissions=PERMISSIONS,
    facts={
        "announcement.sent": "A lead told the crew something.",
        "announcement.read": "Someone has read an announcement.",
        "announcement.ended": "A lead took an announcement off the pages before its time.",
    },
    notices=(ANNOUNCED,),
    panels=(PANEL,),
    privacy=(
        Kept(
            24,
            N_("Which announcements you have read"),
            N_("So that whoever leads knows whom the word has reached"),
            N_("Those who lead"),
        ),
    ),
)
