// <mx-composer>: the form on /send. What is typed or shot is kept at once, so that a dead tab or battery
// loses nothing; pressing send hands it over as an entry of the outbox.
import { newId } from "../lib/ids.js"
import { correction, draft, faults, isEmpty, joined, kindOf, pictures, queued, reopened, split } from "../lib/outbox.js"
import { inPageLanguage, say } from "../lib/say.js"
import { thumb } from "../lib/thumb.js"
import "./photos.js"

const REMEMBERED = ["team", "place", "credit", "tags"]
const SIDES = ["fr", "en"]

customElements.define(
  "mx-composer",
  class extends HTMLElement {
    #held = { entry: null }
    #saving = 0
    #lang = "fr"
    #sending = false
    #pressed = null // by whom send was pressed while a photo was being read

    // store and by: where to keep drafts, and whose; send(entries): hand them over; touched(): a post with photos
    // is being written.
    async begin({ store, by, darkroom, known, send, touched }) {
      Object.assign(this, { store, by, send, touched })
      this.form = this.querySelector("form")
      this.photos = this.querySelector("mx-photos")
      const { limitPhotos, limitCard, limitMb, limitClipMb, limitCaption, limitText } = this.dataset
      this.limits = { photos: Number(limitPhotos), caption: Number(limitCaption), text: Number(limitText) }
      const bytes = { card: Number(limitCard), bytes: Number(limitMb) * 1e6, clip: Number(limitClipMb) * 1e6 }
      const kept = (await this.#drafted()) ?? this.#blank()
      this.photos.begin({ held: this.#held, store, darkroom, thumb, limits: bytes, known, keep: () => this.#save() })
      this.querySelector("[data-fleeting]").hidden = store.lasting
      this.querySelector("[data-kept]").hidden = !store.lasting
      this.#listen()
      await this.#open(this.#withEarly(kept))
      await this.#keep()
      this.photos.takeEarly()
    }

    // What the phone's gallery has shared with the app.
    shared() {
      return this.store.shared((file) => this.photos.take([file]))
    }

    // Load something back: an item of the server (a correction), or an entry that was refused.
    async mend({ entry, item }) {
      await this.#save()
      const key = newId()
      const opened = entry
        ? { ...reopened(entry, key), edits: entry.edits && (item?.version ?? entry.edits) }
        : correction(item, { id: newId(), key, by: this.by, at: Date.now(), named: (kind, name) => this.#groupId(kind, name) })
      await this.store.put(opened)
      await this.#open(opened, item)
      this.scrollIntoView({ block: "start" })
      this.#text(this.#lang).focus({ preventScroll: true })
    }

    #listen() {
      this.form.addEventListener("submit", (event) => {
        event.preventDefault()
        this.#submit(event.submitter)
      })
      this.form.addEventListener("input", () => {
        this.#read()
        this.#show()
        this.#saving ||= setTimeout(() => this.#keep(), 300)
      })
      this.addEventListener("photos", () => {
        this.#show()
        if (this.#pressed && !this.photos.busy) this.#submit(this.#pressed.submitter)
      })
      for (const tab of this.form.querySelectorAll("[role=tab]")) {
        tab.addEventListener("click", () => this.#side(tab.dataset.tab))
        tab.addEventListener("keydown", (event) => {
          if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return
          this.#side(this.#lang === "fr" ? "en" : "fr")
          this.querySelector('[role=tab][aria-selected="true"]').focus()
        })
      }
      this.addEventListener("click", (event) => {
        const act = event.target.closest("[data-act]")?.dataset.act
        if (act === "cancel") this.#cancel()
        if (act === "reconsider") this.#agree("")
      })
      addEventListener("pagehide", () => this.#keep())
    }

    // One of the buttons says what the people in the photos have agreed to, and sends.
    async #submit(submitter) {
      this.#pressed = this.photos.busy ? { submitter } : null
      if (this.#sending) return // a thumb that trembles presses twice
      if (this.#pressed) return // a photo is still being read; it goes with the others, see #show
      this.#read()
      if (submitter?.name === "consent") this.#agree(submitter.value)
      const { entry } = this.#held
      const apart = this.#isApart(entry)
      const found = faults(entry, apart ? { ...this.limits, photos: Infinity } : this.limits)
      this.#say(found)
      if (found.length) {
        const first = { text: this.#text(this.#lang), length: this.#text(this.#lang), consent: this.form.querySelector(".send-bar [name=consent]") }
        first[found[0]]?.focus()
        return
      }
      this.#settle()
      for (const name of REMEMBERED) remember(name, entry.fields.quote && name === "credit" ? null : entry.fields[name])
      const dated = { ...entry, at: Date.now() }
      this.#held.entry = queued(dated) // from here on it is no draft, also where the page is closed now
      this.#sending = true
      try {
        await this.send(apart ? split(dated, () => ({ id: newId(), key: newId() })) : [dated])
        await this.#open((await this.#drafted()) ?? this.#blank())
        scrollTo(0, 0) // the next photo is one thumb away, and the tray says what became of this one
      } catch {
        this.#held.entry = entry // the phone is full: it is still here, and only here
        this.#say(["room"])
      } finally {
        this.#sending = false
      }
    }

    // More photos than one submission has are a card of photos: each goes on its own.
    #isApart(entry) {
      const { length } = pictures(entry)
      if (entry.edits !== null || entry.kept.length || length < 2) return false
      return length > this.limits.photos || this.form.elements.apart.checked
    }

    #agree(consent) {
      const { entry } = this.#held
      const clear = consent ? (photo) => photo : (photo) => ({ ...photo, said: { ...photo.said, consent: "" } })
      this.#held.entry = { ...entry, fields: { ...entry.fields, consent }, photos: entry.photos.map(clear), kept: entry.kept.map(clear) }
      this.photos.show()
      this.#show()
    }

    async #cancel() {
      const { id, photos } = this.#held.entry
      await this.store.forget(photos.flatMap((photo) => [photo.id, `${photo.id}/preview`]), id)
      await this.#open((await this.#drafted()) ?? this.#blank())
    }

    // Entry ↔ form

    async #open(entry, item = null) {
      this.#held.entry = entry
      const { fields } = entry
      const form = this.form.elements
      for (const lang of SIDES) {
        this.#text(lang).value = fields.text[lang] ?? ""
        form[`alt_${lang}`].value = pictures(entry)[0]?.said.alt[lang] ?? ""
      }
      form.credit.value = fields.credit ?? ""
      form.kind.checked = fields.quote
      form.apart.checked = false
      for (const name of ["team", "place"]) for (const radio of this.#boxes(name)) radio.checked = radio.value === (fields[name] ?? "")
      for (const box of this.#boxes("tags")) box.checked = (fields.tags ?? []).includes(box.value)
      this.#say([])
      this.#mending(entry, item)
      const written = SIDES.filter((lang) => fields.text[lang])
      this.#side(written.includes(this.dataset.first) || !written.length ? this.dataset.first : written[0])
      this.#show()
      await this.photos.show()
    }

    #read() {
      const form = this.form.elements
      const { entry } = this.#held
      const fields = {
        text: { fr: this.#text("fr").value, en: this.#text("en").value },
        team: this.#boxes("team").find(({ checked }) => checked)?.value ?? "",
        place: this.#boxes("place").find(({ checked }) => checked)?.value ?? "",
        tags: this.#tags(entry),
        credit: form.credit.value,
        consent: entry.fields.consent,
        quote: form.kind.checked,
      }
      const alt = { fr: form.alt_fr.value, en: form.alt_en.value }
      const single = pictures(entry).length === 1
      const told = (photo) => (single ? { ...photo, said: { ...photo.said, alt } } : photo)
      this.#held.entry = { ...entry, fields, photos: entry.photos.map(told), kept: entry.kept.map(told) }
    }

    // Tags that no chip stands for came from elsewhere and stay.
    #tags({ fields }) {
      const boxes = this.#boxes("tags")
      const others = (fields.tags ?? []).filter((tag) => !boxes.some(({ value }) => value === tag))
      return [...others, ...boxes.filter(({ checked }) => checked).map(({ value }) => value)]
    }

    #boxes(name) {
      return [...this.form.querySelectorAll(`input[name="${name}"]`)]
    }

    #mending(entry, item) {
      const note = this.querySelector("[data-mending]")
      note.hidden = entry.edits === null
      if (note.hidden) return
      const title = inPageLanguage(entry.fields.text) || say("title.photo")
      note.querySelector("[data-mending-title]").textContent = say("mending", { title: title.slice(0, 60) })
      const why = [inPageLanguage(item?.decision?.reason_text), item?.decision?.note].filter(Boolean)
      note.querySelector("[data-mending-why]").textContent = why.join(" · ")
    }

    #show() {
      const { entry } = this.#held
      const all = pictures(entry)
      if (all.length || this.photos.busy) this.touched()
      const agreed = all.every(({ said }) => said.consent || entry.fields.consent)
      this.dataset.kind = kindOf(entry)
      this.toggleAttribute("data-photos", all.length > 0)
      this.toggleAttribute("data-many", all.length > 1)
      this.toggleAttribute("data-card", all.length > this.limits.photos)
      this.toggleAttribute("data-quote", entry.fields.quote)
      this.toggleAttribute("data-agreed", agreed)
      this.toggleAttribute("data-reading", this.photos.busy)
      if (all.length === 1) {
        for (const lang of SIDES) {
          const field = this.form.elements[`alt_${lang}`]
          const alt = all[0].said.alt[lang] ?? ""
          if (field !== document.activeElement && field.value !== alt) field.value = alt
        }
      }
      const said = this.querySelector("[data-agreement]")
      said.textContent = agreed && all.length ? say(`consent.${this.#least(all, entry)}`) : ""
      this.querySelector("[data-apart]").textContent = say("apart", { n: all.length })
      this.querySelector("[data-sends]").textContent = this.#isApart(entry) ? say("send.apart", { n: all.length }) : say("send.one")
      for (const lang of SIDES) this.#meter(lang)
    }

    #least(all, entry) {
      const said = new Set(all.map((photo) => photo.said.consent || entry.fields.consent))
      return ["refused", "pending", "cleared", "not_needed"].find((consent) => said.has(consent))
    }

    #meter(lang) {
      const meter = this.querySelector(`[data-meter="${lang}"]`)
      const over = this.#text(lang).value.length - this.limits.caption
      meter.textContent = over > 0 ? say("meter.over", { n: over }) : say("meter.left", { n: -over })
      meter.toggleAttribute("data-over", over > 0)
      this.querySelector(`[data-tab="${lang}"]`).toggleAttribute("data-written", Boolean(this.#text(lang).value.trim()))
    }

    #side(lang) {
      this.#lang = lang
      for (const side of this.querySelectorAll("[data-side]")) side.hidden = side.dataset.side !== lang
      for (const tab of this.querySelectorAll("[role=tab]")) {
        const here = tab.dataset.tab === lang
        tab.setAttribute("aria-selected", String(here))
        tab.tabIndex = here ? 0 : -1
      }
    }

    #say(found) {
      const words = {
        text: say(this.#held.entry.fields.quote ? "fault.quote" : "fault.text"),
        length: say("fault.length", { most: this.limits.text }),
        consent: say("fault.consent"),
        photos: say("fault.photos", { most: this.limits.photos }),
        room: say("fault.room"),
      }
      for (const [name, text] of Object.entries(words)) {
        const node = this.querySelector(`[data-fault="${name}"]`)
        node.textContent = found.includes(name) ? text : ""
        node.hidden = !found.includes(name)
      }
      for (const lang of SIDES) {
        if (found.includes("text") || found.includes("length")) this.#text(lang).setAttribute("aria-invalid", "true")
        else this.#text(lang).removeAttribute("aria-invalid")
      }
    }

    #text(lang) {
      return this.form.elements[`text_${lang}`]
    }

    #groupId(kind, name) {
      if (!name) return ""
      const same = ({ dataset }) => (name.fr && dataset.fr === name.fr) || (name.en && dataset.en === name.en)
      return this.#boxes(kind).find(same)?.value ?? ""
    }

    // Drafts

    #blank() {
      const entry = draft({ id: newId(), key: newId(), by: this.by, at: 0 })
      const credit = recalled("credit") ?? this.dataset.name
      const fields = { ...entry.fields, team: recalled("team") ?? "", place: recalled("place") ?? "", tags: recalled("tags") ?? [], credit }
      return { ...entry, fields }
    }

    // A quick thumb types before this script runs; nothing of that may be lost.
    #withEarly(entry) {
      const text = { ...entry.fields.text }
      for (const lang of SIDES) text[lang] = joined(text[lang], this.#text(lang).value)
      return { ...entry, fields: { ...entry.fields, text } }
    }

    // What someone was at when the page was closed: a correction before anything new.
    async #drafted() {
      const mine = (await this.store.entries()).filter(({ state, by }) => state === "draft" && by === this.by)
      return mine.find(({ edits }) => edits !== null) ?? mine[0] ?? null
    }

    #keep() {
      return this.#save().catch(() => this.#say(["room"]))
    }

    #settle() {
      clearTimeout(this.#saving)
      this.#saving = 0
    }

    async #save() {
      this.#settle()
      const { entry } = this.#held
      if (entry.state !== "draft") return
      if (isEmpty(entry)) await this.store.forget([], entry.id)
      else await this.store.put(entry)
    }
  },
)

function remember(name, found) {
  try {
    if (found !== null) localStorage.setItem(`mixroom.${name}`, JSON.stringify(found))
  } catch {
    // Storage that is switched off only costs a choice to be made again.
  }
}

function recalled(name) {
  try {
    return JSON.parse(localStorage.getItem(`mixroom.${name}`))
  } catch {
    return null
  }
}
