"""The matrix of applications by role and half-day, beside how many people are needed."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mixroom.event.model import Event
from mixroom.recruiting.model import ROLES, halves_of
from mixroom.recruiting.moves import OUT, Status


def matching(
    items: Iterable[Mapping[str, Any]], asked: Mapping[str, str], same: frozenset[str]
) -> list[Mapping[str, Any]]:
    """Return the items that the filters let through; `static/js/recruiting/sift.js` does alike."""
    words = _plain(asked["q"]).split()

    def matches(item: Mapping[str, Any]) -> bool:
        status = asked["status"]
        if status == "apart":
            standing = item["apart"]
        elif status == "twins":
            standing = item["id"] in same
        else:
            standing = not item["apart"] and status in ("", item["status"])
        said = _plain(f"{item['name']} {item['email']} {item['excerpt']}") if words else ""
        return bool(
            standing
            and asked["role"] in ("", *item["roles"])
            and asked["language"] in ("", *item["languages"])
            and asked["half"] in ("", *item["halves"])
            and all(word in said for word in words)
        )

    return [item for item in items if matches(item)]


def counts(items: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count the items by status, those apart, and all others."""
    found = {status.value: 0 for status in Status} | {"apart": 0, "all": 0}
    for each in items:
        found["apart" if each["apart"] else each["status"]] += 1
        found["all"] += not each["apart"]
    return found


def matrix(
    items: Iterable[Mapping[str, Any]], needs: Mapping[str, Mapping[str, int]], event: Event
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return for each role and half-day how many are needed, accepted and offered."""
    cells: dict[tuple[str, str], dict[str, Any]] = {
        (role.value, str(half)): {
            "half": str(half),
            "need": needs.get(role.value, {}).get(str(half), 0),
            "have": 0,
            "offer": 0,
        }
        for role in ROLES
        for half in halves_of(event)
    }
    for each in items:
        if each["status"] in OUT or each["apart"]:
            continue
        accepted = each["status"] == Status.ACCEPTED
        for role in [each["role"]] if accepted else each["roles"]:
            for half in each["halves"]:
                if cell := cells.get((role, half)):
                    cell["have" if accepted else "offer"] += 1
    return [
        (role.value, [cells[role.value, str(half)] for half in halves_of(event)]) for role in ROLES
    ]


def lacking(
    cells: Iterable[tuple[str, list[dict[str, Any]]]], roles: Iterable[str]
) -> frozenset[str]:
    """Return the half-days in which someone of these roles is lacking."""
    wanted = set(roles)
    return frozenset(
        cell["half"]
        for role, row in cells
        if role in wanted
        for cell in row
        if cell["have"] < cell["need"]
    )


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).lower()
