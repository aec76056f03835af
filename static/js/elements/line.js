// <mx-line>: one honest word for the state of the line, and a dot that fills with it.
import { say } from "../lib/say.js"

customElements.define(
  "mx-line",
  class extends HTMLElement {
    set state(state) {
      this.dataset.state = state
      this.querySelector("[data-says]").textContent = say(`line.${state}`)
    }
  },
)
