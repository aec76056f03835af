"""The declaration of the projectors' walls."""

from mixroom.core.text import N_
from mixroom.wall.actions import longest_caption
from mixroom.wall.api import api, reported
from mixroom.wall.live import RECALLS, SCREEN, SCREENS, VIEW
from mixroom.wall.model import PERMISSIONS
from mixroom.wall.store import receipts, reports, screens
from mixroom.wall.web import blueprint as pages
from mixroom.web.declaration import Feature, MenuEntry, always
from mixroom.web.problems import Problem

FEATURE = Feature(
    name="wall",
    pages=(lambda parts: pages(parts.settings),),
    api=(always(api),),
    views={
        VIEW: "Everything approved, as the projectors show it",
        SCREEN: "One screen's settings and what is asked of it now",
        SCREENS: "Every screen's settings and what is asked of it now",
        RECALLS: "What was recalled, with the screens that were told and have let go",
    },
    tables=(screens, reports, receipts),
    permissions=PERMISSIONS,
    facts={
        "screen.changed": "A screen was set up, or something was asked of it.",
        "screen.acknowledged": "A screen says that it has let a recalled item go.",
    },
    problems={
        "not_shown": Problem(409, N_("Only what is approved can be shown.")),
    },
    menu=(MenuEntry("/screens", N_("Screens"), 40, needs="screen.drive"),),
    messages={"screen.report": reported},
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
    hooks={"longest_caption": longest_caption},
)
