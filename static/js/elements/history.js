// <mx-history>: what became of a submission: who wrote what, word by word, and who decided what.
import { call } from "../lib/api.js"
import { inPageLanguage, say } from "../lib/say.js"
import { clock } from "../lib/time.js"

const TAGS = { same: "span", gone: "del", new: "ins" }

customElements.define(
  "mx-history",
  class extends HTMLElement {
    connectedCallback() {
      this.sheet = this.querySelector("dialog")
      this.querySelector("[data-close]").addEventListener("click", () => this.sheet.close())
    }

    async of(id) {
      const list = this.querySelector("ol")
      list.replaceChildren()
      this.#say(say("history.loading"))
      this.sheet.showModal()
      try {
        const { body } = await call("GET", `/api/v1/submissions/${id}/history`)
        list.replaceChildren(...body.items.map(entry))
        this.#say("")
      } catch (error) {
        this.#say(error.title || say(`problem.${error.code}`) || say("problem.other"))
      }
    }

    #say(words) {
      this.querySelector("[role=status]").textContent = words
    }
  },
)

function entry({ at, by, action, reason_text: why, note, changes = [] }) {
  const head = element("p", "")
  head.append(element("b", say(`became.${action}`)), " ", element("span", by ? say("by", { name: by, at: clock(at) }) : clock(at)))
  const node = element("li", "")
  node.append(head)
  for (const words of [inPageLanguage(why), note].filter(Boolean)) node.append(element("p", words))
  for (const change of changes) node.append(changed(change))
  return node
}

function changed({ field, words }) {
  const [, name, lang] = field.match(/^(.*?)(?:_(fr|en))?$/)
  const node = element("p", "")
  const label = say(`field.${name.replace(/^photo_\d+_/, "")}`)
  node.append(element("small", lang ? `${label} (${lang})` : label))
  for (const [how, text] of words) {
    const piece = element(TAGS[how], text)
    if (lang) piece.lang = lang
    node.append(piece)
  }
  return node
}

function element(name, text) {
  const node = document.createElement(name)
  node.textContent = text
  return node
}
