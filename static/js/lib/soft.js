// Where a long word may break: soft hyphens by the patterns of its language, and break opportunities in an address
// or a hashtag, where a hyphen would be read as part of it. Pure but for the patterns, which are loaded by the page:
// Chromium has none of its own until someone downloads them.
const LONG = 10 // letters: shorter words are never broken
const VERY_LONG = 17
const PIECE = 9 // letters of a piece, where the patterns find no break
const EDGE = 3 // minimum letters before the first and after the last break
const SHY = "\u00ad"
const HERE = "\u200b"
const RUN = /(?:[\p{L}\p{M}\p{N}]|['’](?=\p{L}))+|[^\p{L}\p{M}\p{N}\s]+/gu
// These scripts break between any two characters, or by the browser's own dictionary.
const ANYWHERE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u
const PATTERNS = { fr: "hyphenationPatternsFr", en: "hyphenationPatternsEnUs" }
const engines = {}

// Mark every possible break in words of `from` characters or more.
export function soften(text, lang, from = LONG, hyphenate = engine(lang)) {
  return hardened(text).replace(/[^\s\u00a0\u202f]+/gu, (word) => (signs(word).length < from ? word : opened(word, hyphenate)))
}

// Variants of the text, in the order to try: unchanged, with breaks in its longest words, with breaks in all.
export function variants(text, lang) {
  return [...new Set([text, soften(text, lang, VERY_LONG), soften(text, lang)])]
}

// Drop more marks on a letter than any language has: they would overflow their line.
export function tame(text) {
  return text.replace(/(\p{Mn}{3})\p{Mn}+/gu, "$1")
}

export function hardened(text) {
  return text.replaceAll(SHY, "").replaceAll(HERE, "")
}

function opened(word, hyphenate) {
  const runs = word.match(RUN) ?? [word]
  return runs
    .map((run, i) => {
      const isWord = /^[\p{L}\p{N}]/u.test(run)
      if (!isWord) {
        const inside = i > 0 && i < runs.length - 1 && /[/\\.:_?&=#@+~|,;%]$/u.test(run)
        return split(run, PIECE, HERE) + (inside ? HERE : "")
      }
      if (ANYWHERE.test(run)) return run
      return run.split(/(?<=\p{Ll})(?=\p{Lu})/u).map((part) => syllables(part, hyphenate)).join(SHY)
    })
    .join("")
}

function syllables(word, hyphenate) {
  if (signs(word).length < LONG) return word
  const pieces = []
  for (const part of hyphenate(word).split(SHY)) {
    const isEdge = pieces.length === 1 && signs(pieces[0]).length < EDGE
    if (isEdge) pieces[0] += part
    else pieces.push(part)
  }
  if (pieces.length > 1 && signs(pieces.at(-1)).length < EDGE) pieces.push(pieces.splice(-2).join(""))
  return pieces.map((piece) => split(piece, PIECE + EDGE, SHY)).join(SHY)
}

// Cut into parts of equal length, none longer than `most`.
function split(text, most, mark) {
  const all = signs(text)
  if (all.length <= most) return text
  const size = Math.ceil(all.length / Math.ceil(all.length / most))
  const parts = []
  for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size).join(""))
  return parts.join(mark)
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })

function signs(text) {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

function engine(lang) {
  const side = lang?.slice(0, 2) === "en" ? "en" : "fr"
  const patterns = globalThis[PATTERNS[side]]
  if (!globalThis.createHyphenator || !patterns) return (word) => word
  engines[side] ??= globalThis.createHyphenator(patterns, { hyphenChar: SHY, minWordLength: LONG })
  return engines[side]
}
