// Puts a text into an element. Text nodes are changed, not replaced, and the full text is remembered, since the one
// shown may be hyphenated or shortened.
import { tame } from "../lib/soft.js"

const given = new WeakMap()
const TURNS = /[\u202a-\u202e\u2066-\u2069]/gu // they would reverse the text after them
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

export function put(element, text) {
  if (!element) return
  const plain = tame(String(text)).replace(TURNS, "")
  const words = SEEN.test(plain) ? plain : ""
  given.set(element, words)
  write(element, words)
  element.removeAttribute("title")
}

// The full text.
export function whole(element) {
  if (!given.has(element)) given.set(element, element.textContent)
  return given.get(element)
}

// Show a variant of it.
export function write(element, text) {
  if (element.childNodes.length === 1 && element.firstChild.nodeType === 3) {
    if (element.firstChild.data !== text) element.firstChild.data = text
  } else element.textContent = text
}
