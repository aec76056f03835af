// <mx-composer>: the form on /send. It saves what is typed or shot at once, so that a closed tab or an empty battery
// loses nothing; pressing "send" hands the draft to the outbox.
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
    #pressed = null // the button that was pressed while a photo was being read

    // store: where drafts are kept; by: their author's id; send(entries): hands them to the outbox; touched(): someone
    // is working on a post with photos.
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

    // Take in files that the phone's gallery has shared with the app.
    shared() {
      return this.store.shared((file) => this.photos.take([file]))
    }

    // Load an item of the server (to correct it) or a refused entry into the form.
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

    // Change the draft, or a new one where a correction or an answer to another request is open. `change` is given the
    // entry, and what finds the id of a team or place by its names.
    async take(change, { id, kind, lang }) {
      await this.#save()
      const { entry } = this.#held
      const isFree = entry.edits === null && (!entry.request || entry.request.id === id)
      const taken = change(isFree ? entry : this.#blank(), (group, name) => this.#groupId(group, name))
      await this.store.put(taken)
      await this.#open(taken)
      if (lang && !taken.fields.text.fr && !taken.fields.text.en) this.#side(lang)
      this.scrollIntoView({ block: "start" })
      const picker = { photo: ".camera input", video: ".film input" }[kind]
      const target = (picker && this.querySelector(picker)) || this.#text(this.#lang)
      target.focus({ preventScroll: true })
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
        if (act === "detach") this.#detach()
        if (act === "reconsider") this.#agree("")
      })
      addEventListener("pagehide", () => this.#keep())
    }

    // The submit buttons also state the consent of the people in the photos.
    async #submit(submitter) {
      this.#pressed = this.photos.busy ? { submitter } : null
      if (this.#sending) return // a double tap
      if (this.#pressed) return // a photo is still being read; #listen submits once it is in
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
      for (const name of entry.request ? [] : REMEMBERED) remember(name, entry.fields.quote && name === "credit" ? null : entry.fields[name])
      const dated = { ...entry, at: Date.now() }
      this.#held.entry = queued(dated) // no longer a draft, even if the page is closed now
      this.#sending = true
      try {
        await this.send(apart ? split(dated, () => ({ id: newId(), key: newId() })) : [dated])
        await this.#open((await this.#drafted()) ?? this.#blank())
        scrollTo(0, 0) // to the camera button; the tray reports on this post
      } catch {
        this.#held.entry = entry // the phone is full: the entry exists only in the form
        this.#say(["room"])
      } finally {
        this.#sending = false
      }
    }

    // More photos than a submission may have become a submission each.
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

    #detach() {
      this.#held.entry = { ...this.#held.entry, request: null }
      this.#mending(this.#held.entry)
      this.#keep()
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

    // Keep tags that have no chip: they came from elsewhere.
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
      const { request } = entry
      note.hidden = entry.edits === null && !request
      note.querySelector('[data-act="cancel"]').hidden = entry.edits === null
      note.querySelector('[data-act="detach"]').hidden = entry.edits !== null
      if (note.hidden) return
      if (entry.edits === null) {
        note.querySelector("[data-mending-title]").textContent = say(request.by ? "answers" : "answers.programme", { name: request.by })
        note.querySelector("[data-mending-why]").textContent = inPageLanguage(request.text)
        return
      }
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

    // Keep text that was typed before this script ran.
    #withEarly(entry) {
      const text = { ...entry.fields.text }
      for (const lang of SIDES) text[lang] = joined(text[lang], this.#text(lang).value)
      return { ...entry, fields: { ...entry.fields, text } }
    }

    // The draft from before the page was closed: a correction first, else a new post.
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
    // Without storage the author makes the choice again next time.
  }
}

function recalled(name) {
  try {
    return JSON.parse(localStorage.getItem(`mixroom.${name}`))
  } catch {
    return null
  }
}
