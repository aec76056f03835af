"""The declaration of the wall."""

from mixroom.core.text import N_
from mixroom.wall.alarms import SILENT
from mixroom.wall.live import PANEL, RECALLS, SCREEN, SCREENS, VIEW
from mixroom.wall.model import PERMISSIONS
from mixroom.wall.queries import longest_caption
from mixroom.wall.store import receipts, reports, screens
from mixroom.web.declaration import Feature, MenuEntry, Problem, Section

FEATURE = Feature(
    name="wall",
    pages=("mixroom.wall.web:web",),
    api=("mixroom.wall.api:api",),
    views={
        VIEW: "Approved items, as the projectors show them",
        SCREEN: "One screen's settings, and the commands it follows",
        SCREENS: "Every screen's settings, and the commands it follows",
        RECALLS: "Recalled items, with the screens' receipts",
    },
    tables=(screens, reports, receipts),
    permissions=PERMISSIONS,
    facts={
        "screen.changed": "A screen got settings or a command.",
        "screen.acknowledged": "A screen has removed a recalled item.",
    },
    problems={
        "not_shown": Problem(409, N_("Only what is approved can be shown.")),
    },
    menu=(MenuEntry("/screens", N_("Screens"), 30, Section.LIVE, needs="screen.drive"),),
    alarms=(SILENT,),
    messages={"screen.report": "mixroom.wall.api:report_by_socket"},
    offline={
        "wall": (
            "css/tokens.css",
            "css/wall.css",
            "fonts/bricolage-wall.woff2",
            "fonts/instrument-sans.woff2",
            "fonts/noto-emoji.woff2",
            "js/screens/wall.js",
            "vendor/hyphen-1.14.1/hyphen-en.js",
            "vendor/hyphen-1.14.1/hyphen-fr.js",
            "vendor/hyphen-1.14.1/hyphen.js",
        )
    },
    panels=(PANEL,),
    hooks={"longest_caption": longest_caption},
)
