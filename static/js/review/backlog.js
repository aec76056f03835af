// The part of a very long queue that the page has not loaded: fetched page by page, in the order of the list, as the
// loaded items run out. ask(after) → {items, beyond}.
export const FETCH_BELOW = 60 // loaded items; with fewer, more are fetched

export class Backlog {
  #items = new Map()
  #gone = new Set() // decided while a request may be under way
  #asking = false

  constructor({ beyond, last, ask }) {
    Object.assign(this, { beyond, last, ask })
  }

  // A change of the live list, which is newer than any fetched page.
  heard(changed, reset) {
    for (const [id, item] of changed) {
      this.#items.delete(id)
      item ? this.#gone.delete(id) : this.#gone.add(id)
    }
    if (reset) Object.assign(this, { beyond: 0 }) // the live list is complete now
  }

  joined(live) {
    return new Map([...this.#items, ...live])
  }

  // Fetch more where few are loaded; return whether there are new items.
  async fill(held) {
    if (held >= FETCH_BELOW || !this.beyond || this.#asking) return false
    this.#asking = true
    try {
      const { items, beyond } = await this.ask(this.last)
      for (const item of items) if (!this.#gone.has(item.id)) this.#items.set(item.id, item)
      this.last = items.at(-1)?.id ?? this.last
      this.beyond = beyond
      return true
    } catch {
      return false // the next change retries
    } finally {
      this.#asking = false
    }
  }
}
