// The lease on what a reviewer has open: taken a moment after it is opened, renewed while they work,
// let go on leaving. Pure but for what it is given: take(id, over), drop(id), and a clock with timers.
export const SETTLE = 400 // ms; who leafs through the queue holds nothing
export const RENEW = 25_000 // ms; a lease lasts 75 s
export const WORKING = 60_000 // ms without a hand on the desk, and it is not renewed

const REAL = { now: () => Date.now(), set: (act, ms) => setTimeout(act, ms), clear: (timer) => clearTimeout(timer) }

export class Lease {
  #id = null
  #held = false
  #timer = null
  #worked

  constructor({ take, drop, time = REAL }) {
    Object.assign(this, { take, drop, time })
    this.#worked = time.now()
  }

  // Another item is open, or none.
  open(id) {
    if (id === this.#id) return
    this.leave()
    this.#id = id
    if (id && this.#working) this.#later(SETTLE)
  }

  // A hand was on the desk.
  work() {
    const rested = !this.#working
    this.#worked = this.time.now()
    if (rested && this.#id && !this.#held) this.#later(0)
  }

  // Take what someone else holds.
  takeOver(id) {
    if (id !== this.#id) this.leave()
    this.#id = id
    return this.#take(true)
  }

  // The decision has ended it.
  end() {
    this.time.clear(this.#timer)
    this.#id = null
    this.#held = false
  }

  leave() {
    const id = this.#held ? this.#id : null
    this.end()
    if (id) this.drop(id)
  }

  get #working() {
    return this.time.now() - this.#worked < WORKING
  }

  #later(ms) {
    this.time.clear(this.#timer)
    this.#timer = this.time.set(() => this.#take(false), ms)
  }

  async #take(over) {
    const id = this.#id
    if (!this.#working && !over) return void (this.#held = false)
    const held = await this.take(id, over).then(() => true, () => false)
    if (this.#id !== id) return void (held && this.drop(id))
    this.#held = held
    this.#later(RENEW)
  }
}
