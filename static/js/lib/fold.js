// The client's half of a live view: what to keep, what to drop and when to ask again. Pure: no DOM,
// no socket, no clock, so that node can throw any order of frames at it.
//
// `cursor` is the number up to which everything is known. A key may be known further than that: a
// frame that arrives after a gap is used at once, but it does not move the cursor.
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

  // A pushed frame. Answers what changed and whether something was missed before it.
  frame({ after, seq, changes }) {
    if (seq <= this.cursor) return { changed: new Map(), gap: false }
    // At 0 nothing is known yet: only a whole answer may move the cursor from there.
    const gap = after > this.cursor || this.cursor === 0
    const changed = this.#apply(changes, seq)
    if (!gap) this.#moveTo(seq)
    return { changed, gap }
  }

  // A beat says how far the view is. True: we are behind and must follow again.
  beat(seq) {
    return seq > this.cursor
  }

  // The answer to a follow that was asked from `asked`.
  answer({ seq, changes, reset = false }, asked) {
    if (reset && seq < (asked ?? 0)) return this.#startOver(seq, changes)
    // Late: frames have overtaken it without a gap, so it can only say what is known already.
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

  // The server's numbers went back (a restored backup): nothing held can be compared any more.
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

  // Whatever is at or behind the cursor is never compared again, so its number can be forgotten:
  // a wall that runs for three days must not remember every key it ever saw.
  #moveTo(seq) {
    this.cursor = seq
    for (const [key, known] of this.#seqs) if (known <= seq) this.#seqs.delete(key)
  }
}
