// The list of applications on the lead's page.
import { fill, refill } from "../lib/fill.js"
import { keyed } from "../lib/keyed.js"
import { say } from "../lib/say.js"

const STEP = 60 // rows that are drawn, and that a press on “more” adds

export class List {
  #rows = new Map()
  #most = STEP

  constructor(list, template, more) {
    Object.assign(this, { list, template, more })
    for (const row of list.children) this.#rows.set(row.dataset.key, row)
    more.addEventListener("click", () => {
      this.#most += STEP
      this.draw(...this.drawn)
    })
  }

  // here: the id of the opened one; query: what the addresses of rows end with
  draw(items, { same, here, query }) {
    this.drawn = [items, { same, here, query }]
    this.items = items
    const shown = items.slice(0, this.#most)
    for (const item of shown) {
      const data = described(item, same, here, query)
      const row = this.#rows.get(item.id)
      if (row) refill(row, data)
      else this.#rows.set(item.id, fill(this.template, data))
      spans(this.#rows.get(item.id), item.halves)
    }
    keyed(this.list, shown.map(({ id }) => this.#rows.get(id)))
    const known = new Set(shown.map(({ id }) => id))
    for (const id of this.#rows.keys()) if (!known.has(id)) this.#rows.delete(id)
    this.more.hidden = items.length <= shown.length
  }

  // The id that comes `by` places after another, or the first one.
  next(id, by) {
    const at = this.items.findIndex((item) => item.id === id)
    if (at < 0) return this.items[0]?.id
    return this.items[at + by]?.id
  }

  get ticked() {
    return [...this.list.querySelectorAll("input:checked")].map(({ value }) => value)
  }

  box(id) {
    return this.#rows.get(id)?.querySelector("input")
  }

  focus(id) {
    this.#rows.get(id)?.querySelector("a").focus()
  }

  scrollTo(id) {
    this.#rows.get(id)?.scrollIntoView({ block: "nearest" })
  }
}

function described(item, same, here, query) {
  return {
    ...item,
    here: item.id === here,
    current: item.id === here ? "true" : null,
    href: `/applications/${item.id}${query}`,
    state: say(`state.${item.status}`),
    fresh: item.status === "received",
    roles_said: item.roles.map((role) => say(`role.${role}`)).join(", "),
    tongue: item.languages.join(" ").toUpperCase(),
    twin: same.has(item.id),
    notes_said: item.notes ? say("notes", { n: item.notes }) : "",
  }
}

function spans(row, halves) {
  for (const mark of row.querySelectorAll("[data-half]")) mark.toggleAttribute("data-on", halves.includes(mark.dataset.half))
}
