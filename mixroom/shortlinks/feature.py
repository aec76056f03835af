"""The declaration of short links."""

from mixroom.core.text import N_
from mixroom.shortlinks.model import PERMISSIONS
from mixroom.shortlinks.store import days, links
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section

FEATURE = Feature(
    name="shortlinks",
    pages=("mixroom.shortlinks.web:web",),
    api=("mixroom.shortlinks.api:api",),
    tables=(links, days),
    permissions=PERMISSIONS,
    facts={
        "shortlink.made": "Someone made a short link.",
        "shortlink.changed": "Someone changed where a short link leads.",
    },
    problems={"code_taken": Problem(409, N_("Another link has this code. Choose another one."))},
    rules={
        "no_address": N_("An address begins with https:// and has no spaces."),
        "short_link": N_("This is a short link already. Enter the address that it leads to."),
        "code": N_("A code has small letters, figures and hyphens only."),
    },
    menu=(MenuEntry("/plan/links", N_("Links"), 45, Section.PLAN, needs="shortlink.edit"),),
    privacy=(
        Kept(
            85,
            N_("How often each short link is followed on a day"),
            N_("To know which poster or message works. Nothing about who followed it is kept."),
            N_("The media team"),
        ),
    ),
)
