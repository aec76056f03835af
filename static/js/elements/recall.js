// <mx-recall>: the sheet that takes an item off the wall, on every page where a reviewer sees one. Any button with
// data-recall (the submission's id) and data-title opens it; lists that follow the wall then drop the item.
import { call } from "../lib/api.js"
import { filter } from "../lib/fill.js"
import { inPageLanguage, say } from "../lib/say.js"

// The title of an item: its text, or the description of its photo.
filter("title", (_, { text, alt }) => inPageLanguage(text) || inPageLanguage(alt) || say("title.photo"))

customElements.define(
  "mx-recall",
  class extends HTMLElement {
    #id = null
    #title = ""

    connectedCallback() {
      this.sheet = this.querySelector("dialog")
      this.form = this.querySelector("form")
      document.addEventListener("click", ({ target }) => {
        const button = target.closest("[data-recall]")
        if (button) this.#open(button.dataset)
      })
      this.querySelector("[data-close]").addEventListener("click", () => this.sheet.close())
      this.form.addEventListener("submit", (event) => {
        event.preventDefault()
        this.#recall()
      })
    }

    #open({ recall, title }) {
      this.#id = recall
      this.#title = title
      this.form.reset()
      this.#fail("")
      this.querySelector("[data-what]").textContent = title
      this.sheet.showModal()
      this.form.querySelector("input").focus()
    }

    async #recall() {
      const form = new FormData(this.form)
      const why = { reason: form.get("reason"), note: form.get("note").trim() || null }
      const button = this.form.querySelector("[data-yes]")
      button.disabled = true
      this.#fail("")
      try {
        await call("POST", `/api/v1/submissions/${this.#id}/recall`, { json: why })
        this.sheet.close()
        this.querySelector("[data-recalled]").textContent = say("recalled", { title: this.#title })
      } catch (error) {
        this.#fail(error.errors?.[0]?.message || error.title || say(`problem.${error.code}`) || say("problem.other"))
      }
      button.disabled = false
    }

    #fail(words) {
      const fault = this.querySelector("[data-fault]")
      fault.hidden = !words
      fault.textContent = words
    }
  },
)
