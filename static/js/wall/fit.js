// Sets a text as large as its box allows. It breaks lines between words; hyphenates a long word where that makes the
// text clearly larger, or where the word does not fit otherwise; and shortens, between words, a text that would be
// too small to read. The title attribute keeps the whole text.
import { hardened, soften, variants } from "../lib/soft.js"
import { put, whole, write } from "./put.js"

const WORTH = 1.25 // minimum gain in size for hyphenation
const MORE = "…"
const ENDLESS = 40 // letters: not a word of any language, and may be cut
const words = new Map()

// → the size. `least`: the smallest legible one, in px.
export function fit(element, { width, height, most, least }) {
  const holds = (size) => holdsAt(element, size, width, height)
  const size = best([element], holds, { least, most })
  element.style.fontSize = `${size ?? least}px`
  if (size === null) shorten(element, () => holds(least))
  return size ?? least
}

// Set the variant of the texts that can be largest; hyphens need a minimum gain. → the size, null if none fits.
function best(parts, holds, { least, most }) {
  const texts = parts.map((part) => variants(whole(part), langOf(part)))
  const show = (n) => parts.forEach((part, i) => write(part, texts[i][n] ?? texts[i].at(-1)))
  for (const part of parts) part.removeAttribute("title")
  let found = { size: null, n: 0 }
  for (let n = 0; n < Math.max(...texts.map((each) => each.length)); n++) {
    if (found.size !== null && found.size >= most / WORTH) break
    show(n)
    const size = largest(holds, least, most)
    if (size !== null && (found.size === null || size > found.size * WORTH)) found = { size, n }
  }
  show(found.n)
  return found.size
}

// Two languages in one box: the first as large as possible, with the second below at its `share` of that size. The
// second may be too small for the last row, as on any label, but not smaller than `lesser`.
export function fitBoth(first, second, { width, height, most, least, lesser, share, gap = 0.4 }) {
  const below = (size) => Math.max(lesser, size * share)
  const need = (size) => {
    const [high, low] = [natural(first, size, width), natural(second, below(size), width)]
    return high + low + gap * below(size)
  }
  const size = best([first, second], (size) => need(size) <= height + 1, { least, most })
  if (size === null) return squeeze(first, second, { width, height, least, lesser: below(least), gap })
  first.style.fontSize = `${size}px`
  second.style.fontSize = `${below(size)}px`
  return size
}

// If even the smallest size does not hold both, shorten the second first, down to one line.
function squeeze(first, second, { width, height, least, lesser, gap }) {
  const line = lesser * 1.15
  const low = natural(second, lesser, width)
  const between = gap * lesser
  const forFirst = Math.max(least * 1.3, height - between - Math.min(low, 2 * line))
  fit(first, { width, height: forFirst, most: least, least })
  const left = height - between - first.scrollHeight
  fit(second, { width, height: Math.max(line, left), most: lesser, least: lesser })
  return least
}

// The height of the text at a size; infinite where a word is wider than the box.
export function natural(element, size, width) {
  element.style.fontSize = `${size}px`
  return element.scrollWidth <= width + 1 ? element.scrollHeight : Infinity
}

// Remove words from the end until it fits; the size stays.
export function shorten(element, holds) {
  const text = whole(element)
  write(element, text)
  element.removeAttribute("title")
  if (holds()) return
  const isWide = element.scrollWidth > element.clientWidth + 1 // hyphenate only a word that is too wide
  const soft = soften(text, langOf(element))
  write(element, soft)
  if (holds()) return
  cutDown(element, isWide ? soft : text, holds)
  element.title = text
}

function cutDown(element, soft, holds) {
  const cuts = places(soft, langOf(element))
  let [low, high] = [0, cuts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    write(element, cut(soft, cuts[middle]))
    if (holds()) low = middle
    else high = middle - 1
  }
  write(element, cut(soft, cuts[low] ?? 0))
}

// Set a text in lines of its element's width, as many as fit.
export function clamp(element, lines) {
  const high = parseFloat(getComputedStyle(element).lineHeight) * lines
  shorten(element, () => element.scrollHeight <= high + 2 && element.scrollWidth <= element.clientWidth + 1)
}

// The label of an item: its author, then place and time; the place is shortened first.
export function label(line, who, about, { credit, places: where, at }, lines = 1) {
  put(who, credit)
  const high = parseFloat(getComputedStyle(line).lineHeight) * lines
  const holds = () => line.scrollWidth <= line.clientWidth + 1 && line.scrollHeight <= high + 2
  const said = where.filter(Boolean)
  for (let count = said.length; count >= 0; count--) {
    put(about, [...said.slice(0, count), at].filter(Boolean).join(" · "))
    if (holds()) return
  }
  shorten(who, holds)
  if (said.length) line.title = [credit, ...said].filter(Boolean).join(" · ")
}

function largest(holds, least, most) {
  if (!holds(least)) return null
  let [low, high] = [least, most]
  if (holds(most)) return most
  while (high - low > 1) {
    const size = (low + high) / 2
    if (holds(size)) low = size
    else high = size
  }
  return low
}

function holdsAt(element, size, width, height) {
  element.style.fontSize = `${size}px`
  return element.scrollHeight <= height + 1 && element.scrollWidth <= width + 1
}

function cut(text, at) {
  return text.slice(0, at).replace(/[\s\p{P}\u00ad\u200b]+$/u, "") + MORE
}

// Where a text may be cut: after each word; in an endless word also at its hyphens.
function places(text, lang) {
  const found = [0]
  for (const { segment, index } of segmenter(lang).segment(text)) {
    if (hardened(segment).length > ENDLESS) for (const { index: inside } of segment.matchAll(/[\u00ad\u200b]/g)) found.push(index + inside)
    found.push(index + segment.length)
  }
  return found.filter((at, i) => i === 0 || isEnd(text, at))
}

// An apostrophe or a dot within a word does not end it.
function isEnd(text, at) {
  const [before, after] = [text[at - 1], text[at] ?? " "]
  return !(/['’]/.test(before) && /\p{L}/u.test(after)) && !(/[\p{L}\p{N}]/u.test(before) && /['’.\-_/@#]/.test(after) && /[\p{L}\p{N}]/u.test(text[at + 1] ?? " "))
}

function segmenter(lang) {
  if (!words.has(lang)) words.set(lang, new Intl.Segmenter(lang, { granularity: "word" }))
  return words.get(lang)
}

function langOf(element) {
  return element.closest("[lang]")?.lang || "fr"
}
