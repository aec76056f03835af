// <mx-undo>: for ten seconds after a decision, the way back.
import { call } from "../lib/api.js"
import { say } from "../lib/say.js"

const OPEN = 10_000 // ms

customElements.define(
  "mx-undo",
  class extends HTMLElement {
    #timer = null
    #decided = null

    connectedCallback() {
      this.querySelector("button").addEventListener("click", () => this.back())
    }

    // decision: {ids, done} where `done` settles once the server has answered; said: what was done, in words.
    offer(decision, said) {
      this.#decided = decision
      this.querySelector("span").textContent = said
      this.hidden = false
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#close(), OPEN)
      decision.done.catch(() => this.#decided === decision && this.#close()) // the queue says why
    }

    async back() {
      const decision = this.#decided
      if (!decision) return
      this.#close()
      try {
        await decision.done
        for (const id of decision.ids) await call("POST", `/api/v1/submissions/${id}/reopening`)
        this.dispatchEvent(new CustomEvent("undone", { bubbles: true, detail: decision.ids[0] }))
      } catch (error) {
        const why = error.title || say(`problem.${error.code}`) || say("problem.other")
        this.closest("mx-queue").querySelector("[data-alert]").textContent = say("failed", { why })
      }
    }

    #close() {
      clearTimeout(this.#timer)
      this.#decided = null
      this.hidden = true
    }
  },
)
