// Saves a wrap a moment after each change, one request at a time. Where someone else has saved in between, it stops.
import { ApiError, call } from "../lib/api.js"

const AFTER = 1200 // ms after the last change
const AGAIN = 4000 // ms until the next attempt, while the connection is down

export class Saving {
  #timer = null
  #sending = null // a promise of the request under way
  #isDirty = false
  #stopped = false

  // day: its number; version: the saved one; read(): the body; onState(state, error): "saving", "saved", "unsaved",
  // "lost", "refused".
  constructor({ day, version, read, onState }) {
    Object.assign(this, { day, version, read, onState })
  }

  // Is anything not saved yet?
  get isDirty() {
    return this.#isDirty || this.#sending !== null
  }

  change() {
    this.#isDirty = true
    if (!this.#stopped) this.#later(AFTER)
  }

  // Save now what is not saved. → whether everything is.
  async flush() {
    clearTimeout(this.#timer)
    await this.#sending
    if (this.#isDirty && !this.#stopped) await this.#send()
    return !this.#isDirty
  }

  #later(ms) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.flush(), ms)
  }

  #send() {
    this.#isDirty = false
    this.onState("saving")
    this.#sending = this.#put().finally(() => (this.#sending = null))
    return this.#sending
  }

  async #put() {
    try {
      const { body } = await call("PUT", `/api/v1/wraps/${this.day}`, { json: this.read(), version: this.version })
      this.version = body.version
      this.onState(this.#isDirty ? "saving" : "saved", null, body)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.#isDirty = true
      if (error.passing) {
        this.onState("unsaved", error)
        this.#later(AGAIN)
      } else {
        this.#stopped = error.status === 412
        this.onState(this.#stopped ? "lost" : "refused", error)
      }
    }
  }
}
