"""The declaration of the plan."""

from mixroom.core.text import N_
from mixroom.plan.aims_store import campaigns, objectives
from mixroom.plan.alarms import RULES
from mixroom.plan.live import PANEL, VIEW
from mixroom.plan.model import PERMISSIONS
from mixroom.plan.notices import NOTICES
from mixroom.plan.post_store import limits, posts
from mixroom.plan.queries import entries
from mixroom.plan.results import renew, watch
from mixroom.plan.store import drawn, messages
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section

FEATURE = Feature(
    name="plan",
    pages=(
        "mixroom.plan.calendar:calendar",
        "mixroom.plan.public:public",
        "mixroom.plan.sheets:sheets",
        "mixroom.plan.web:web",
    ),
    api=("mixroom.plan.api:api",),
    views={VIEW: "Messages of the plan: up to 40 of each status, but none that is dropped"},
    tables=(campaigns, objectives, messages, drawn, posts, limits),
    permissions=PERMISSIONS,
    facts={
        "message.added": "A message was added to the plan, as an idea or with words.",
        "message.changed": "Someone changed a message; what was read before is to be read again.",
        "message.drafted": "A message was taken back for other words, or taken up again.",
        "message.ready": "Somebody has read a message: it may go.",
        "message.scheduled": "A message goes at its time.",
        "message.due": "The time of a scheduled message has come.",
        "message.out": "A message is out in one channel and language.",
        "message.published": "A message is out in each channel and language that it wants.",
        "message.unpublished": "A publication was noted by mistake, and is removed.",
        "message.dropped": "A message goes nowhere.",
        "message.stale": "A message draws on something that is no longer shown.",
        "message.fresh": "All that a message draws on is shown again.",
        "message.failed": "A network has refused a message.",
        "campaign.saved": "A campaign was made or changed.",
        "campaign.removed": "A campaign was removed; its messages stay.",
        "objective.saved": "An objective was set or changed.",
        "objective.removed": "An objective was removed.",
    },
    problems={
        "message_status": Problem(409, N_("This message is in another state by now.")),
        "message_stale": Problem(
            409,
            N_("It draws on something that is no longer shown. Take that out of it first."),
        ),
        "own_message": Problem(
            409, N_("You wrote this yourself: somebody else has to read it before it goes.")
        ),
    },
    rules={
        "not_an_address": N_("An address begins with https:// or http://."),
        "not_shown": N_("One of these is not approved, or may not be shown on the web."),
        "not_drawn": N_("A picture comes from something that the message draws on."),
        "no_columns": N_(
            "No line names the columns. Name them: date, time, channels, title, French, English."
        ),
        "changed": N_("Someone else has changed this message meanwhile."),
        "counted": N_("The program counts this by itself."),
        "not_yet": N_("This time is still to come."),
        "not_its_channel": N_("The message does not go to this channel."),
        "not_its_language": N_("The message has no words in this language there."),
        "over_limit": N_(
            "This is too long for %(channel)s, which a program sends to: %(n)s of %(most)s."
        ),
        "over_pictures": N_("%(channel)s takes %(most)s pictures at most."),
    },
    notices=NOTICES,
    jobs="mixroom.plan.jobs",
    menu=(
        MenuEntry("/plan", N_("Calendar"), 10, Section.PLAN, needs="message.read"),
        MenuEntry("/plan/board", N_("Board"), 20, Section.PLAN, needs="message.read"),
        MenuEntry("/plan/campaigns", N_("Campaigns"), 30, Section.PLAN, needs="message.read"),
    ),
    alarms=RULES,
    watchers=(watch,),
    renews=(renew,),
    panels=(PANEL,),
    calendar=(entries,),
    privacy=(
        Kept(
            28,
            N_("Which messages of the plan you own, wrote, read and published"),
            N_("To know whom to ask, and that two people have read what goes out"),
            N_("The team of the event"),
        ),
    ),
)
