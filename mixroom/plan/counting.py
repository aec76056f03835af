"""How long a text is, as each network counts it; static/js/lib/counting.js counts the same.

X counts by weight (twitter-text, version 3), Bluesky and Mastodon by what people see as one
character; on X and Mastodon an address counts 23, whatever its length.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

import regex

from mixroom.plan.channels import SPECS, Channel, Count
from mixroom.plan.tlds import TLDS

ADDRESS = 23  # characters for an address, on X and on Mastodon
LONGEST_ADDRESS = 4096  # characters; X takes nothing longer for an address
LONGEST_LABEL = 63  # characters of a part of a domain, as it is sent
LONGEST_SLUG = 40  # characters of a t.co address, beyond which it is none
PUNYCODE = "xn--"
# Characters that count one on X; any other counts two.
LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))

_INVALID = r"\uFFFE\uFEFF\uFFFF"
_DIRECTION = r"\u202A-\u202E\u061C\u200E\u200F\u2066-\u2069"
_SPACES = r"\x09-\x0D\x20\x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_PUNCT = r"!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$"
_LATIN = (
    r"\xC0-\xD6\xD8-\xF6\xF8-\xFF\u0100-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268"
    r"\u026F\u0272\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
_NAME = rf"[^{_PUNCT}{_SPACES}{_INVALID}{_DIRECTION}]"  # a character of a domain
# Grouped by their first letter: a text of thousands of characters is counted while one types.
_TLDS = "|".join(
    f"{first}(?:{'|'.join(each[1:] for each in group)})"
    for first, group in groupby(TLDS, key=lambda each: each[0])
)
_TLD = rf"(?:(?:{_TLDS})(?=[^0-9a-zA-Z@+-]|$)|xn--[-0-9a-z]+)"
# No name has more parts, or longer ones; without these bounds some texts take minutes.
MOST_PARTS = 20  # of a domain, before its last two
_PARTS, _SIGNS = f"{{0,{MOST_PARTS}}}", f"{{0,{LONGEST_LABEL}}}"
_DOMAIN = rf"(?:{_NAME}(?:[-_]*{_NAME}){_SIGNS}\.){_PARTS}{_NAME}(?:-*{_NAME}){_SIGNS}\.{_TLD}"
_PATH = rf"[a-z\u0400-\u04FF0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}]"
_PARENTHESES = rf"\((?:{_PATH}+|(?:{_PATH}*\({_PATH}+\){_PATH}*))\)"
_PATH_END = rf"(?:[-+a-z\u0400-\u04FF0-9=_#/{_LATIN}]|{_PARENTHESES})"
_PATHS = rf"(?:(?:{_PATH}*(?:{_PARENTHESES}{_PATH}*)*{_PATH_END})|(?:@{_PATH}+/))"
_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[-a-z0-9_&=#/])"
_URL = regex.compile(
    rf"(?P<before>[^A-Za-z0-9@\uFF20$#\uFF03{_INVALID}]|^)"
    rf"(?P<url>(?P<protocol>https?://)?(?P<domain>{_DOMAIN})(?::[0-9]+)?"
    rf"(?P<path>/{_PATHS}*)?{_QUERY}?)",
    regex.IGNORECASE,
)
_LAST_DOT = regex.compile(rf"\.(?={_TLD})", regex.IGNORECASE)
_NOT_A_NAME = regex.compile(rf"[{_PUNCT}{_SPACES}{_INVALID}{_DIRECTION}]")
_ASCII_DOMAIN = regex.compile(rf"(?:[-a-z0-9{_LATIN}]+\.)+{_TLD}", regex.IGNORECASE)
_SHORTENED = regex.compile(rf"https?://t\.co/([a-z0-9]+){_QUERY}?", regex.IGNORECASE)
_EMOJI_ONE = (
    r"(?:[\xA9\xAE]\uFE0F|(?![\xA9\xAE])\p{Extended_Pictographic}(?!\uFE0E)\uFE0F?)"
    r"\p{Emoji_Modifier}?[\U000E0020-\U000E007F]*"
)
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3"
    rf"|{_EMOJI_ONE}(?:\u200D(?:{_EMOJI_ONE}|[\u2640\u2642\u2695\u2696\u2708]\uFE0F?))*"
)
_GRAPHEME = regex.compile(r"\X")
# Each of these is one character for people; the ordinary signs of French and English.
_PLAIN = re.compile(r"[\0-\u02FF\u2010-\u2027\u202F-\u205E\u20AC]*")
_HASH = re.compile(r"[#\uFF03]")
_HASHTAG = regex.compile(r"[#\uFF03][\p{L}\p{M}\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*")
_WEB_ADDRESS = regex.compile(r"https?://\S+", regex.IGNORECASE)
_FAR_MENTION = regex.compile(
    r"(?<![/\p{L}\p{M}\p{N}_])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[a-z0-9.-]+[a-z0-9]",
    regex.IGNORECASE,
)
_LIGHT = regex.compile(f"[{''.join(f'{chr(low)}-{chr(high)}' for low, high in LIGHT)}]")


def count(channel: Channel, text: str, *, limit: int | None = None) -> Count:
    """Return the length of a text on a channel; `limit` is the account's own, where it has one."""
    text = text.replace("\r\n", "\n")
    spec = SPECS[channel]
    most = limit or spec.limit
    length = _LENGTHS.get(channel, len)(text)
    tags = len(_HASHTAG.findall(_WEB_ADDRESS.sub(" ", text))) if _HASH.search(text) else 0
    too_many_tags = spec.hashtags is not None and tags > spec.hashtags
    return Count(length, most, too_many_tags or (most is not None and length > most), tags)


def addresses(text: str) -> list[str]:
    """Return the addresses that X finds in a text, with and without a protocol."""
    return [text[start:end] for start, end in _spans(text)]


def graphemes(text: str) -> int:
    r"""Return how many characters people see (Unicode's extended grapheme clusters)."""
    if _PLAIN.fullmatch(text):
        return len(text) - text.count("\r\n")
    return len(_GRAPHEME.findall(text))


def _on_x(text: str) -> int:
    text = unicodedata.normalize("NFC", text)
    length = done = 0
    for start, end in _spans(text):
        length += _weight(text[done:start]) + ADDRESS
        done = end
    return length + _weight(text[done:])


def _weight(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emoji = _EMOJI.subn("", text)
    return 2 * (int(emoji) + len(rest)) - len(_LIGHT.findall(rest))


def _on_mastodon(text: str) -> int:
    """Return the length on Mastodon: a mention counts without its instance."""
    length = done = 0
    for start, end in _spans(text):
        if text[start:end].lower().startswith(("http://", "https://")):
            length += graphemes(_near(text[done:start])) + ADDRESS
            done = end
    return length + graphemes(_near(text[done:]))


def _near(text: str) -> str:
    return str(_FAR_MENTION.sub(r"\1", text))


def _spans(text: str) -> list[tuple[int, int]]:
    """Return where each address begins and ends."""
    found: list[tuple[int, int]] = []
    for match in _matches(text):
        start, end = match.span("url")
        if not _is_domain(match["domain"], end - start, match["protocol"] or "https://"):
            continue
        if match["protocol"]:
            short = _SHORTENED.match(text, start, end)
            if short is None:
                found.append((start, end))
            elif len(short[1]) <= LONGEST_SLUG:
                found.append(short.span())
        elif not match["before"].endswith(("-", "_", ".", "/")):
            domain = match.start("domain")
            parts = [each.span() for each in _ASCII_DOMAIN.finditer(match["domain"])]
            spans = [(domain + first, domain + last) for first, last in parts]
            if spans and match["path"]:
                spans[-1] = (spans[-1][0], end)
            found += spans
    return found


def _matches(text: str) -> Iterator[regex.Match[str]]:
    """Yield what looks like an address, as `_URL.finditer` does but in linear time.

    It looks only where a domain may begin that ends with a known top-level domain.
    """
    done = 0
    for dot in _LAST_DOT.finditer(text):
        at = max(done, _beginning(text, dot.start()))
        while at < dot.start():
            match = _URL.match(text, at)
            if match:
                yield match
            at = match.end() if match else at + 1
        done = at


def _beginning(text: str, dot: int) -> int:
    """Return where an address may begin at the earliest whose top-level domain follows this dot."""
    start, dots, signs = dot, 0, 0
    while start > 0:
        sign = text[start - 1]
        if sign == ".":
            dots, signs = dots + 1, 0
        elif sign not in "-_":
            signs += 1
            if _NOT_A_NAME.match(sign):
                break
        if dots > MOST_PARTS or signs > 2 * LONGEST_LABEL:
            break
        start -= 1
    return max(0, start - len("https://") - 1)


def _is_domain(domain: str, length: int, protocol: str) -> bool:
    if domain.startswith(PUNYCODE) and not _ASCII_DOMAIN.search(domain):
        return False
    labels = [_sent(label) for label in domain.split(".")]
    if not all(0 < len(label) <= LONGEST_LABEL for label in labels):
        return False
    return len(protocol) + length <= LONGEST_ADDRESS


def _sent(label: str) -> str:
    """Return a part of a domain as it is sent."""
    return label if label.isascii() else PUNYCODE + label.encode("punycode").decode()


_LENGTHS: Mapping[Channel, Callable[[str], int]] = {
    Channel.X: _on_x,
    Channel.BLUESKY: graphemes,
    Channel.MASTODON: _on_mastodon,
}
