// Holds the item that a reviewer has open: takes a lease a moment after it is opened, renews it while they work, and
// releases it when they leave. Pure but for its arguments: take(id, over), drop(id), and a clock with timers.
export const SETTLE = 400 // ms; a reviewer who only browses holds nothing
export const RENEW = 25_000 // ms; a lease lasts 75 s
export const WORKING = 60_000 // ms without input after which it is not renewed

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

  // The reviewer has opened another item, or none.
  open(id) {
    if (id === this.#id) return
    this.leave()
    this.#id = id
    if (id && this.#working) this.#later(SETTLE)
  }

  // The reviewer has touched something.
  work() {
    const rested = !this.#working
    this.#worked = this.time.now()
    if (rested && this.#id && !this.#held) this.#later(0)
  }

  // Take an item over from someone else.
  takeOver(id) {
    if (id !== this.#id) this.leave()
    this.#id = id
    return this.#take(true)
  }

  // A decision has ended the lease.
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
