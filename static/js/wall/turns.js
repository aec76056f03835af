// Who comes next on the wall. Pure: told what is approved and what was shown, it answers from that alone.
//
// What is new waits in a line, in order, and none is ever dropped from it but by a recall. Everything
// else is shown in turn: who waited longest comes first, so that every approved item comes back.
const PATIENT = 9000 // ms a new item has the wall to itself
const WATCHED = 30_000 // ms of a clip, the house's short format; a longer one is seen in part
const HURRIED = 3500 // ms when many are waiting; below this nobody reads a picture

export class Turns {
  #items = new Map()
  #shown = new Map() // key → the turn it was last shown in; absent: never
  #line = []
  #turn = 0

  // The state the page was rendered with: known, but not news. The latest approved go first.
  begin(items) {
    for (const [key, item] of items) this.#items.set(key, item)
  }

  // A change: what came is news, what was recalled (null) is forgotten. Answers what happened to it.
  change(key, item) {
    if (item === null) {
      this.#items.delete(key)
      this.#shown.delete(key)
      this.#line = this.#line.filter((waiting) => waiting !== key)
      return "gone"
    }
    const known = this.#items.has(key)
    this.#items.set(key, item)
    if (known) return "changed"
    this.#line.push(key)
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

  some(test) {
    for (const item of this.#items.values()) if (test(item)) return true
    return false
  }

  get waiting() {
    return this.#line.length
  }

  // The news whose turn it is. It leaves the line only when `show` says that it was on the wall.
  news(usable = () => true) {
    const key = this.#line.find((waiting) => usable(this.#items.get(waiting)))
    return key === undefined ? null : this.#items.get(key)
  }

  show(key) {
    if (!this.#items.has(key)) return
    this.#shown.set(key, ++this.#turn)
    this.#line = this.#line.filter((waiting) => waiting !== key)
  }

  // Everything that may hang, the longest wait first; what never hung comes first, latest approved first.
  order(usable = () => true) {
    return [...this.#items.values()]
      .filter((item) => !this.#line.includes(item.id) && usable(item))
      .sort((a, b) => this.#wait(a) - this.#wait(b) || (a.approved_at < b.approved_at ? 1 : -1))
  }

  #wait(item) {
    return this.#shown.get(item.id) ?? 0
  }
}

// How long a new item has the wall to itself: time to read it and to watch its clip of `seconds`, less
// when others wait.
export function dwell(characters, waiting, seconds = 0) {
  const base = PATIENT - (PATIENT - HURRIED) * Math.min(1, Math.max(0, waiting - 1) / 8)
  const read = Math.min(16000, base + Math.max(0, characters - 60) * (waiting > 4 ? 12 : 35))
  return Math.max(read, Math.min(seconds * 1000, waiting > 4 ? WATCHED / 2 : WATCHED))
}

// Which language an item is shown in: the only one it has; else the two in turn. Of two new items one
// begins in each language, so that both are heard from the first minute.
export class Tongues {
  #next = new Map()
  #count = 0

  constructor(home) {
    this.home = home
    this.away = home === "fr" ? "en" : "fr"
  }

  of({ id, text }) {
    if (!text?.fr || !text?.en) return text?.fr ? "fr" : text?.en ? "en" : this.home
    if (!this.#next.has(id)) this.#next.set(id, this.#count++ % 2 ? this.away : this.home)
    return this.#next.get(id)
  }

  shown(key) {
    if (this.#next.has(key)) this.#next.set(key, this.#next.get(key) === this.home ? this.away : this.home)
  }

  forget(key) {
    this.#next.delete(key)
  }
}
