// The pieces of a wrap in their order: moved by buttons, by Alt and an arrow key, or dragged by the handle.
import { fill } from "../lib/fill.js"
import { inPageLanguage, say } from "../lib/say.js"
import { clock } from "../lib/time.js"

const EDGE = 60 // px from the window's edge in which dragging scrolls
const STEP = 12 // px of scrolling for each move of the pointer there

export class Order {
  // list: the <ol>; template: a piece; items: what is known of each, by key; onChange(said): the order has changed;
  // onRemove(key).
  constructor({ list, template, items, onChange, onRemove }) {
    Object.assign(this, { list, template, items, onChange, onRemove })
    list.addEventListener("click", (event) => this.#press(event))
    list.addEventListener("keydown", (event) => this.#arrow(event))
    list.addEventListener("pointerdown", (event) => this.#grip(event))
  }

  get keys() {
    return this.#rows.map(({ dataset }) => dataset.key)
  }

  get #rows() {
    return [...this.list.children]
  }

  add(key) {
    const item = this.items[key]
    if (!item || this.keys.includes(key)) return false
    this.list.append(fill(this.template, described(item)))
    this.#changed()
    this.list.lastElementChild.scrollIntoView({ block: "nearest" })
    return true
  }

  #press(event) {
    const button = event.target.closest("[data-move]")
    if (!button) return
    event.preventDefault()
    const row = button.closest("li")
    if (button.dataset.move === "remove") this.#remove(row)
    else this.#move(row, button.dataset.move === "up" ? -1 : 1, button)
  }

  #arrow(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!event.altKey || !by) return
    event.preventDefault()
    this.#move(event.target.closest("li"), by, event.target)
  }

  #move(row, by, focused) {
    const next = by < 0 ? row.previousElementSibling : row.nextElementSibling
    if (!next) return
    if (by < 0) next.before(row)
    else next.after(row)
    this.#changed()
    const place = this.#rows.indexOf(row) + 1
    if (focused.disabled) row.querySelector(`[data-move="${by < 0 ? "down" : "up"}"]`).focus()
    else focused.focus()
    row.scrollIntoView({ block: "nearest" })
    this.onChange(say("moved", { n: place }))
  }

  #remove(row) {
    const near = row.nextElementSibling ?? row.previousElementSibling
    row.remove()
    this.onRemove(row.dataset.key)
    this.#changed()
    near?.querySelector('[data-move="remove"]').focus()
  }

  // The row follows the pointer: it changes places with the row whose middle the pointer has passed.
  #grip(event) {
    const handle = event.target.closest("[data-grip]")
    if (!handle || event.button > 0) return
    event.preventDefault()
    const row = handle.closest("li")
    const before = this.keys.join()
    row.toggleAttribute("data-dragged", true)
    this.list.setPointerCapture(event.pointerId) // not the handle: a node that moves loses it
    let last = event.clientY
    const follow = ({ clientY: y }) => {
      if (y < EDGE && y <= last) scrollBy(0, -STEP)
      if (y > innerHeight - EDGE && y >= last) scrollBy(0, STEP)
      last = y
      const other = this.#rows.find((each) => each !== row && within(y, each.getBoundingClientRect()))
      if (!other) return
      const { top, height } = other.getBoundingClientRect()
      if (y < top + height / 2) other.before(row)
      else other.after(row)
    }
    const end = () => {
      this.list.removeEventListener("pointermove", follow)
      row.removeAttribute("data-dragged")
      if (this.keys.join() !== before) this.#changed()
    }
    this.list.addEventListener("pointermove", follow)
    this.list.addEventListener("lostpointercapture", end, { once: true })
  }

  #changed() {
    const rows = this.#rows
    rows.forEach((row, at) => {
      row.querySelector('[data-move="up"]').disabled = at === 0
      row.querySelector('[data-move="down"]').disabled = at === rows.length - 1
    })
    this.onChange()
  }
}

function within(y, { top, bottom }) {
  return y >= top && y <= bottom
}

export function described(item) {
  const { id, text, alt, media } = item
  return {
    ...item,
    anchor: `p-${id}`,
    name_fr: `fr:${id}`,
    name_en: `en:${id}`,
    up: `up:${id}`,
    down: `down:${id}`,
    remove: `remove:${id}`,
    add: `add:${id}`,
    thumb: media[0] ? (media[0].thumb ?? media[0].card ?? media[0].placeholder) : null,
    color: media[0]?.color,
    said: inPageLanguage(text) || inPageLanguage(alt) || say("photo"),
    time: clock(item.at),
    missing_fr: !text.fr && text.en ? "" : null,
    missing_en: !text.en && text.fr ? "" : null,
  }
}
