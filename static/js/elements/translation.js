// <mx-translation>: an approved item that lacks a language: the original, and the form for the other side. The text
// typed survives a reload and stays until the server has it.
import { call } from "../lib/api.js"
import { fill, refill } from "../lib/fill.js"
import { begun, standing, writable, written } from "../lib/pairs.js"
import { say } from "../lib/say.js"
import { clock } from "../lib/time.js"

customElements.define(
  "mx-translation",
  class extends HTMLElement {
    #item = null
    #written = null // the contents of the fields before anyone typed
    #version = 0 // the item's version when the typing began

    connectedCallback() {
      if (this.form) return
      this.form = this.querySelector("form")
      for (const label of this.form.querySelectorAll("[data-for]")) {
        const field = this.form.elements[label.dataset.for]
        field.id = `${label.dataset.for}-${this.dataset.id}`
        label.htmlFor = field.id
      }
      this.form.addEventListener("submit", (event) => {
        event.preventDefault()
        this.#send()
      })
      this.form.addEventListener("input", () => this.#keep())
      this.form.elements.person?.addEventListener("change", ({ target }) => this.#ask(target.value))
      this.addEventListener("click", ({ target }) => {
        const act = target.closest("[data-act]")?.dataset.act
        if (act === "take") this.#ask(this.me.id)
        else if (act === "drop") this.#ask("")
        else if (act === "close") this.#forget()
      })
    }

    // Has the translator typed anything that the server does not have?
    get dirty() {
      return Object.entries(this.#typed).some(([name, value]) => value !== (this.#written?.[name] ?? ""))
    }

    // Show the item; null once it is complete or no longer shown.
    show(item, me) {
      this.me = me
      const before = this.#written
      const typed = before !== null && this.dirty
      const past = !item || (typed && item.lacks !== this.#item.lacks)
      this.querySelector("[data-gone]").hidden = !past
      this.toggleAttribute("data-past", past)
      if (past) return
      this.#item = item
      this.#written = begun(item)
      refill(this, this.#model(item))
      this.#photos(item)
      if (!typed) this.#begin(before === null ? this.#kept() : null)
    }

    #begin(kept) {
      const { version, ...values } = { version: this.#item.version, ...this.#written, ...kept }
      this.#version = version
      for (const [name, value] of Object.entries(values)) if (this.form.elements[name]) this.form.elements[name].value = value
    }

    #model(item) {
      const how = standing(item, this.me)
      const { asked, lacks, stale } = item
      const from = across(lacks)
      const proposed = asked?.proposed
      return {
        ...item,
        from,
        lacks,
        thumb: item.photo?.thumb ?? null,
        color: item.photo?.color ?? "",
        source: item.text[from] ?? "",
        source_alt: item.alt[from] ?? "",
        says_nothing: !item.text[from],
        from_name: say(`lang.${from}`),
        lacks_name: say(`lang.${lacks}`),
        why: stale ? say(`stale.${lacks}`) : say(`missing.${lacks}`),
        tag: say(`standing.${how}`, { name: asked?.name ?? "" }),
        tone: how === "review" ? "wait" : how === "mine" ? "good" : "",
        proposal: proposed ? say(how === "waits" ? "proposed.mine" : "proposed.by", { name: asked.name, at: clock(proposed.at) }) : "",
        outdated: proposed?.outdated ?? false,
        write: writable(item, this.me),
        takeable: how === "free",
        droppable: how === "mine" || how === "waits" || (this.me.reviews && how === "review"),
        drops: say(how === "review" ? "drop.review" : "drop.mine"),
        sends: say(this.me.reviews ? "send.show" : "send.propose"),
        asked_id: asked?.id ?? "",
      }
    }

    // Show the photos with an untranslated caption or description; existing fields stay in place.
    #photos({ media, lacks }) {
      const list = this.querySelector("[data-photos]")
      for (const node of [...list.querySelectorAll("li")]) if (!media.some(({ id }) => id === node.dataset.id)) node.remove()
      for (const photo of media) {
        const model = photoOf(photo, lacks)
        const node = list.querySelector(`[data-id="${photo.id}"]`)
        if (node) refill(node, model)
        else if (model.needed) list.append(fill(list.querySelector("template"), model))
      }
    }

    async #send() {
      const typed = this.#typed
      const json = { lang: this.#item.lacks, ...written(typed) }
      await this.#do(() => call("PUT", this.#path("translation"), { json, version: this.#version }), () => {
        this.#written = typed
        this.#forget()
      })
    }

    #ask(person) {
      const path = this.#path("translator")
      return this.#do(() => (person ? call("PUT", path, { json: { person } }) : call("DELETE", path)))
    }

    async #do(act, then = () => {}) {
      const buttons = [...this.querySelectorAll("button")]
      for (const button of buttons) button.disabled = true
      try {
        await act()
        this.#fault("")
        then()
      } catch (error) {
        if (error.code === "lost_race") this.#version = error.body.now.version
        this.#fault(error.code === "lost_race" ? say("changed") : error.errors?.[0]?.message || error.title || say(`problem.${error.code}`) || say("problem.other"))
      } finally {
        for (const button of buttons) button.disabled = false
      }
    }

    #path(what) {
      return `/api/v1/submissions/${this.#item.id}/${what}`
    }

    #fault(words) {
      const fault = this.querySelector("[data-fault]")
      fault.hidden = !words
      fault.textContent = words
    }

    // The draft, kept on this device until it is sent.

    get #key() {
      return `mixroom.translation.${this.dataset.id}`
    }

    get #typed() {
      return Object.fromEntries([...this.form.querySelectorAll("textarea[name]")].map(({ name, value }) => [name, value]))
    }

    #keep() {
      try {
        if (this.dirty) localStorage.setItem(this.#key, JSON.stringify({ version: this.#version, ...this.#typed }))
        else localStorage.removeItem(this.#key)
      } catch {
        // Storage that is switched off: the page still has it.
      }
    }

    #kept() {
      try {
        return JSON.parse(localStorage.getItem(this.#key))
      } catch {
        return null // nothing that can be read is nothing kept
      }
    }

    #forget() {
      try {
        localStorage.removeItem(this.#key)
      } catch {
        // as above
      }
      if (this.hasAttribute("data-past")) this.dispatchEvent(new CustomEvent("closed", { bubbles: true, detail: this.dataset.id }))
    }
  },
)

function across(lang) {
  return lang === "en" ? "fr" : "en"
}

// The texts of one photo, and the names of the fields for their other side.
function photoOf({ id, thumb, color, caption, alt }, lacks) {
  const from = across(lacks)
  return {
    id,
    thumb,
    color,
    from,
    lacks,
    caption: caption[from],
    alt: alt[from],
    caption_name: `${id}.caption`,
    alt_name: `${id}.alt`,
    needed: (caption[from] && !caption[lacks]) || (alt[from] && !alt[lacks]),
  }
}
