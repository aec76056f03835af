// <mx-history>: the history of a submission: each edit word by word, and each decision with its author.
import { call } from "../lib/api.js"
import { inPageLanguage, say } from "../lib/say.js"
import { clock, seconds, when } from "../lib/time.js"

const TAGS = { same: "span", gone: "del", new: "ins" }
const PROVED = ["recalled", "acknowledged"] // how soon it was gone is a matter of seconds
const CODES = ["consent", "cleared_for", "remarks"] // fields that hold words of the API, each a phrase

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
        const waits = body.items.some(({ action }) => action === "recalled") ? await waitedFor(id) : []
        list.replaceChildren(...body.items.map(entry), ...waits.map(({ name }) => headed("still", name)))
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

// The screens that were told of the recall and have not said yet that the item is gone.
async function waitedFor(id) {
  const { body } = await call("GET", `/api/v1/submissions/${id}/recall`)
  return body.screens.filter(({ gone_at: at }) => !at)
}

function entry({ at, by, action, reason_text: why, note, changes = [] }) {
  const told = { name: by, at: when(at, PROVED.includes(action) ? seconds : clock) }
  const node = headed(`became.${action}`, by ? say(`by.${action}`, told) || say("by", told) : told.at)
  for (const words of [inPageLanguage(why), note].filter(Boolean)) node.append(element("p", words))
  for (const change of changes) node.append(changed(change))
  return node
}

function headed(phrase, words) {
  const node = element("li", "")
  const head = element("p", "")
  head.append(element("b", say(phrase)), " ", element("span", words))
  node.append(head)
  return node
}

function changed({ field, words }) {
  const [, photo, name, lang] = field.match(/^(?:photo_(\d+)_)?(.*?)(?:_(fr|en))?$/)
  const node = element("p", "")
  const label = [photo && say("photo.frame", { n: photo }), say(`field.${name}`)].filter(Boolean).join(" · ")
  node.append(element("small", lang ? `${label} (${lang})` : label))
  for (const [how, text] of words) {
    const piece = element(TAGS[how], CODES.includes(name) ? decoded(name, text) : text)
    if (lang) piece.lang = lang
    node.append(piece)
  }
  return node
}

function decoded(field, codes) {
  return codes.replace(/\w+/g, (code) => say(`${field}.${code}`) || code)
}

function element(name, text) {
  const node = document.createElement(name)
  node.textContent = text
  return node
}
