// The items that a reviewer has marked, to decide on them together.
export class Marks {
  #ids = new Set()

  // changed(): called whenever others are marked.
  constructor(changed) {
    this.changed = changed
  }

  get size() {
    return this.#ids.size
  }

  has(id) {
    return this.#ids.has(id)
  }

  of(items) {
    return items.filter(({ id }) => this.#ids.has(id))
  }

  // Mark them all, or unmark them where all are marked.
  toggle(ids, on = !ids.every((id) => this.#ids.has(id))) {
    for (const id of ids) on ? this.#ids.add(id) : this.#ids.delete(id)
    this.changed()
  }

  clear() {
    this.toggle([...this.#ids], false)
  }

  // It has been decided on; the caller shows the change.
  drop(id) {
    this.#ids.delete(id)
  }
}
