// The part of a very long queue that the page does not hold yet: fetched by the page, in the order of the
// list, as what is held runs out. ask(after) → {items, beyond}.
export const LOW = 60 // items that are held; below that more is fetched

export class Rest {
  #items = new Map()
  #gone = new Set() // decided while a question about them may be under way
  #asking = false

  constructor({ beyond, last, ask }) {
    Object.assign(this, { beyond, last, ask })
  }

  // What the live list has said: it knows better than any page.
  heard(changed, reset) {
    for (const [id, item] of changed) {
      this.#items.delete(id)
      item ? this.#gone.delete(id) : this.#gone.add(id)
    }
    if (reset) Object.assign(this, { beyond: 0 }) // then it was told all there is
  }

  joined(live) {
    return new Map([...this.#items, ...live])
  }

  // Fetch more where few are held; say whether there is something new.
  async fill(held) {
    if (held >= LOW || !this.beyond || this.#asking) return false
    this.#asking = true
    try {
      const { items, beyond } = await this.ask(this.last)
      for (const item of items) if (!this.#gone.has(item.id)) this.#items.set(item.id, item)
      this.last = items.at(-1)?.id ?? this.last
      this.beyond = beyond
      return true
    } catch {
      return false // the next change asks again
    } finally {
      this.#asking = false
    }
  }
}
