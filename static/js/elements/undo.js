// <mx-undo>: lets a reviewer undo a decision for ten seconds.
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

    // done: a promise of the ids that the server accepted; said: the decision, in words.
    offer(done, said) {
      this.#decided = done
      this.querySelector("span").textContent = said
      this.hidden = false
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => this.#close(), OPEN)
      done.catch(() => this.#decided === done && this.#close()) // the queue says why
    }

    async back() {
      const done = this.#decided
      if (!done) return
      this.#close()
      try {
        const ids = await done
        for (const id of ids) await call("POST", `/api/v1/submissions/${id}/reopening`)
        this.dispatchEvent(new CustomEvent("undone", { bubbles: true, detail: ids[0] }))
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
