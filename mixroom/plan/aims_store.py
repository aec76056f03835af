"""Objectives and campaigns in the database."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import insert_new, metadata
from mixroom.core.text import Bilingual
from mixroom.event.model import Moment
from mixroom.plan.aims import MAX_LABEL, Campaign, Gauge, Objective
from mixroom.plan.channels import Channel
from mixroom.plan.store import messages, sides

MOST_CAMPAIGNS = 200
MOST_OBJECTIVES = 200

campaigns = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("name_fr", sa.String(MAX_LABEL)),
    sa.Column("name_en", sa.String(MAX_LABEL)),
    sa.Column("moment", sa.String(8), nullable=False),
    sa.Column("starts_on", sa.Date),
    sa.Column("ends_on", sa.Date),
    sa.Column("owner_id", sa.String(36)),
)
objectives = sa.Table(
    "objective",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("campaign_id", sa.String(36)),
    sa.Column("what_fr", sa.String(MAX_LABEL)),
    sa.Column("what_en", sa.String(MAX_LABEL)),
    sa.Column("target", sa.Float),
    sa.Column("unit_fr", sa.String(MAX_LABEL)),
    sa.Column("unit_en", sa.String(MAX_LABEL)),
    sa.Column("by", sa.Date),
    sa.Column("measure_fr", sa.String(MAX_LABEL)),
    sa.Column("measure_en", sa.String(MAX_LABEL)),
    sa.Column("gauge", sa.String(12), nullable=False, server_default="hand"),
    sa.Column("channel", sa.String(12)),
    sa.Column("number", sa.Float),  # noted by hand
    sa.Column("number_on", sa.Date),
)


def campaigns_of(tx: sa.Connection, event_id: str) -> list[Campaign]:
    """Return the campaigns of an event, in the order in which they were made."""
    of = campaigns.c
    query = sa.select(campaigns).where(of.event_id == event_id).order_by(of.id)
    return [_campaign(row) for row in tx.execute(query.limit(MOST_CAMPAIGNS))]


def get_campaign(tx: sa.Connection, event_id: str, key: str) -> Campaign | None:
    """Return a campaign of an event, or None."""
    this = (campaigns.c.event_id == event_id) & (campaigns.c.id == key)
    row = tx.execute(sa.select(campaigns).where(this)).one_or_none()
    return _campaign(row) if row else None


def put_campaign(tx: sa.Connection, campaign: Campaign) -> None:
    """Add a campaign, or save it."""
    values = {
        "event_id": campaign.event_id,
        **sides("name", campaign.name),
        "moment": campaign.moment.value,
        "starts_on": campaign.starts_on,
        "ends_on": campaign.ends_on,
        "owner_id": campaign.owner_id,
    }
    _put(tx, campaigns, campaign.id, values)


def remove_campaign(tx: sa.Connection, event_id: str, key: str) -> bool:
    """Remove a campaign; its messages and objectives stay. Return whether there was one."""
    for table in (messages, objectives):
        ours = (table.c.event_id == event_id) & (table.c.campaign_id == key)
        tx.execute(table.update().where(ours).values(campaign_id=None))
    this = (campaigns.c.event_id == event_id) & (campaigns.c.id == key)
    return tx.execute(campaigns.delete().where(this)).rowcount > 0


def objectives_of(tx: sa.Connection, event_id: str) -> list[Objective]:
    """Return the objectives of an event, in the order in which they were made."""
    of = objectives.c
    query = sa.select(objectives).where(of.event_id == event_id).order_by(of.id)
    return [_objective(row) for row in tx.execute(query.limit(MOST_OBJECTIVES))]


def get_objective(tx: sa.Connection, event_id: str, key: str) -> Objective | None:
    """Return an objective of an event, or None."""
    this = (objectives.c.event_id == event_id) & (objectives.c.id == key)
    row = tx.execute(sa.select(objectives).where(this)).one_or_none()
    return _objective(row) if row else None


def put_objective(tx: sa.Connection, objective: Objective) -> None:
    """Add an objective, or save it."""
    values = {
        "event_id": objective.event_id,
        "campaign_id": objective.campaign_id,
        **sides("what", objective.what),
        "target": objective.target,
        **sides("unit", objective.unit),
        "by": objective.by,
        **sides("measure", objective.measure),
        "gauge": objective.gauge.value,
        "channel": objective.channel.value if objective.channel else None,
        "number": objective.number,
        "number_on": objective.number_on,
    }
    _put(tx, objectives, objective.id, values)


def remove_objective(tx: sa.Connection, event_id: str, key: str) -> bool:
    """Remove an objective; return whether there was one."""
    this = (objectives.c.event_id == event_id) & (objectives.c.id == key)
    return tx.execute(objectives.delete().where(this)).rowcount > 0


def _put(tx: sa.Connection, table: sa.Table, key: str, values: Mapping[str, Any]) -> None:
    if not insert_new(tx, table, id=key, **values):
        ours = (table.c.id == key) & (table.c.event_id == values["event_id"])
        tx.execute(table.update().where(ours).values(**values))


def _campaign(row: sa.Row[Any]) -> Campaign:
    name = Bilingual(row.name_fr, row.name_en)
    dates = (row.starts_on, row.ends_on)
    return Campaign(row.id, row.event_id, name, Moment(row.moment), *dates, row.owner_id)


def _objective(row: sa.Row[Any]) -> Objective:
    return Objective(
        row.id,
        row.event_id,
        Bilingual(row.what_fr, row.what_en),
        row.target,
        Bilingual(row.unit_fr, row.unit_en),
        row.by,
        Bilingual(row.measure_fr, row.measure_en),
        row.campaign_id,
        Gauge(row.gauge),
        Channel(row.channel) if row.channel else None,
        row.number,
        row.number_on,
    )
