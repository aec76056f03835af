"""Accounts and dispatches as the page, the API and the live view show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mixroom.connectors.model import Account, Dispatch, Fault
from mixroom.connectors.words import FAULTS
from mixroom.core.clock import rfc3339
from mixroom.core.speech import both
from mixroom.core.views import Item


def account_items(accounts: Sequence[Account]) -> dict[str, Item]:
    """Return accounts without their tokens."""
    return {each.id: account_item(each) for each in accounts}


def account_item(account: Account) -> dict[str, Any]:
    """Return an account without its token."""
    return {
        "id": account.id,
        "channel": account.channel.value,
        "origin": account.origin,
        "handle": account.handle,
        "state": account.state.value,
        "limit": account.most,
        "connected_at": rfc3339(account.connected_at),
        "checked_at": _time(account.checked_at),
        **_trouble(account.fault, account.reply),
    }


def dispatch_item(dispatch: Dispatch) -> dict[str, Any]:
    """Return a dispatch."""
    return {
        "id": dispatch.id,
        "message": dispatch.message_id,
        "channel": dispatch.channel.value,
        "lang": dispatch.lang,
        "state": dispatch.state.value,
        "due": rfc3339(dispatch.due),
        "next_at": _time(dispatch.next_at),
        "tries": dispatch.tries,
        "url": dispatch.url,
        "ended_at": _time(dispatch.ended_at),
        **_trouble(dispatch.fault, dispatch.reply),
    }


def _trouble(fault: Fault | None, reply: str | None) -> dict[str, Any]:
    return {
        "fault": fault.value if fault else None,
        "words": both(FAULTS[fault]).as_dict() if fault else None,
        "reply": reply or None,
    }


def _time(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
