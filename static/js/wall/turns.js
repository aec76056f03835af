// All items that may be shown, and when each was last shown. Pure: it answers only from what is approved and shown.
//
// A new item waits in a queue (line.js) and leaves it only by its turn or a recall. All others are shown again and
// again, the longest wait first, so that every approved item comes back.
import { Line } from "./line.js"

export class Turns {
  #items = new Map()
  #shown = new Map() // key → the turn in which it last filled the screen; absent: never
  #hung = new Map() // key → the turn in which it last hung in the mosaic
  #line = new Line()
  #turn = 0
  onShow = () => {} // called with the key of an item that has had its turn

  // Add items approved before this screen began; only those that `fresh` selects are new.
  begin(items, fresh = () => false) {
    const inOrder = [...items].sort(([, a], [, b]) => (a.approved_at < b.approved_at ? -1 : a.approved_at > b.approved_at ? 1 : 0))
    for (const [key, item] of inOrder) {
      this.#items.set(key, item)
      if (fresh(item)) this.#line.push(item)
    }
  }

  // Apply a change: an added item is new, a recalled one (null) is deleted. Returns what happened.
  change(key, item) {
    if (item === null) {
      for (const kept of [this.#items, this.#shown, this.#hung]) kept.delete(key)
      this.#line.leave(key)
      return "gone"
    }
    const known = this.#items.has(key)
    this.#items.set(key, item)
    if (known) return "changed"
    this.#line.push(item)
    return "new"
  }

  get(key) {
    return this.#items.get(key)
  }

  get size() {
    return this.#items.size
  }

  get keys() {
    return [...this.#items.keys()]
  }

  get all() {
    return [...this.#items.values()]
  }

  some(test) {
    for (const item of this.#items.values()) if (test(item)) return true
    return false
  }

  get waiting() {
    return this.#line.size
  }

  // The new items whose turn it is, up to `count`. They stay in the queue until `show`.
  next(count, usable = () => true) {
    const found = this.#line.next(count, (key) => usable(this.#items.get(key)))
    return found.map((key) => this.#items.get(key))
  }

  show(key) {
    if (!this.#items.has(key)) return
    this.#shown.set(key, ++this.#turn)
    this.#line.served(key)
    this.onShow(key)
  }

  // The item hangs in the mosaic, which is no turn of its own.
  hang(key) {
    if (this.#items.has(key)) this.#hung.set(key, ++this.#turn)
  }

  // All but the new items, the longest wait first; those that never had a turn come first, latest approved first.
  order(usable = () => true) {
    return [...this.#items.values()]
      .filter((item) => !this.#line.has(item.id) && usable(item))
      .sort((a, b) => this.#seen(a) - this.#seen(b) || (a.approved_at < b.approved_at ? 1 : -1))
  }

  // The item with the longest wait for a turn of its own.
  longest(usable = () => true) {
    let found = null
    for (const item of this.#items.values()) {
      if (this.#line.has(item.id) || !usable(item)) continue
      if (!found || this.#earlier(item, found)) found = item
    }
    return found
  }

  #earlier(a, b) {
    const apart = (this.#shown.get(a.id) ?? 0) - (this.#shown.get(b.id) ?? 0)
    return apart < 0 || (apart === 0 && a.approved_at > b.approved_at)
  }

  #seen({ id }) {
    return Math.max(this.#shown.get(id) ?? 0, this.#hung.get(id) ?? 0)
  }
}
