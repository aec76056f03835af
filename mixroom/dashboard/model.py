"""The permission of the dashboard."""

from mixroom.core.roles import REVIEWERS, declare

PERMISSIONS = declare({"dashboard.read": REVIEWERS})
