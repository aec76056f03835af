"""The declaration of the crew."""

from mixroom.core.text import N_
from mixroom.crew.device_store import devices
from mixroom.crew.invite_store import invites, pairings
from mixroom.crew.live import VIEW
from mixroom.crew.model import PERMISSIONS
from mixroom.crew.notices import INVITE
from mixroom.crew.queries import has_guests, has_named_leads, has_screen
from mixroom.crew.store import people
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section, Step

FEATURE = Feature(
    name="crew",
    pages=("mixroom.crew.web:web", "mixroom.crew.inviting:inviting"),
    api=("mixroom.crew.api:api",),
    views={VIEW: "The crew; its beat says who is there"},
    tables=(people, devices, invites, pairings),
    permissions=PERMISSIONS,
    facts={
        "person.added": "A person, a script or a screen was added to the crew.",
        "person.removed": "A person was removed from the crew; their devices are signed out.",
        "person.trusted": "A person's submissions may go to the wall unreviewed, or no longer.",
        "person.bilingual": "A person may be asked to translate, or no longer.",
        "person.changed": "A person's name, e-mail address or telephone number changed.",
        "device.added": "A device signed in.",
        "device.revoked": "A device was signed out; its sockets are closed.",
    },
    rules={
        "not_an_email": N_("This is no e-mail address."),
        "on_team": N_(
            "%(name)s is on the team with this address already. For someone else, leave it out."
        ),
        "not_a_telephone": N_("This is no telephone number."),
        "not_text": N_(
            "This is not a text file. In your spreadsheet, save it as CSV, or copy the cells here."
        ),
    },
    problems={
        "last_lead": Problem(409, N_("An event needs at least one lead.")),
        "nobody": Problem(
            404,
            N_("Nobody has this name at this event (`--event` for another one), address or id."),
        ),
        "several_people": Problem(
            409, N_("Several people have this name. Give the id of the one you mean.")
        ),
        "invite_closed": Problem(
            410, N_("This invitation is closed. Ask your lead for a new one.")
        ),
        "invite_unknown": Problem(
            404, N_("This invitation is not recognised. Check it, or ask for a new one.")
        ),
        "pairing_unknown": Problem(404, N_("No screen is showing this code right now.")),
    },
    menu=(MenuEntry("/team", N_("People"), 10, Section.TEAM, needs="crew.invite"),),
    steps=(
        Step(
            "name",
            N_("Your name, as letters and photos say it"),
            "/me#details",
            15,
            has_named_leads,
        ),
        Step("crew", N_("The first invitations"), "/team", 50, has_guests),
        Step("screen", N_("A screen for the wall"), "/team#screens", 60, has_screen),
    ),
    letters=(INVITE,),
    directory="mixroom.crew.directory:Crew",
    privacy=(
        Kept(
            10,
            N_("Your name, your role and the language you read"),
            N_("To sign you in, and to say who took a photo and who is on the team"),
            N_("The team of the event"),
        ),
        Kept(
            11,
            N_("Your e-mail address and telephone number, if you gave them"),
            N_("To write to you about your work at the event, and to reach you there"),
            N_("Those who lead, and you"),
            until=N_("When you are removed from the team, or when you ask."),
        ),
        Kept(
            12,
            N_("The devices you are signed in on: kind of browser, and when it was last used"),
            N_("So that a lost phone can be signed out"),
            N_("Those who lead, and you"),
        ),
    ),
)
