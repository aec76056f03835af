// Carries entries of the outbox to the server, one after the other, until each has an answer.
// What it is told and what it asks are handed in: a store, the network, a clock; so the tests own them.
import * as rules from "./outbox.js"

export class Courier extends EventTarget {
  entries = new Map()
  progress = new Map() // entry id → 0…1 of its photos' bytes
  #items = new Map() // what the server has, as last told
  #running = null
  #cancelWake = null

  // post: {media(id, photo, bytes, onProgress), create(entry, body), amend(entry, body)}
  constructor({ store, post, now = Date.now, later, random = Math.random, alone = (act) => act() }) {
    super()
    Object.assign(this, { store, post, now, later, random, alone })
  }

  async load(by) {
    const found = await this.store.entries()
    for (const entry of rules.recovered(found, by)) this.entries.set(entry.id, entry)
    this.#changed()
    this.pump()
  }

  // A person pressed send, or "try again". It counts from when it is kept, not from before.
  async send(entry) {
    await this.#keep(rules.queued({ ...entry, at: entry.at || this.now() }))
    this.pump()
  }

  async retry(id) {
    const entry = this.entries.get(id)
    if (entry) await this.send(entry)
  }

  // Gone from the phone: it arrived, or its author threw it away.
  async drop(id) {
    const entry = this.entries.get(id)
    if (!entry) return
    this.entries.delete(id)
    this.progress.delete(id)
    await this.store.forget(entry.photos.map((photo) => photo.id), id)
    this.#changed()
  }

  // Back in the form: it is a draft again, which the form keeps.
  release(id) {
    this.entries.delete(id)
    this.progress.delete(id)
    this.#changed()
  }

  // The desk view says what the server has; an entry that is proven to be there is done. One that is just
  // under way waits for its own answer, and is looked at again then.
  async compare(items = this.#items) {
    this.#items = items
    for (const entry of [...this.entries.values()]) {
      if (rules.arrived(entry, items.get(entry.id)) && entry.state !== "sending") await this.drop(entry.id)
    }
  }

  hurry() {
    for (const entry of rules.hurried([...this.entries.values()])) this.entries.set(entry.id, entry)
    this.pump()
  }

  pump() {
    this.#cancelWake?.()
    this.#running ??= Promise.resolve(this.alone(() => this.#work())).finally(() => {
      this.#running = null
      this.#sleep()
    })
    return this.#running
  }

  async #work() {
    for (;;) {
      const entry = rules.nextToSend([...this.entries.values()], this.now())
      if (!entry) return
      await this.#carry(entry)
      await this.compare()
    }
  }

  #sleep() {
    const at = rules.wakeAt([...this.entries.values()])
    if (at !== null) this.#cancelWake = this.later(Math.max(50, at - this.now()), () => this.pump())
  }

  async #carry(first) {
    let entry = await this.#keep(rules.sending(first))
    try {
      entry = await this.#photos(entry)
      const sent = rules.body(entry)
      if (entry.edits === null) await this.post.create(entry, sent)
      else await this.post.amend(entry, sent)
      await this.#arrived(entry)
    } catch (error) {
      if (rules.wonAlready(entry, error)) await this.#arrived(entry)
      else await this.#keep(rules.failed(this.entries.get(entry.id) ?? entry, error, this.now(), this.random))
    }
  }

  // A photo that is on the server is never sent again, whatever happens to the rest. Bytes that are gone
  // mean that another tab has carried them: the server knows, and answers for the same key the same.
  async #photos(entry) {
    const total = entry.photos.reduce((sum, photo) => sum + photo.size, 0)
    let before = 0
    for (const photo of entry.photos) {
      if (!photo.done) {
        const bytes = await this.store.bytes(photo.id)
        if (bytes) await this.post.media(photo, bytes, (loaded) => this.#went(entry.id, (before + loaded) / total))
        const photos = entry.photos.map((other) => (other.id === photo.id ? { ...other, done: true } : other))
        entry = await this.#keep({ ...entry, photos })
      }
      before += photo.size
      this.#went(entry.id, before / total)
    }
    return entry
  }

  async #arrived(entry) {
    await this.store.forget(entry.photos.map((photo) => photo.id))
    await this.#keep(rules.received(entry))
  }

  #went(id, part) {
    this.progress.set(id, Math.min(part, 1))
    this.#changed()
  }

  async #keep(entry) {
    this.entries.set(entry.id, entry)
    await this.store.put(entry)
    this.#changed()
    return entry
  }

  #changed() {
    this.dispatchEvent(new Event("change"))
  }
}
