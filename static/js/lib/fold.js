// The client's half of a live view: which changes to keep, which to drop, and when to ask again. Pure: no DOM, no
// socket, no clock, so that tests in node can send it frames in any order.
//
// Everything up to `cursor` is known. A key may be known beyond it: a frame that arrives after a gap is used at
// once, but does not move the cursor.
export class Fold {
  #items = new Map()
  #seqs = new Map() // key → number its item (or its absence) is known at, where past the cursor

  constructor({ seq = 0, items = {} } = {}) {
    this.cursor = seq
    for (const [key, item] of Object.entries(items)) this.#items.set(key, item)
  }

  get items() {
    return this.#items
  }

  // Apply a pushed frame. Returns the changes, and whether an earlier frame is missing.
  frame({ after, seq, changes }) {
    if (seq <= this.cursor) return { changed: new Map(), gap: false }
    // At 0 nothing is known yet: only a complete answer may move the cursor.
    const gap = after > this.cursor || this.cursor === 0
    const changed = this.#apply(changes, seq)
    if (!gap) this.#moveTo(seq)
    return { changed, gap }
  }

  // A beat carries the view's latest number. Returns whether this client is behind and must ask again.
  beat(seq) {
    return seq > this.cursor
  }

  // Apply the answer to a request from `asked`.
  answer({ seq, changes, reset = false }, asked) {
    if (reset && seq < (asked ?? 0)) return this.#startOver(seq, changes)
    // Frames have overtaken the answer without a gap, so it has nothing new.
    if (seq < this.cursor) return { changed: new Map(), reset: false }
    const whole = reset || !asked
    const changed = new Map()
    if (whole) {
      for (const key of [...this.#items.keys()]) {
        if (!(key in changes) && !this.#knowsBetter(key, seq)) {
          this.#items.delete(key)
          changed.set(key, null)
        }
      }
    }
    for (const [key, item] of this.#apply(changes, seq)) changed.set(key, item)
    this.#moveTo(seq)
    return { changed, reset: whole }
  }

  // The server's numbers went back (a restored backup): the items cannot be compared any more.
  #startOver(seq, changes) {
    const changed = new Map([...this.#items.keys()].map((key) => [key, null]))
    this.#items.clear()
    this.#seqs.clear()
    this.cursor = seq
    for (const [key, item] of Object.entries(changes)) {
      if (item !== null) this.#items.set(key, item)
      changed.set(key, item)
    }
    return { changed, reset: true }
  }

  #apply(changes, seq) {
    const changed = new Map()
    for (const [key, item] of Object.entries(changes)) {
      if (this.#knowsBetter(key, seq)) continue
      this.#seqs.set(key, seq)
      if (item === null && !this.#items.has(key)) continue
      if (item === null) this.#items.delete(key)
      else this.#items.set(key, item)
      changed.set(key, item)
    }
    return changed
  }

  #knowsBetter(key, seq) {
    return (this.#seqs.get(key) ?? 0) > seq
  }

  // Numbers at or behind the cursor are never compared again, so forget them: a wall that runs for three days must not
  // remember every key.
  #moveTo(seq) {
    this.cursor = seq
    for (const [key, known] of this.#seqs) if (known <= seq) this.#seqs.delete(key)
  }
}
