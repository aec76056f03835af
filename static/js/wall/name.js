// Sets the event's name, with its second word lit: large, one word a line while the words are few and short, else as
// wrapped text; hyphenated where a word is wider than its box; shortened as a last resort.
import { soften, variants } from "../lib/soft.js"
import { whole, write } from "./put.js"

const MORE = "…"
const FEW = 4 // words, each on a line of its own
const WORTH = 1.2 // minimum gain in size of the next variant

// element: a heading; each child is a part of the name.
export function fitName(element, { width, height, most, least }) {
  const parts = [...element.children]
  const texts = parts.map(whole)
  const { lang } = element.closest("[lang]")
  const holds = (size) => {
    element.style.fontSize = `${size}px`
    return element.scrollHeight <= height + 1 && element.scrollWidth <= width + 1
  }
  const soft = texts.map((text) => variants(text, lang))
  const stacks = texts.length <= FEW && texts.every((text) => /[\p{L}\p{N}]/u.test(text))
  const ways = ["stacked", "wrapped", "wrapped", "wrapped"].map((flow, i) => ({ flow, n: Math.max(0, i - 1) }))
  const tries = stacks ? ways : ways.slice(1)
  const show = ({ flow, n }) => {
    element.dataset.flow = flow
    parts.forEach((part, i) => write(part, soft[i][n] ?? soft[i].at(-1)))
  }
  for (const part of parts) part.hidden = false
  element.removeAttribute("title")
  let best = null
  for (const way of tries) {
    if (way.n > 0 && !soft.some((each) => each.length > way.n)) continue
    show(way)
    const size = largest(holds, least, most)
    if (size !== null && (best === null || size > best.size * WORTH)) best = { size, way }
  }
  show(best?.way ?? tries.at(-1))
  element.style.fontSize = `${best?.size ?? least}px`
  if (!best) shorten(element, parts, texts.map((text) => soften(text, lang)), () => holds(least))
}

// Remove words from the end until it fits.
function shorten(element, parts, texts, holds) {
  for (let count = parts.length - 1; count > 0 && !holds(); count--) {
    parts[count].hidden = true
    write(parts[count - 1], texts[count - 1] + MORE)
    if (count < parts.length - 1) write(parts[count], texts[count])
  }
  element.title = parts.map(whole).join(" ")
}

function largest(holds, least, most) {
  if (!holds(least)) return null
  if (holds(most)) return most
  let [low, high] = [least, most]
  while (high - low > 1) {
    const size = (low + high) / 2
    if (holds(size)) low = size
    else high = size
  }
  return low
}
