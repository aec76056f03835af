// <mx-line>: the state of the connection in one word, with a dot that fills or empties.
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
