// <mx-photos>: the photos and clips of a draft: taken, chosen, pasted or dropped, in order, each with its own
// caption, description and consent. It stores the bytes at once, because a file handle from Android's picker is
// stale a minute later.
import { isClip } from "../lib/clip.js"
import { fill } from "../lib/fill.js"
import { newId } from "../lib/ids.js"
import { newPhoto, pictures } from "../lib/outbox.js"
import { say } from "../lib/say.js"
import { clock, minutes } from "../lib/time.js"

const MAX_CLIP = 185 // seconds: three minutes, and a thumb's delay

customElements.define(
  "mx-photos",
  class extends HTMLElement {
    #urls = new Map() // photo id → {url, broken}
    #past = [] // object URLs of the previous entry, which may still be loading
    #busy = 0

    // held: {entry}, the draft, shared with the form; limits: {card, bytes, clip}; keep(): saves the draft;
    // known(hashes): which of them have been sent before.
    begin({ held, store, darkroom, thumb, limits, keep, known }) {
      Object.assign(this, { held, store, darkroom, thumb, limits, keep, known })
      this.strip = this.querySelector("[data-strip]")
      this.sheet = this.closest("mx-composer").querySelector("dialog.piece")
      for (const part of [this, this.sheet]) part.addEventListener("click", (event) => this.#act(event))
      for (const input of this.#pickers()) input.addEventListener("change", () => this.#takeFrom(input))
      document.addEventListener("paste", (event) => this.#paste(event))
      this.#droppable()
      this.sheet.addEventListener("input", () => this.#said())
      this.sheet.addEventListener("close", () => this.#open(null))
    }

    // The form has loaded another entry.
    async show() {
      const { entry } = this.held
      for (const url of this.#past) URL.revokeObjectURL(url)
      this.#past = [...this.#urls.values()].map(({ url }) => url).filter((url) => url?.startsWith("blob:"))
      this.#urls.clear()
      for (const { id, thumb: url } of entry.kept) this.#urls.set(id, { url, broken: !url })
      this.#render()
      for (const photo of entry.photos) {
        if (this.held.entry.id !== entry.id) return
        await this.#picture(photo)
        this.#render()
      }
    }

    // Take in files that were chosen before this script ran.
    takeEarly() {
      for (const input of this.#pickers()) if (input.files.length) this.#takeFrom(input)
    }

    // Is a file still being read? A submission would lack it.
    get busy() {
      return this.#busy > 0
    }

    async take(files) {
      this.#fault("")
      const faults = []
      for (const file of files.filter(isPicture)) {
        const fault = this.#unfit(file) ?? (await this.#takeOne(file))
        if (fault) faults.push(fault)
        this.#fault(faults.slice(0, 3).join(" "))
      }
      await this.#askKnown()
    }

    #pickers() {
      return this.querySelectorAll("input[type=file]")
    }

    #takeFrom(input) {
      const files = [...input.files]
      input.value = ""
      this.take(files)
    }

    async #takeOne(file) {
      const id = newId()
      this.#wait(1)
      try {
        const taken = await this.darkroom.take(id, file)
        if (taken.duration > MAX_CLIP) {
          await this.#forget(id)
          return say("fault.long", { name: file.name, at: minutes(taken.duration) })
        }
        if (pictures(this.held.entry).some(({ sha256 }) => sha256 === taken.sha256)) {
          await this.#forget(id)
          return say("fault.twice", { name: file.name })
        }
        const photo = newPhoto(id, taken)
        await this.#change((entry) => ({ ...entry, photos: [...entry.photos, photo] }))
        await this.#picture(photo)
        this.#render()
        return null
      } catch (error) {
        await this.#forget(id)
        return say(error.name === "QuotaExceededError" ? "fault.full" : "fault.unreadable", { name: file.name })
      } finally {
        this.#wait(-1)
      }
    }

    #unfit(file) {
      if (!file.size) return say("fault.empty", { name: file.name })
      const clip = isClip(file)
      if (clip && !this.limits.clip) return say("fault.clips")
      const most = clip ? this.limits.clip : this.limits.bytes
      if (file.size > most) return say("fault.large", { name: file.name, most: Math.round(most / 1e6) })
      return pictures(this.held.entry).length >= this.limits.card ? say("fault.card", { most: this.limits.card }) : null
    }

    // Warn before the upload that a photo was sent before. The author may send it again.
    async #askKnown() {
      const asked = this.held.entry
      const hashes = asked.photos.filter(({ sent, twin }) => sent === "none" && twin === undefined).map(({ sha256 }) => sha256)
      if (!hashes.length) return
      try {
        const found = await this.known(hashes)
        if (this.held.entry.id !== asked.id || !found.size) return
        await this.#change((entry) => ({
          ...entry,
          photos: entry.photos.map((photo) => (found.has(photo.sha256) ? { ...photo, twin: found.get(photo.sha256).mine } : photo)),
        }))
      } catch {
        // Without a connection the server will notice later.
      }
    }

    async #picture(photo) {
      const whole = photo.preview ? `${photo.id}/preview` : photo.id
      const bytes = photo.kind === "video" && !photo.preview ? null : await this.store.bytes(whole, 0, photo.preview?.size ?? photo.size)
      const url = bytes && (await this.thumb(new Blob([bytes], { type: photo.preview ? "image/jpeg" : photo.type })))
      this.#urls.set(photo.id, { url, broken: !url })
    }

    async #change(act) {
      this.held.entry = act(this.held.entry)
      await this.keep()
      this.#render()
    }

    #forget(id) {
      return this.store.forget([id, `${id}/preview`]).catch(() => {})
    }

    #wait(step) {
      this.#busy += step
      this.toggleAttribute("data-busy", this.busy)
      this.dispatchEvent(new CustomEvent("photos", { bubbles: true }))
    }

    #render() {
      const all = pictures(this.held.entry)
      this.strip.hidden = !all.length
      const held = new Map([...this.strip.children].map((node) => [node.dataset.photo, node]))
      all.forEach((photo, index) => {
        const model = this.#model(photo, index)
        const shown = JSON.stringify(model)
        let node = held.get(photo.id)
        held.delete(photo.id)
        if (node?.dataset.shown !== shown) {
          const fresh = fill(this.querySelector("template[data-photo]"), model)
          Object.assign(fresh.dataset, { photo: photo.id, shown })
          node?.replaceWith(fresh)
          node = fresh
        }
        if (this.strip.children[index] !== node) this.strip.insertBefore(node, this.strip.children[index] ?? null)
      })
      for (const gone of held.values()) gone.remove()
      this.dispatchEvent(new CustomEvent("photos", { bubbles: true }))
    }

    #model({ id, name, kind, duration, said, twin }, index) {
      const { url, broken } = this.#urls.get(id) ?? {}
      return {
        url,
        broken,
        name,
        number: index + 1,
        label: say("photo.open", { n: index + 1 }),
        remove: say("photo.remove", { n: index + 1 }),
        clip: kind === "video" ? (duration ? minutes(duration) : say("photo.clip")) : "",
        consent: said?.consent ?? "",
        agreed: said?.consent ? say(`consent.${said.consent}`) : "",
        twin: twin === undefined ? "" : say(twin ? "photo.mine" : "photo.theirs"),
        written: Boolean(said?.caption.fr || said?.caption.en || said?.alt.fr || said?.alt.en),
      }
    }

    // Drop and paste

    #paste(event) {
      const files = [...(event.clipboardData?.files ?? [])].filter(isPicture)
      if (!files.length) return
      event.preventDefault()
      this.take(files.map(named))
    }

    #droppable() {
      let over = 0
      const show = () => document.body.toggleAttribute("data-dropping", over > 0)
      const carries = (event) => event.dataTransfer?.types.includes("Files")
      const on = (name, act) =>
        addEventListener(name, (event) => {
          if (!carries(event)) return
          event.preventDefault()
          act(event)
          show()
        })
      on("dragenter", () => (over += 1))
      on("dragleave", () => (over -= 1))
      on("dragover", () => {})
      on("drop", (event) => {
        over = 0
        this.take([...event.dataTransfer.files])
      })
    }

    // The sheet of one photo

    #act(event) {
      const act = event.target.closest("[data-act]")?.dataset.act
      const id = event.target.closest("[data-photo]")?.dataset.photo
      if (act === "remove") this.#remove(id)
      if (act === "open") this.#open(id)
      if (act === "earlier") this.#move(-1)
      if (act === "later") this.#move(1)
    }

    #open(id) {
      this.shown = id
      if (!id) return
      const all = pictures(this.held.entry)
      const index = all.findIndex((photo) => photo.id === id)
      const { said, name } = all[index]
      const form = this.sheet.querySelector("form").elements
      for (const part of ["caption", "alt"]) for (const lang of ["fr", "en"]) form[`${part}_${lang}`].value = said[part][lang] ?? ""
      for (const radio of form.piece) radio.checked = radio.value === said.consent
      this.sheet.querySelector("h2").textContent = say("photo.title", { n: index + 1, all: all.length })
      const { url } = this.#urls.get(id) ?? {}
      const picture = this.sheet.querySelector("img")
      if (url) picture.src = url
      else picture.removeAttribute("src")
      picture.alt = name ?? ""
      this.#ends(index, all.length)
      if (!this.sheet.open) this.sheet.showModal()
    }

    #ends(index, length) {
      this.sheet.querySelector('[data-act="earlier"]').disabled = index === 0
      this.sheet.querySelector('[data-act="later"]').disabled = index === length - 1
    }

    #said() {
      const form = this.sheet.querySelector("form").elements
      const sides = (part) => ({ fr: form[`${part}_fr`].value, en: form[`${part}_en`].value })
      this.describe(this.shown, { caption: sides("caption"), alt: sides("alt"), consent: form.piece.value })
    }

    // The caption, description and consent of one photo, from the sheet or, for a single photo, the form.
    describe(id, said) {
      const told = (photo) => (photo.id === id ? { ...photo, said: { ...photo.said, ...said } } : photo)
      return this.#change((entry) => ({ ...entry, photos: entry.photos.map(told), kept: entry.kept.map(told) }))
    }

    async #move(step) {
      const order = pictures(this.held.entry).map(({ id }) => id)
      const from = order.indexOf(this.shown)
      order.splice(from + step, 0, ...order.splice(from, 1))
      await this.#change((entry) => ({ ...entry, order }))
      this.sheet.querySelector("h2").textContent = say("photo.title", { n: from + step + 1, all: order.length })
      this.#ends(from + step, order.length)
    }

    async #remove(id) {
      const rest = (photos) => photos.filter((photo) => photo.id !== id)
      await this.#change((entry) => ({ ...entry, photos: rest(entry.photos), kept: rest(entry.kept) }))
      await this.#forget(id)
      this.querySelector('[data-strip] [data-act="open"], .pick input')?.focus({ preventScroll: true })
    }

    #fault(words) {
      const node = this.querySelector('[data-fault="photos"]')
      node.textContent = words
      node.hidden = !words
    }
  },
)

function isPicture({ type, name }) {
  return /^(image|video)\//.test(type) || /\.(heic|heif|avif|jpe?g|png|webp|mov|mp4|m4v|3gp|avi|webm)$/i.test(name)
}

// A pasted picture is always called "image.png".
function named(file) {
  const at = clock(new Date().toISOString()).replace(/\W+/g, "")
  return new File([file], `collage-${at}.${file.type.split("/")[1] ?? "png"}`, { type: file.type })
}
