// Counts what this screen has shown of sponsors: rows that grow every second, survive outages and power cuts, and are
// reported until the server confirms them. Store, clocks and ids are injected.
const MAX_SECONDS = 50 // seconds in one row
const GAP = 5 // seconds between two samples beyond which the screen counts as frozen
const ABANDONED = 15_000 // ms without an addition after which a row's page counts as gone
const BATCH = 200

export class Ledger {
  #row = null
  #looked = 0
  #sending = false

  // store: {all() → rows, write({put, drop})}, both promises; clock(): ms since 1970; now(): monotonic ms.
  constructor({ store, clock = Date.now, now = () => performance.now(), newId }) {
    Object.assign(this, { store, clock, now, newId })
  }

  // This sponsor is shown from now on; null: a slot in which none is due.
  begin(sponsor, where) {
    const ended = this.end()
    const at = this.clock()
    this.#row = { id: this.newId(), sponsor, began_at: new Date(at).toISOString(), seconds: 0, where, touched: at, done: false }
    this.#looked = this.now()
    return ended
  }

  // Save the time shown, once a second. `visible`: whether it was visible since the last sample.
  look(visible = true) {
    const row = this.#row
    if (!row) return Promise.resolve()
    if (this.#grow(visible) && row.seconds < MAX_SECONDS) return this.#keep(row)
    return this.begin(row.sponsor, row.where) // a row is one unbroken stretch
  }

  // The sponsor is no longer shown.
  end(visible = true) {
    const row = this.#row
    if (!row) return Promise.resolve()
    this.#grow(visible)
    this.#row = null
    row.done = true
    return row.seconds > 0 ? this.#keep(row) : Promise.resolve()
  }

  // Report to the server: post(rows) resolves once it has them, and they are deleted here. Rows that it may have are
  // sent again under the same ids.
  async send(post) {
    if (this.#sending) return
    this.#sending = true
    try {
      for (let due; (due = await this.#due()).length; ) {
        await post(due.map(({ id, sponsor, began_at, seconds, where }) => ({ id, sponsor, began_at, seconds: round(seconds), where })))
        await this.store.write({ drop: due.map(({ id }) => id) })
      }
    } finally {
      this.#sending = false
    }
  }

  // Add the time since the last sample; returns whether the screen was live.
  #grow(visible) {
    const passed = (this.now() - this.#looked) / 1000
    this.#looked = this.now()
    if (!visible || passed > GAP) return false
    this.#row.seconds += passed
    this.#row.touched = this.clock()
    return true
  }

  async #due() {
    const now = this.clock()
    const rows = await this.store.all()
    const over = ({ id, done, touched }) => id !== this.#row?.id && (done || Math.abs(now - touched) > ABANDONED)
    return rows.filter(over).slice(0, BATCH)
  }

  #keep(row) {
    return this.store.write({ put: [{ ...row }] })
  }
}

function round(seconds) {
  return Math.round(seconds * 1000) / 1000
}
