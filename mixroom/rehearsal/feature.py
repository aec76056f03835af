"""The declaration of the rehearsal."""

from mixroom.core.text import N_
from mixroom.web.declaration import Feature, MenuEntry, Problem, Section

FEATURE = Feature(
    name="rehearsal",
    pages=("mixroom.rehearsal.web:web",),
    jobs="mixroom.rehearsal.jobs",
    problems={"rehearsal_on": Problem(409, N_("There is a rehearsal already. End it first."))},
    menu=(MenuEntry("/rehearsal", N_("Rehearsal"), 90, Section.PLAN, needs="event.edit"),),
)
