"""Messages as lists, pages and programs see them: with names, lengths, pictures, publications."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.text import LANGS, Bilingual
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.plan import post_store, store
from mixroom.plan.aims import Campaign, Objective, Progress
from mixroom.plan.channels import SPECS, Channel, Count
from mixroom.plan.model import Limits, Message, Picture, Post, Publication
from mixroom.plan.moves import Status
from mixroom.shortlinks import store as link_store
from mixroom.submissions import store as submissions_store
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import published_items

Names = Mapping[str, tuple[str, Role]]


@dataclass(frozen=True, slots=True)
class Source:
    """A submission that may be drawn on, as the public sees it, and its author's name."""

    item: Item
    author: str

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return its photos as pictures of a message, with their descriptions and credit."""
        return tuple(
            Picture(
                photo["id"],
                alt_of(photo, self.item),
                self.item["credit"] or self.author or None,
                (photo["focus"]["x"], photo["focus"]["y"]) if photo["focus"] else (0.5, 0.5),
            )
            for photo in self.item["media"]
            if photo["kind"] == "photo"
        )


def sources(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Source]:
    """Return those of the submissions that may be shown on the web now, in the order of `keys`."""
    found = published_items(tx, event_id, keys, Purpose.WEB)
    sent = {each.id: each.author_id for each in submissions_store.get_many(tx, list(found))}
    names = crew_store.names(tx, set(sent.values()))
    return {
        key: Source(found[key], names.get(sent[key], ("", None))[0]) for key in keys if key in found
    }


def kept_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the messages that are not dropped."""
    found = store.some(tx, event_id, keys)
    return brief_items(tx, [each for each in found if each.status is not Status.DROPPED])


def open_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the messages that have a time and are not out."""
    found = [each for each in store.some(tx, event_id, keys) if each.due and each.is_open]
    return brief_items(tx, found)


def brief_items(tx: sa.Connection, found: Sequence[Message]) -> dict[str, Item]:
    """Return messages as lists show them, by id."""
    names = _names(tx, found)
    posts = post_store.posts_of(tx, [each.id for each in found])
    return {each.id: _brief(each, names, *posts[each.id]) for each in found}


def full_items(
    tx: sa.Connection, found: Sequence[Message], limits: Limits
) -> dict[str, dict[str, Any]]:
    """Return messages with everything that is known of them, by id."""
    names = _names(tx, found)
    posts = post_store.posts_of(tx, [each.id for each in found])
    people = {each.by for out, _ in posts.values() for each in out}
    names = {**names, **crew_store.names(tx, people)}
    drawn = {key: each.event_id for each in found for key in each.submissions}
    shown: dict[str, Source] = {}
    for event_id in set(drawn.values()):
        shown |= sources(tx, event_id, [key for key, of in drawn.items() if of == event_id])
    return {
        each.id: {
            **_brief(each, names, *posts[each.id]),
            **texts_of(each),
            "counts": counts_as_dict(each.counts(limits)),
            "written_by": _person(each.written_by, names),
            "ready_by": _person(each.ready_by, names),
            "ready_at": moment(each.ready_at),
            "submissions": list(each.submissions),
            "gone": [key for key in each.submissions if key not in shown],
            "pictures": pictures_of(each, shown),
            "link": each.link_id,
            "publications": [_publication(one, names) for one in posts[each.id][0]],
            "failures": [
                {
                    "channel": channel.value,
                    "lang": lang,
                    "fault": failure.fault,
                    "words": failure.words.as_dict(),
                    "at": rfc3339(failure.at),
                }
                for (channel, lang), failure in posts[each.id][1].items()
            ],
        }
        for each in found
    }


def texts_of(message: Message) -> dict[str, Any]:
    """Return what people write into a message."""
    overrides: dict[str, dict[str, str]] = {}
    for (channel, lang), text in message.overrides.items():
        overrides.setdefault(channel.value, {})[lang] = text
    return {
        "title": message.title,
        "text": message.text.as_dict(),
        "overrides": overrides,
        "change": {"address": message.change.address, "what": message.change.what.as_dict()},
    }


def counts_as_dict(counts: Mapping[Channel, Mapping[Any, Count]]) -> dict[str, dict[str, Any]]:
    """Return the length of each text as its channel counts it; nothing is ever cut."""
    return {
        channel.value: {
            lang: {"length": each.length, "limit": each.limit, "over": each.over}
            | ({"hashtags": each.hashtags} if SPECS[channel].hashtags else {})
            for lang, each in sides.items()
        }
        for channel, sides in counts.items()
    }


def posts_due(tx: sa.Connection, due: Iterable[tuple[str, Channel, str, datetime]]) -> list[Post]:
    """Return what is to be sent, but nothing that draws on what is no longer shown."""
    due = list(due)
    found = store.with_ids(tx, {key for key, *_ in due})
    shown: dict[str, dict[str, Source]] = {
        each.id: sources(tx, each.event_id, each.submissions) for each in found.values()
    }
    posts = []
    for key, channel, lang, at in due:
        message = found[key]
        own = shown[key]
        if message.status is not Status.SCHEDULED or len(own) < len(message.submissions):
            continue
        there = {photo["id"] for each in own.values() for photo in each.item["media"]}
        pictures = tuple(each for each in message.pictures if each.media_id in there)
        side = LANGS[LANGS.index(lang)]
        url, words = address_of(tx, message), message.words(channel, side)
        posts.append(Post(key, message.event_id, channel, side, words, url, pictures, at))
    return posts


def address_of(tx: sa.Connection, message: Message) -> str | None:
    """Return the address that a message is about: a path of ours if it is a short link."""
    link = link_store.get(tx, message.event_id, message.link_id or "")
    return f"/l/{link.code}" if link else message.change.address or None


def campaign_item(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign for programs."""
    return {
        "id": campaign.id,
        "name": campaign.name.as_dict(),
        "moment": campaign.moment.value,
        "from": campaign.starts_on.isoformat() if campaign.starts_on else None,
        "to": campaign.ends_on.isoformat() if campaign.ends_on else None,
        "owner": campaign.owner_id,
    }


def objective_item(objective: Objective, progress: Progress) -> dict[str, Any]:
    """Return an objective for programs, with its present number."""
    return {
        "id": objective.id,
        "what": objective.what.as_dict(),
        "target": objective.target,
        "unit": objective.unit.as_dict(),
        "by": objective.by.isoformat() if objective.by else None,
        "measure": objective.measure.as_dict(),
        "campaign": objective.campaign_id,
        "gauge": objective.gauge.value,
        "channel": objective.channel.value if objective.channel else None,
        "number": progress.number,
        "number_on": progress.on.isoformat() if progress.on else None,
    }


def moment(at: datetime | None) -> str | None:
    """Return a time for programs, or None."""
    return rfc3339(at) if at else None


def _brief(
    message: Message, names: Names, out: Sequence[Publication], failed: Mapping[Any, Any]
) -> dict[str, Any]:
    wanted = message.wanted
    done = {(each.channel, each.lang) for each in out}
    return {
        "id": message.id,
        "status": message.status.value,
        "version": message.version,
        "name": message.name.as_dict(),
        "channels": [each.value for each in message.channels],
        "languages": [lang for lang in LANGS if any(lang == of for _, of in wanted)],
        "due": moment(message.due),
        "owner": _person(message.owner_id, names),
        "campaign": message.campaign_id,
        "stale_since": moment(message.stale_since),
        "wanted": len(wanted),
        "out": len(done & wanted) if wanted else len({channel for channel, _ in done}),
        "failed": len(failed),
    }


def _names(tx: sa.Connection, found: Sequence[Message]) -> Names:
    people = {key for each in found for key in (each.owner_id, each.written_by, each.ready_by)}
    return crew_store.names(tx, {key for key in people if key})


def _person(key: str | None, names: Names) -> dict[str, str] | None:
    return {"id": key, "name": names.get(key, ("", None))[0]} if key else None


def _publication(each: Publication, names: Names) -> dict[str, Any]:
    return {
        "channel": each.channel.value,
        "lang": each.lang,
        "url": each.url,
        "at": rfc3339(each.at),
        "by": _person(each.by, names),
    }


def pictures_of(message: Message, shown: Mapping[str, Source]) -> list[dict[str, Any]]:
    """Return the pictures that may still be shown, with their addresses."""
    photos = {
        photo["id"]: (photo, key)
        for key in message.submissions
        if key in shown
        for photo in shown[key].item["media"]
    }
    found = []
    for each in message.pictures:
        if each.media_id not in photos:
            continue
        photo, key = photos[each.media_id]
        found.append(
            {
                "media": each.media_id,
                "submission": key,
                "alt": each.alt.as_dict(),
                "credit": each.credit,
                "focus": list(each.focus),
                **{name: photo[name] for name in ("thumb", "card", "wall", "width", "height")},
                "color": photo["color"],
            }
        )
    return found


def alt_of(photo: Mapping[str, Any], item: Item) -> Bilingual:
    """Return the description of a photo: its own, or else that of the whole."""
    own, whole = photo.get("alt") or {}, item["alt"]
    return Bilingual(own.get("fr") or whole["fr"], own.get("en") or whole["en"])
