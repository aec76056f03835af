"""The declaration of shifts."""

from mixroom.core.text import N_
from mixroom.shifts.alarms import RULES
from mixroom.shifts.calendar_store import calendars
from mixroom.shifts.live import PANEL, VIEW
from mixroom.shifts.model import PERMISSIONS
from mixroom.shifts.notices import LETTERS, NOTICES
from mixroom.shifts.queries import calendar_address, has_shifts
from mixroom.shifts.results import renew, watch
from mixroom.shifts.store import corrections, notes, shifts, signups, terms
from mixroom.web.declaration import Feature, Kept, MenuEntry, Problem, Section, Step

FEATURE = Feature(
    name="shifts",
    pages=("mixroom.shifts.web:web", "mixroom.shifts.own:own", "mixroom.shifts.one:one"),
    api=("mixroom.shifts.api:api",),
    jobs="mixroom.shifts.jobs",
    views={VIEW: "The shifts of the event, with the people on them and hand-over notes"},
    tables=(shifts, signups, notes, corrections, terms, calendars),
    permissions=PERMISSIONS,
    facts={
        "shift.made": "A lead made a shift.",
        "shift.changed": "A lead changed a shift; those who are on it are told.",
        "shift.cancelled": "A lead called a shift off; those who were on it are told.",
        "shift.called": "A lead asked those who could take an empty seat.",
        "shift.taken": "Someone has a seat of a shift, by themselves or by a lead.",
        "shift.left": "Someone has left a shift, or a lead took them off it.",
        "shift.arrived": "Someone has arrived.",
        "shift.done": "Someone has gone home, perhaps with a note for the next ones.",
        "shift.settled": "A shift is over: someone who was there is done, or someone was missed.",
        "shift.corrected": "A lead corrected the hours of someone.",
        "shift.noted": "Someone left a hand-over note.",
        "shift.stand_in_asked": "Someone asks for a stand-in.",
        "shift.stand_in_dropped": "Someone does their shift after all.",
        "shift.taken_over": "Someone stands in for another.",
        "shift.terms_changed": "A lead changed the event's settings for shifts.",
    },
    problems={
        "shift_full": Problem(409, N_("All seats of this shift are taken.")),
        "shift_collides": Problem(409, N_("That would be two shifts at the same time.")),
        "shift_assigned": Problem(409, N_("The lead decides who is on this shift.")),
        "shift_role": Problem(409, N_("This shift is for another role.")),
        "shift_changed": Problem(
            409,
            N_("Someone changed this shift before you. What you typed is still in the form."),
        ),
        "shift_over": Problem(409, N_("This shift is over.")),
        "leave_late": Problem(
            409, N_("It is too late to leave just like that. Ask for a stand-in.")
        ),
        "arrival_early": Problem(
            409, N_("It is too early: people arrive from an hour before the shift.")
        ),
        "stand_in_gone": Problem(409, N_("Nobody is looked for here any more.")),
        "not_arrived": Problem(409, N_("Nobody can go home before they have arrived.")),
    },
    rules={
        "ends_first": N_("The shift ends before it begins. Does it end on the next day?"),
        "shift_too_long": N_("A shift lasts %(most)s hours at most."),
        "far_from_event": N_("This is more than a week away from the event."),
        "not_begun": N_("The shift has not begun."),
        "skipped_hour": N_("The clocks skip this hour on that day."),
        "seats_between": N_("A shift has 1 to %(most)s seats."),
        "seats_taken": N_("Some seats are taken: %(least)s at least."),
        "hours_between": N_("Choose a number of hours up to %(most)s."),
    },
    notices=NOTICES,
    letters=LETTERS,
    menu=(
        MenuEntry("/shifts", N_("My shifts"), 30, Section.SEND, needs="shift.take"),
        MenuEntry("/shifts/timetable", N_("Shifts"), 30, Section.TEAM, needs="shift.read"),
    ),
    alarms=RULES,
    watchers=(watch,),
    panels=(PANEL,),
    privacy=(
        Kept(
            25,
            N_("Your shifts: which you took, when you arrived and left, and hand-over notes"),
            N_("To have someone in each place, to find a stand-in, and to count your hours"),
            N_("The team of the event"),
        ),
    ),
    steps=(Step("shifts", N_("The shifts"), "/shifts/timetable", 80, has_shifts),),
    renews=(renew,),
    hooks={"calendar_address": calendar_address},
)
