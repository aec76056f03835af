// <mx-notices>: the switch for notifications on this phone, or the reason why there are none. With data-quiet it is
// one line, shown only where notifications are possible.
import { begin, end, standing } from "../lib/push.js"

customElements.define(
  "mx-notices",
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener("click", (event) => this.#act(event.target.closest("[data-act]")))
      if (!("quiet" in this.dataset)) this.look()
    }

    async look() {
      try {
        const { obstacle, on } = await standing()
        const quiet = "quiet" in this.dataset
        this.#show(obstacle ?? (on ? "on" : "off"), quiet && (obstacle || on))
      } catch {
        this.#show(null, true) // no line to the server: this can wait
      }
    }

    async #act(button) {
      if (!button) return
      button.disabled = true
      try {
        await (button.dataset.act === "begin" ? begin() : end())
        const { obstacle, on } = await standing()
        this.#show(obstacle ?? (on ? "on" : "off"))
      } catch {
        this.#show("failed")
      } finally {
        button.disabled = false
      }
    }

    #show(state, away = false) {
      for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state
      this.hidden = Boolean(away)
    }
  },
)
