// Reports to the server what was shown of sponsors, a batch at a time, whenever there is a connection.
import { ApiError, call } from "../lib/api.js"

const EVERY = 20_000 // ms
const FASTEST = 20 // the highest speed; a faster wall would report more often than the server allows

export class Report {
  constructor(ledger, pace = 1) {
    Object.assign(this, { ledger, pace })
  }

  start() {
    setInterval(() => this.tell(), (EVERY * (0.9 + Math.random() * 0.2)) / Math.min(this.pace, FASTEST))
    this.tell()
  }

  async tell() {
    try {
      await this.ledger.send((items) => call("POST", "/api/v1/exposures", { json: { items } }))
    } catch (error) {
      // kept for the next report; a page from the service worker may have an old form token
      if (error instanceof ApiError && error.code === "form_expired") await this.#renew()
    }
  }

  async #renew() {
    const { body } = await call("GET", "/api/v1/session").catch(() => ({}))
    if (body) document.querySelector('meta[name="csrf"]').content = body.csrf
  }
}
