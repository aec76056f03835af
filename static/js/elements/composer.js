// <mx-composer>: the form on /send. What is typed or shot is kept at once, so that a dead tab or battery
// loses nothing; pressing send hands it over as an entry of the outbox.
import { fill } from "../lib/fill.js"
import { newId } from "../lib/ids.js"
import { correction, draft, faults, isEmpty, kindOf, reopened } from "../lib/outbox.js"
import { inPageLanguage, say } from "../lib/say.js"
import { thumb } from "../lib/thumb.js"

const REMEMBERED = ["team", "place", "credit"]

customElements.define(
  "mx-composer",
  class extends HTMLElement {
    #entry = null
    #pictures = new Map() // photo id → {url, broken}
    #saving = 0

    // store and by: where to keep drafts, and whose; send(entry): hand one over.
    async begin({ store, by, send }) {
      Object.assign(this, { store, by, send })
      this.form = this.querySelector("form")
      this.limits = {
        photos: Number(this.dataset.limitPhotos),
        bytes: Number(this.dataset.limitMb) * 1_000_000,
        caption: Number(this.dataset.limitCaption),
        text: Number(this.dataset.limitText),
      }
      this.querySelector("[data-fleeting]").hidden = store.lasting
      this.querySelector("[data-kept]").hidden = !store.lasting
      this.#listen()
      await this.#open((await this.#kept()) ?? this.#blank())
    }

    // Load something back: an item of the server (a correction), or an entry that was refused.
    async mend({ entry, item }) {
      await this.#save()
      const key = newId()
      const opened = entry && entry.edits === null
        ? reopened(entry, key)
        : correction(item, { key, by: this.by, at: Date.now(), named: (kind, name) => this.#groupId(kind, name) })
      await this.store.put(opened)
      await this.#open(opened, item)
      this.scrollIntoView({ block: "start" })
      this.#text(this.#lang).focus({ preventScroll: true })
    }

    #listen() {
      this.form.addEventListener("submit", (event) => {
        event.preventDefault()
        this.#submit()
      })
      this.form.addEventListener("input", () => {
        this.#read()
        this.#show()
        clearTimeout(this.#saving)
        this.#saving = setTimeout(() => this.#save(), 300)
      })
      for (const input of this.form.querySelectorAll("input[type=file]")) {
        input.addEventListener("change", () => this.#take(input))
      }
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
        if (act === "remove") this.#remove(event.target.closest("li").dataset.photo)
      })
      addEventListener("pagehide", () => this.#save())
    }

    // Bytes are read at once: a file handle of Android's picker is stale a minute later.
    async #take(input) {
      const files = [...input.files]
      input.value = ""
      this.#fault("photos")
      for (const file of files) {
        const faulty = this.#unfit(file)
        if (faulty) {
          this.#fault("photos", faulty)
          continue
        }
        let bytes
        try {
          bytes = await file.arrayBuffer()
        } catch {
          this.#fault("photos", say("fault.unreadable", { name: file.name }))
          continue
        }
        const photo = { id: newId(), name: file.name || "photo.jpg", type: file.type, size: bytes.byteLength, done: false }
        this.#entry = { ...this.#entry, photos: [...this.#entry.photos, photo] }
        await this.store.putPhoto(this.#entry, photo.id, bytes)
        await this.#picture(photo, bytes)
        this.#show()
      }
    }

    #unfit(file) {
      if (this.#entry.photos.length + this.#entry.kept.length >= this.limits.photos) {
        return say("fault.photos", { most: this.limits.photos })
      }
      if (file.size > this.limits.bytes) {
        return say("fault.large", { name: file.name, most: this.dataset.limitMb })
      }
      return null
    }

    async #picture(photo, bytes) {
      const url = await thumb(new Blob([bytes], { type: photo.type }))
      this.#pictures.set(photo.id, { url, broken: !url })
    }

    async #remove(id) {
      const { photos, kept } = this.#entry
      this.#entry = { ...this.#entry, photos: photos.filter((p) => p.id !== id), kept: kept.filter((p) => p.id !== id) }
      await this.store.put(this.#entry)
      await this.store.forget([id])
      this.#show()
    }

    async #submit() {
      this.#read()
      const found = faults(this.#entry, this.limits)
      const quote = this.#entry.fields.quote
      this.#fault("text", found.includes("text") && say(quote ? "fault.quote" : "fault.text"))
      this.#fault("length", found.includes("length") && say("fault.length", { most: this.limits.text }))
      this.#fault("consent", found.includes("consent") && say("fault.consent"))
      this.#fault("photos", found.includes("photos") && say("fault.photos", { most: this.limits.photos }))
      if (found.length) {
        const first = { text: this.#text(this.#lang), length: this.#text(this.#lang), consent: this.form.elements.consent[0] }
        first[found[0]]?.focus()
        return
      }
      clearTimeout(this.#saving)
      const entry = { ...this.#entry, at: Date.now() }
      for (const name of REMEMBERED) remember(name, entry.fields.quote && name === "credit" ? null : entry.fields[name])
      await this.send(entry)
      await this.#open((await this.#kept()) ?? this.#blank())
    }

    async #cancel() {
      const { id, photos } = this.#entry
      await this.store.forget(photos.map((photo) => photo.id), id)
      await this.#open((await this.#kept()) ?? this.#blank())
    }

    // Entry ↔ form

    async #open(entry, item = null) {
      this.#entry = entry
      this.#pictures.clear()
      for (const { id, thumb: url } of entry.kept) this.#pictures.set(id, { url, broken: !url })
      const { fields } = entry
      const form = this.form.elements
      for (const lang of ["fr", "en"]) {
        this.#text(lang).value = fields.text[lang] ?? ""
        form[`alt_${lang}`].value = fields.alt[lang] ?? ""
      }
      for (const name of REMEMBERED) form[name].value = fields[name] ?? ""
      form.kind.checked = fields.quote
      for (const radio of form.consent) radio.checked = radio.value === fields.consent
      for (const name of ["text", "length", "consent", "photos"]) this.#fault(name)
      this.#mending(entry, item)
      const written = ["fr", "en"].filter((lang) => fields.text[lang])
      this.#side(written.includes(this.dataset.first) || !written.length ? this.dataset.first : written[0])
      this.#show()
      for (const photo of entry.photos) {
        const bytes = await this.store.bytes(photo.id)
        if (bytes && this.#entry.id === entry.id) await this.#picture(photo, bytes)
      }
      this.#show()
    }

    #read() {
      const form = this.form.elements
      this.#entry = {
        ...this.#entry,
        fields: {
          text: { fr: this.#text("fr").value, en: this.#text("en").value },
          alt: { fr: form.alt_fr.value, en: form.alt_en.value },
          team: form.team.value,
          place: form.place.value,
          credit: form.credit.value,
          consent: form.consent.value,
          quote: form.kind.checked,
        },
      }
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
      const { photos, kept } = this.#entry
      const pictures = [...kept, ...photos]
      this.dataset.kind = kindOf(this.#entry)
      this.toggleAttribute("data-photos", pictures.length > 0)
      this.toggleAttribute("data-quote", this.#entry.fields.quote)
      for (const lang of ["fr", "en"]) this.#meter(lang)
      this.#strip(pictures)
    }

    #strip(pictures) {
      const strip = this.querySelector("[data-strip]")
      strip.hidden = !pictures.length
      const held = new Map([...strip.children].map((node) => [node.dataset.photo, node]))
      pictures.forEach(({ id, name }, index) => {
        const picture = this.#pictures.get(id)
        const known = held.get(id)
        if (known?.dataset.shown === String(picture?.url)) {
          known.querySelector("button").setAttribute("aria-label", say("photo.remove", { n: index + 1 }))
          held.delete(id)
          return
        }
        const label = say("photo.remove", { n: index + 1 })
        const node = fill(this.querySelector("template[data-photo]"), { url: picture?.url, broken: picture?.broken, name, label })
        node.dataset.photo = id
        node.dataset.shown = String(picture?.url)
        if (known) {
          known.replaceWith(node)
          held.delete(id)
        } else strip.append(node)
      })
      for (const gone of held.values()) gone.remove()
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

    #lang = "fr"

    #fault(name, words = "") {
      const node = this.querySelector(`[data-fault="${name}"]`)
      node.textContent = words || ""
      node.hidden = !words
      const fields = { text: [this.#text("fr"), this.#text("en")], consent: [...this.form.elements.consent] }[name] ?? []
      for (const field of fields) words ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid")
    }

    #text(lang) {
      return this.form.elements[`text_${lang}`]
    }

    #groupId(kind, name) {
      if (!name) return ""
      const options = [...this.form.elements[kind].options]
      return options.find(({ dataset }) => (name.fr && dataset.fr === name.fr) || (name.en && dataset.en === name.en))?.value ?? ""
    }

    // Drafts

    #blank() {
      const entry = draft({ id: newId(), key: newId(), by: this.by, at: 0 })
      const credit = recalled("credit") ?? this.dataset.name
      const fields = { ...entry.fields, team: recalled("team") ?? "", place: recalled("place") ?? "", credit }
      return { ...entry, fields }
    }

    async #kept() {
      const entries = await this.store.entries()
      return entries.find(({ state, by, edits }) => state === "draft" && by === this.by && edits === null) ?? null
    }

    async #save() {
      clearTimeout(this.#saving)
      if (isEmpty(this.#entry)) await this.store.forget([], this.#entry.id)
      else await this.store.put(this.#entry)
    }
  },
)

function remember(name, found) {
  try {
    if (found !== null) localStorage.setItem(`mixroom.${name}`, found)
  } catch {
    // Storage that is switched off only costs a choice to be made again.
  }
}

function recalled(name) {
  try {
    return localStorage.getItem(`mixroom.${name}`)
  } catch {
    return null
  }
}
