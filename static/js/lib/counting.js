// How long a text is, as each network counts it; mixroom/plan/counting.py counts the same, and both are held to the
// same cases. Pure.

import { TLDS } from "./tlds.js"

export const ADDRESS = 23 // characters for an address, on X and on Mastodon
const LONGEST_ADDRESS = 4096 // characters; X takes nothing longer for an address
const LONGEST_LABEL = 63 // characters of a part of a domain, as it is sent
const LONGEST_SLUG = 40 // characters of a t.co address, beyond which it is none
const PUNYCODE = "xn--"
// Characters that count one on X; any other counts two.
const LIGHT = [[0, 0x10ff], [0x2000, 0x200d], [0x2010, 0x201f], [0x2032, 0x2037]]

const INVALID = String.raw`\uFFFE\uFEFF\uFFFF`
const DIRECTION = String.raw`\u202A-\u202E\u061C\u200E\u200F\u2066-\u2069`
const SPACES = String.raw`\x09-\x0D\x20\x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`
const PUNCT = String.raw`!'#%&\(\)*+,\\\-.\/:;<=>?@\[\]\^_\{\|\}~$`
const LATIN =
  String.raw`\xC0-\xD6\xD8-\xF6\xF8-\xFF\u0100-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268` +
  String.raw`\u026F\u0272\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF`
const NAME = `[^${PUNCT}${SPACES}${INVALID}${DIRECTION}]` // a character of a domain
const TLD = String.raw`(?:(?:${grouped(TLDS)})(?=[^0-9a-zA-Z@+\-]|$)|xn--[\-0-9a-z]+)`
// No name has more parts, or longer ones; without these bounds some texts take minutes.
const MOST_PARTS = 20 // of a domain, before its last two
const SIGNS = `{0,${LONGEST_LABEL}}`
const DOMAIN = String.raw`(?:${NAME}(?:[\-_]*${NAME})${SIGNS}\.){0,${MOST_PARTS}}${NAME}(?:-*${NAME})${SIGNS}\.${TLD}`
const PATH = String.raw`[a-z\u0400-\u04FF0-9!*';:=+,.$\/%#\[\]\-\u2013_~@\|&${LATIN}]`
const PARENTHESES = String.raw`\((?:${PATH}+|(?:${PATH}*\(${PATH}+\)${PATH}*))\)`
const PATH_END = String.raw`(?:[\-+a-z\u0400-\u04FF0-9=_#\/${LATIN}]|${PARENTHESES})`
const PATHS = `(?:(?:${PATH}*(?:${PARENTHESES}${PATH}*)*${PATH_END})|(?:@${PATH}+/))`
const QUERY = String.raw`(?:\?[a-z0-9!?*'@\(\);:&=+$\/%#\[\]\-_.,~\|]*[\-a-z0-9_&=#\/])`
const URL = new RegExp(
  String.raw`(?<before>[^A-Za-z0-9@\uFF20$#\uFF03${INVALID}]|^)` +
    String.raw`(?<url>(?<protocol>https?:\/\/)?(?<domain>${DOMAIN})(?::[0-9]+)?` +
    `(?<path>/${PATHS}*)?${QUERY}?)`,
  "iuy",
)
const LAST_DOT = new RegExp(String.raw`\.(?=${TLD})`, "giu")
const NOT_A_NAME = new RegExp(`[${PUNCT}${SPACES}${INVALID}${DIRECTION}]`, "u")
const ASCII_DOMAIN = new RegExp(String.raw`(?:[\-a-z0-9${LATIN}]+\.)+${TLD}`, "giu")
const SHORTENED = new RegExp(String.raw`^https?:\/\/t\.co\/([a-z0-9]+)${QUERY}?`, "iu")
const EMOJI_ONE =
  String.raw`(?:[\xA9\xAE]\uFE0F|(?![\xA9\xAE])\p{Extended_Pictographic}(?!\uFE0E)\uFE0F?)` +
  String.raw`\p{Emoji_Modifier}?[\u{E0020}-\u{E007F}]*`
const EMOJI = new RegExp(
  String.raw`\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3` +
    String.raw`|${EMOJI_ONE}(?:\u200D(?:${EMOJI_ONE}|[\u2640\u2642\u2695\u2696\u2708]\uFE0F?))*`,
  "gu",
)
const HASHTAG = /[#\uFF03][\p{L}\p{M}\p{N}_]*\p{L}[\p{L}\p{M}\p{N}_]*/gu
const WEB_ADDRESS = /https?:\/\/\S+/giu
const PLAIN = /^[\0-\u02ff\u2010-\u2027\u202f-\u205e\u20ac]*$/ // each of these is one character for people
const FAR_MENTION = /(^|[^/\p{L}\p{M}\p{N}_])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[a-z0-9.-]+[a-z0-9]/giu

// The length of a text on a channel. `limits` are the channel's, as the page has them: {limit, hashtags}; null is none.
export function count(channel, text, { limit = null, hashtags: most = null } = {}) {
  const plain = text.replaceAll("\r\n", "\n")
  const length = (LENGTHS[channel] ?? characters)(plain)
  const hashtags = (plain.replace(WEB_ADDRESS, " ").match(HASHTAG) ?? []).length
  const over = (most !== null && hashtags > most) || (limit !== null && length > limit)
  return { length, limit, over, hashtags }
}

// The addresses that X finds in a text, with and without a protocol.
export function addresses(text) {
  return spans(text).map(([start, end]) => text.slice(start, end))
}

// How many characters people see.
export function graphemes(text) {
  if (PLAIN.test(text)) return text.replaceAll("\r\n", "\n").length // a long text is counted while one types
  if (!Intl.Segmenter) return characters(text) // an old browser counts too many, never too few
  segmenter ??= new Intl.Segmenter()
  let number = 0
  for (const _ of segmenter.segment(text)) number += 1
  return number
}

let segmenter

const LENGTHS = { x: onX, bluesky: graphemes, mastodon: onMastodon }

function characters(text) {
  return [...text].length
}

function onX(typed) {
  const text = typed.normalize("NFC")
  let length = 0
  let done = 0
  for (const [start, end] of spans(text)) {
    length += weight(text.slice(done, start)) + ADDRESS
    done = end
  }
  return length + weight(text.slice(done))
}

function weight(text) {
  let emoji = 0
  const rest = [...text.replace(EMOJI, () => ((emoji += 1), ""))].map((sign) => sign.codePointAt(0))
  const light = rest.filter((sign) => LIGHT.some(([low, high]) => low <= sign && sign <= high))
  return 2 * (emoji + rest.length) - light.length
}

// A mention counts without its instance.
function onMastodon(text) {
  const near = (part) => graphemes(part.replace(FAR_MENTION, "$1$2"))
  let length = 0
  let done = 0
  for (const [start, end] of spans(text)) {
    if (!/^https?:\/\//i.test(text.slice(start, end))) continue
    length += near(text.slice(done, start)) + ADDRESS
    done = end
  }
  return length + near(text.slice(done))
}

// Where each address begins and ends.
function spans(text) {
  return [...matches(text)].flatMap(spansOf)
}

// What looks like an address, in linear time: it looks only where a domain may begin that ends with a known top-level
// domain.
function* matches(text) {
  let at = 0
  for (const { index: dot } of text.matchAll(LAST_DOT)) {
    at = Math.max(at, beginning(text, dot))
    while (at < dot) {
      URL.lastIndex = at
      const match = URL.exec(text)
      if (match) yield match
      at = match ? match.index + match[0].length : at + 1
    }
  }
}

// Where an address may begin at the earliest whose top-level domain follows this dot.
function beginning(text, dot) {
  let [start, dots, signs] = [dot, 0, 0]
  for (; start > 0; start -= 1) {
    const sign = text[start - 1]
    if (sign === ".") [dots, signs] = [dots + 1, 0]
    else if (!"-_".includes(sign)) {
      signs += 1
      if (NOT_A_NAME.test(sign)) break
    }
    if (dots > MOST_PARTS || signs > 2 * LONGEST_LABEL) break
  }
  return Math.max(0, start - "https://".length - 1)
}

function spansOf(match) {
  const { before, url, protocol, domain, path } = match.groups
  const start = match.index + before.length
  const end = start + url.length
  if (!isDomain(domain, url.length, protocol ?? "https://")) return []
  if (protocol) {
    const short = url.match(SHORTENED)
    if (!short) return [[start, end]]
    return short[1].length > LONGEST_SLUG ? [] : [[start, start + short[0].length]]
  }
  if (/[-_./]$/.test(before)) return []
  const found = [...domain.matchAll(ASCII_DOMAIN)].map((part) => {
    const from = start + part.index
    return [from, from + part[0].length]
  })
  if (found.length && path) found.at(-1)[1] = end
  return found
}

function isDomain(domain, length, protocol) {
  if (domain.startsWith(PUNYCODE) && domain.search(ASCII_DOMAIN) < 0) return false
  const whole = domain.split(".").every((label) => label && sentLength(label) <= LONGEST_LABEL)
  return whole && protocol.length + length <= LONGEST_ADDRESS
}

// The length of a part of a domain, as it is sent: the bootstring of RFC 3492 with its prefix.
function sentLength(label) {
  const signs = [...label].map((sign) => sign.codePointAt(0))
  const basic = signs.filter((sign) => sign < 0x80).length
  if (basic === signs.length) return basic
  let length = PUNYCODE.length + basic + (basic ? 1 : 0)
  let [reached, delta, bias, done] = [0x80, 0, 72, basic]
  while (done < signs.length) {
    const next = Math.min(...signs.filter((sign) => sign >= reached))
    delta += (next - reached) * (done + 1)
    for (const sign of signs) {
      if (sign < next) delta += 1
      if (sign !== next) continue
      length += digits(delta, bias)
      bias = adapted(delta, done + 1, done === basic)
      delta = 0
      done += 1
    }
    delta += 1
    reached = next + 1
  }
  return length
}

function digits(delta, bias) {
  let number = 1
  let left = delta
  for (let base = 36; ; base += 36, number += 1) {
    const least = Math.max(1, Math.min(26, base - bias))
    if (left < least) return number
    left = Math.floor((left - least) / (36 - least))
  }
}

function adapted(delta, points, first) {
  let left = Math.floor(delta / (first ? 700 : 2))
  left += Math.floor(left / points)
  let base = 0
  for (; left > 455; base += 36) left = Math.floor(left / 35)
  return base + Math.floor((36 * left) / (left + 38))
}

// Alternatives by their first letter, which the browser compares once.
function grouped(words) {
  const groups = new Map()
  for (const [first, ...rest] of words) groups.set(first, [...(groups.get(first) ?? []), rest.join("")])
  return [...groups].map(([first, rest]) => `${first}(?:${rest.join("|")})`).join("|")
}
