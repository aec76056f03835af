// The wrap of a day as a sequence of leaves for a plenary: its title, each piece, the numbers, thanks, the end. Pure.
import { reading, wordsOf } from "./schedule.js"
import { secondsOf } from "./shapes.js"

const SECOND = 1000
const LONGEST = 14 * SECOND // of a piece, whatever its clip

// The leaves of a wrap; `find(key)` returns an item that may be shown. The thanks are one leaf here: the scene makes as
// many of it as the names need.
export function leavesOf(wrap, find) {
  const pieces = wrap.pieces.filter(({ id }) => find(id)).map(({ id, caption }) => ({ kind: "piece", id, caption }))
  const named = wrap.people.some(({ named }) => named)
  const thanks = named || has(wrap.thanks)
  return [
    { kind: "title" },
    ...pieces,
    ...(wrap.counts.length ? [{ kind: "numbers" }] : []),
    ...(thanks ? [{ kind: "thanks", from: 0 }] : []),
    { kind: "end" },
  ]
}

// The item of a piece with the words it has in this wrap: a language without a caption keeps the item's own.
export function captioned(item, caption) {
  return { ...item, text: { fr: caption?.fr ?? item.text?.fr ?? null, en: caption?.en ?? item.text?.en ?? null } }
}

// How long a leaf stays, in ms. count: the names on a leaf of thanks.
export function stayOf({ kind }, { wrap, item, count = 0 }) {
  if (kind === "piece") return Math.min(LONGEST, Math.max(reading(wordsOf(item)), secondsOf(item) * SECOND))
  if (kind === "title") return reading(wordsOf({ text: wrap.opening }))
  if (kind === "numbers") return 10 * SECOND
  if (kind === "thanks") return Math.min(LONGEST, (6 + 0.25 * count) * SECOND)
  return 8 * SECOND
}

function has(text) {
  return Boolean(text?.fr || text?.en)
}
