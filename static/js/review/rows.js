// The rows of the reviewers' queue on the page, one for each item.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { since } from "../lib/time.js"
import { age } from "./queue.js"

const MARGIN = 64 // px kept free above a row that is scrolled to

export class Rows {
  #rows = new Map()

  // list: the element that holds them; model(item): what `template` is filled with.
  constructor(list, { template, model }) {
    Object.assign(this, { list, template, model })
  }

  show(items) {
    for (const item of items) {
      const row = this.#rows.get(item.id)
      if (row) refill(row, this.model(item))
      else this.#rows.set(item.id, fill(this.template, this.model(item)))
    }
    keyed(this.list, items.map(({ id }) => this.#rows.get(id)))
    const shown = new Set(items.map(({ id }) => id))
    for (const id of this.#rows.keys()) if (!shown.has(id)) this.#rows.delete(id)
  }

  choose(chosen) {
    for (const [id, row] of this.#rows) {
      const button = row.querySelector("button")
      id === chosen ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current")
    }
  }

  // Not scrollIntoView, which would also move the page under a reviewer's thumb.
  reveal(id) {
    const { list } = this
    const frame = list.scrollWidth > list.clientWidth ? list : list.closest(".queue")
    const [seen, wanted] = [frame.getBoundingClientRect(), this.#rows.get(id).getBoundingClientRect()]
    if (frame === list) frame.scrollLeft += wanted.left - seen.left - (seen.width - wanted.width) / 2
    else if (wanted.top < seen.top + MARGIN) frame.scrollTop += wanted.top - seen.top - MARGIN
    else if (wanted.bottom > seen.bottom) frame.scrollTop += wanted.bottom - seen.bottom
  }

  tick(items) {
    for (const item of items) {
      const row = this.#rows.get(item.id)
      row.querySelector("[data-waits]").textContent = since(item.submitted_at)
      row.querySelector("button").dataset.age = age(item, Date.now())
    }
  }
}
