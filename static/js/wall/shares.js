// Chooses the sponsor to thank now, so that each gets the share of the wall's time that the plan promises. Pure.
//
// The strip shows one sponsor at a time, for SLOT each, and the event's own line where no sponsor is due. A card on
// the whole screen counts like the strip. Time in which no sponsor may be shown, or none is visible, counts for no
// one.
export const SLOT = 8000 // ms
const APART = 2 // slots between two of one sponsor

export class Shares {
  #owed = new Map() // sponsor → ms promised and not yet shown
  #lately = [] // the sponsors of the last slots, newest first

  // promises: [{id, share}], shares of the time from 0 to 1, in all at most 1 and each at most a third.
  constructor(promises = []) {
    this.promise(promises)
  }

  // The plan has changed; sponsors that stay keep the time owed to them.
  promise(promises) {
    this.promises = promises
    this.#owed = new Map(promises.map(({ id }) => [id, this.#owed.get(id) ?? 0]))
  }

  // The sponsor of the next slot: the one owed most, but none of the last two nor of `but`; null for none.
  next(but = []) {
    const free = this.promises.filter(({ id }) => !this.#lately.includes(id) && !but.includes(id))
    const owed = ({ id, share }) => this.#owed.get(id) + share * SLOT
    const [first] = free.sort((a, b) => owed(b) - owed(a))
    return first && owed(first) >= SLOT / 2 ? first.id : null
  }

  // A slot has ended, in which `id` (or null) was visible for so many ms. If for none, the slot is given back.
  shown(id, ms) {
    if (ms <= 0) return
    for (const each of this.promises) this.#owed.set(each.id, this.#owed.get(each.id) + each.share * ms)
    if (this.#owed.has(id)) this.#owed.set(id, this.#owed.get(id) - ms)
    this.#lately = [id, ...this.#lately].slice(0, APART)
  }
}
