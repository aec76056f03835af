"""The declaration of the dashboard."""

from mixroom.core.text import N_
from mixroom.dashboard.alarms import RULES
from mixroom.dashboard.live import COVERAGE, HEALTH, NUMBERS, PROGRAMME, view
from mixroom.dashboard.model import PERMISSIONS
from mixroom.web.declaration import Feature, MenuEntry, Section

FEATURE = Feature(
    name="dashboard",
    pages=("mixroom.dashboard.web:web",),
    api=("mixroom.dashboard.api:api",),
    permissions=PERMISSIONS,
    menu=(MenuEntry("/dashboard", N_("Dashboard"), 10, Section.LIVE, needs="dashboard.read"),),
    alarms=RULES,
    panels=(NUMBERS, PROGRAMME, COVERAGE, HEALTH),
    dashboard=view,
)
