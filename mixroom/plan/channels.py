"""The channels that a message can go out on, and the limits of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """A place where messages are published."""

    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    NEWSLETTER = "newsletter"
    SITE = "site"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Crop:
    """The size, in pixels, in which a channel shows a picture."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Spec:
    """The limits of a channel; None where it has none that matters.

    `limit` and `alt_limit` are the longest text and the longest description of a picture,
    `hashtags` is how many a text may have. The first of `crops` is the usual one. `by_program` says
    that a program can send there, so that a text that is too long cannot be scheduled; on all
    others it is only shown, since a person sends it, and may shorten it there.
    """

    limit: int | None
    most_pictures: int
    crops: tuple[Crop, ...]
    alt_limit: int | None
    hashtags: int | None = None
    by_program: bool = False


WIDE = Crop(1200, 675)  # 16:9
SHARED = Crop(1200, 630)  # 1.91:1, what Open Graph and the cards of most sites use
SQUARE = Crop(1080, 1080)
PORTRAIT = Crop(1080, 1350)  # 4:5

SPECS: Mapping[Channel, Spec] = {
    # app/validators/status_length_validator.rb, app/models/media_attachment.rb and
    # app/models/status.rb of github.com/mastodon/mastodon: 500 characters unless the instance says
    # otherwise, four pictures, 1,500 characters of description. Timelines crop previews to 16:9.
    Channel.MASTODON: Spec(500, 4, (WIDE,), 1500, by_program=True),
    # lexicons/app/bsky/feed/post.json and embed/images.json of github.com/bluesky-social/atproto:
    # 300 graphemes, four pictures; the app takes 2,000 characters of description. One picture
    # keeps its shape, several are shown square.
    Channel.BLUESKY: Spec(300, 4, (WIDE, SQUARE), 2000, by_program=True),
    # config/v3.json of github.com/twitter/twitter-text; help.x.com: four pictures, 1,000 characters
    # of description, previews in 16:9.
    Channel.X: Spec(280, 4, (WIDE, SQUARE), 1000),
    # facebook.com/business/help: posts of 63,206 characters; links and single pictures in 1.91:1.
    Channel.FACEBOOK: Spec(63_206, 10, (SHARED, SQUARE), None),
    # developers.facebook.com/docs/instagram-platform, "media": a caption has 2,200 characters and
    # 30 hashtags, a carousel ten pictures, from 4:5 to 1.91:1; 1,000 characters of description.
    Channel.INSTAGRAM: Spec(2200, 10, (PORTRAIT, SQUARE), 1000, hashtags=30),
    # learn.microsoft.com/linkedin, "Posts API" and "MultiImage API": 3,000 characters, twenty
    # pictures, 4,086 characters of description; the feed shows 1.91:1.
    Channel.LINKEDIN: Spec(3000, 20, (SHARED, SQUARE), 4086),
    Channel.NEWSLETTER: Spec(None, 10, (Crop(1200, 600),), None),
    Channel.SITE: Spec(None, 10, (SHARED,), None),
    Channel.GLOBAL: Spec(None, 10, (SHARED,), None),
}


@dataclass(frozen=True, slots=True)
class Count:
    """The length of a text on a channel; `over` where it has too much of anything."""

    length: int
    limit: int | None
    over: bool
    hashtags: int
