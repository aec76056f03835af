// <mx-fits>: previews a name beside its field as the walls will set it, by the same rules.
import { clamp, fit } from "../wall/fit.js"
import { fitName } from "../wall/name.js"
import { put } from "../wall/put.js"

// By kind, as parts of a rem of the wall, which is drawn half as large.
const HALF = 8 // px
const KINDS = {
  name: (words) => fitName(words, { width: words.clientWidth, height: 23 * HALF, most: 6.75 * HALF, least: 1.75 * HALF }),
  plate: (words) => fit(words, { width: words.clientWidth, height: 2.5 * 2 * HALF, most: 1.875 * 2 * HALF, least: 1.05 * 2 * HALF }),
  label: (words) => clamp(words, 1),
  message: (words) => fit(words, { width: words.clientWidth, height: 34 * HALF, most: 20 * HALF, least: 4 * HALF }),
}

customElements.define(
  "mx-fits",
  class extends HTMLElement {
    connectedCallback() {
      this.field = document.getElementById(this.getAttribute("for"))
      for (const event of ["input", "focus"]) this.field.addEventListener(event, () => this.show())
      document.fonts.addEventListener("loadingdone", () => this.hidden || this.show())
    }

    show() {
      const words = this.firstElementChild
      const text = this.field.value.trim()
      this.hidden = !text
      if (!text) return
      if (this.dataset.kind === "name") {
        words.replaceChildren(...text.split(/\s+/).flatMap((word, i) => [...(i ? [" "] : []), part(word, i)]))
      } else put(words, text)
      KINDS[this.dataset.kind](words)
    }
  },
)

function part(word, index) {
  return Object.assign(document.createElement("span"), { textContent: word, className: index === 1 ? "lit" : "" })
}
