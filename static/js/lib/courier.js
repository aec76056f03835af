// Uploads the entries of the outbox until the server has answered each and has every original. Its store, network
// and clock are injected, so that tests control them.
import { ApiError } from "./api.js"
import * as rules from "./outbox.js"
import { previewOf } from "./store.js"
import { learnt, portion } from "./uplink.js"

const QUIET = 10_000 // ms after the last input in a draft with photos

export class Courier extends EventTarget {
  entries = new Map()
  progress = new Map() // task id → fraction of its bytes sent
  running = new Map() // task id → AbortController
  #items = new Map() // the server's items, as last heard
  #working = null
  #cancelWake = null
  #quiet = 0 // when originals may go again
  #ring = () => {}
  #writing = Promise.resolve()

  // post: see post.js
  constructor({ store, post, now = Date.now, later, random = Math.random, alone = (act) => act() }) {
    super()
    Object.assign(this, { store, post, now, later, random, alone })
  }

  async load(by) {
    this.by = by
    await this.#read()
    this.pump()
  }

  // The author pressed "send" or "try again". The entry counts once it is stored.
  async send(...entries) {
    this.#quiet = 0
    await this.#keep(...entries.map((entry) => rules.queued({ ...entry, at: entry.at || this.now() })))
    this.pump()
  }

  async retry(id) {
    const entry = this.entries.get(id)
    if (entry) await this.send(entry)
  }

  // Delete an entry: it has arrived, or its author discarded it.
  async drop(id) {
    const entry = this.entries.get(id)
    if (!entry) return
    this.entries.delete(id)
    await this.store.forget(files(entry.photos), id)
    this.#changed()
  }

  // The entry is a draft again, which the form keeps.
  release(id) {
    this.entries.delete(id)
    this.#changed()
  }

  // Compare with the server's items: entries that have arrived are done.
  async compare(items = this.#items) {
    this.#items = items
    for (const [id, entry] of [...this.entries]) {
      const item = items.get(entry.submission)
      if (!item || this.#isRunning(entry)) continue
      if (rules.compared(entry, item) !== entry) await this.#settle(id, item)
      const now = this.entries.get(id)
      if (now && rules.isDone(now)) await this.drop(id)
    }
  }

  // The network is back, or the author is. Another tab may have uploaded entries in the meantime.
  hurry() {
    for (const entry of rules.hurried([...this.entries.values()])) this.entries.set(entry.id, entry)
    this.pump()
  }

  // A post with photos is about to be sent. Pause the originals now: if they were cut only then, their data would
  // still fill the connection's buffers ahead of the post.
  hush() {
    this.#quiet = this.now() + QUIET
    this.#makeRoom()
  }

  pump() {
    this.#cancelWake?.()
    this.#ring()
    this.#working ??= Promise.resolve(this.alone(() => this.#work())).finally(() => {
      this.#working = null
      this.#sleep()
    })
    return this.#working
  }

  // How much of an entry's upload is done, 0…1; null where nothing is under way.
  shareOf(entry) {
    const mine = [...this.running.keys()].filter((id) => this.#owns(entry, id) && !id.startsWith("original/"))
    if (!mine.length) return null
    const weights = entry.photos.map(({ id, preview, sent }) => {
      const size = preview?.size ?? 1
      return [size, sent === "none" ? (this.progress.get(`preview/${id}`) ?? 0) * size : size]
    })
    const total = weights.reduce((sum, [size]) => sum + size, 0)
    return total ? weights.reduce((sum, [, sent]) => sum + sent, 0) / total : 0
  }

  async #work() {
    await this.#read()
    const doing = new Set()
    for (;;) {
      const entries = [...this.entries.values()]
      const now = this.now()
      if (rules.isUrgent(entries, now)) this.#makeRoom()
      for (const task of rules.nextTasks(entries, now, new Set(this.running.keys()), now < this.#quiet)) {
        const done = this.#do(task).finally(() => doing.delete(done))
        doing.add(done)
      }
      if (!doing.size) return
      await Promise.race([...doing, this.#rung(entries)])
      await this.compare()
    }
  }

  // Reload from the store, which another tab or the service worker may have changed.
  async #read() {
    const found = (await this.store.entries()).filter(({ by, state }) => by === this.by && state !== "draft")
    this.entries = new Map(found.map((entry) => [entry.id, soonest(entry, this.entries.get(entry.id))]))
    this.#changed()
  }

  // A new entry or the end of a pause interrupts a long original.
  #rung(entries) {
    const still = entries.filter(({ state, next }) => state === "waiting" && next > this.now())
    return new Promise((resolve) => {
      const at = rules.wakeAt(still)
      const cancel = at === null ? () => {} : this.later(Math.max(50, at - this.now()), resolve)
      this.#ring = () => {
        cancel()
        resolve()
      }
    })
  }

  // Aborting an original costs nothing: the server keeps the part that has arrived.
  #makeRoom() {
    for (const [id, abort] of this.running) if (id.startsWith("original/")) abort.abort()
  }

  #sleep() {
    const at = rules.wakeAt([...this.entries.values()], this.#quiet)
    if (at !== null) this.#cancelWake = this.later(Math.max(50, at - this.now()), () => this.pump())
  }

  async #do(task) {
    const abort = new AbortController()
    this.running.set(task.id, abort)
    this.#changed()
    try {
      await this[`_${task.kind}`](task, abort.signal)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      await this.#failed(task, error, abort.signal)
    } finally {
      this.running.delete(task.id)
      this.progress.delete(task.id)
      this.#changed()
    }
  }

  async #failed(task, error, signal) {
    const entry = this.entries.get(task.entry)
    if (!entry) return
    if (task.kind !== "original") {
      await this.#change(entry.id, (now) => rules.failed(now, error, this.now(), this.random))
    } else if (!signal.aborted) {
      await this.#photo(task, (photo) => rules.originalFailed(photo, error, this.now(), this.random))
    }
  }

  async _post({ entry: id }) {
    const entry = this.entries.get(id)
    const sent = rules.body(entry)
    try {
      if (entry.edits === null) await this.post.create(entry, sent)
      else await this.post.amend(entry, sent)
    } catch (error) {
      if (!rules.wonAlready(entry, error)) throw error
    }
    await this.#change(id, rules.received)
  }

  async _preview(task) {
    const { photo } = this.#find(task)
    const bytes = await this.store.bytes(previewOf(photo.id), 0, photo.preview.size)
    if (!bytes) throw gone()
    await this.#timed(bytes.size, (went) => this.post.preview(photo, bytes, went), task)
    await this.#photo(task, (now) => ({ ...now, sent: "preview" }))
  }

  async _announce(task) {
    const { photo } = this.#find(task)
    const { offset } = await this.post.announce(photo)
    await this.#photo(task, (now) => ({ ...now, announced: true, offset }))
  }

  // Upload one portion of an original, from the server's offset.
  async _original(task, signal) {
    let { photo } = this.#find(task)
    const offset = photo.announced ? await this.post.reached(photo) : (await this.post.announce(photo)).offset
    photo = await this.#photo(task, (now) => ({ ...now, announced: true, offset, tries: 0, problem: null }))
    let at = offset
    while (at < photo.size && !signal.aborted) {
      const size = portion(await this.store.note("uplink"))
      const bytes = await this.store.bytes(photo.id, at, Math.min(photo.size, at + size))
      if (!bytes) throw gone()
      const start = at
      const went = (part) => this.#went(task.id, (start + part * bytes.size) / photo.size)
      at = await this.#timed(bytes.size, (tell) => this.post.add(photo, start, bytes, { onProgress: tell, signal }), task, went)
      photo = await this.#photo(task, (now) => ({ ...now, offset: at }))
    }
    if (at >= photo.size) await this.#photo(task, (now) => ({ ...now, sent: "all" }))
  }

  // Upload bytes, report progress, and learn the speed.
  async #timed(size, carry, task, went = (part) => this.#went(task.id, part)) {
    const began = this.now()
    const answer = await carry((loaded, total) => went(loaded / (total || size)))
    const uplink = learnt(await this.store.note("uplink"), size, this.now() - began)
    await this.store.setNote("uplink", uplink).catch(() => {}) // no room: the next transfer measures it again
    return answer
  }

  #find({ entry: id, photo }) {
    const entry = this.entries.get(id)
    return { entry, photo: entry.photos.find((each) => each.id === photo) }
  }

  async #photo(task, change) {
    await this.#change(task.entry, (entry) => ({
      ...entry,
      photos: entry.photos.map((photo) => (photo.id === task.photo ? change(photo) : photo)),
    }))
    return this.#find(task).photo
  }

  // Transfers of one entry may end in any order, so each changes the latest state.
  #change(id, change) {
    this.#writing = this.#writing.then(async () => {
      const entry = this.entries.get(id)
      if (!entry) return
      const changed = change(entry)
      await this.#keep(changed).catch(() => this.#hold(changed))
    })
    return this.#writing
  }

  // Write to the store first, which all tabs read. A full phone refuses.
  async #keep(...entries) {
    await this.store.put(...entries)
    this.#hold(...entries)
  }

  // Keep the new state even where the phone has no room to store it: repeating the step after a reload is harmless.
  #hold(...entries) {
    for (const entry of entries) this.entries.set(entry.id, entry)
    this.#changed()
  }

  async #settle(id, item) {
    await this.#change(id, (entry) => rules.compared(entry, item))
    const over = this.entries.get(id)?.photos.filter(({ sent }) => sent === "settled") ?? []
    if (over.length) await this.store.forget(files(over))
  }

  #isRunning(entry) {
    return [...this.running.keys()].some((task) => this.#owns(entry, task))
  }

  #owns(entry, task) {
    const id = task.slice(task.indexOf("/") + 1)
    return id === entry.id || entry.photos.some((photo) => photo.id === id)
  }

  #went(task, part) {
    this.progress.set(task, Math.min(part, 1))
    this.#changed()
  }

  #changed() {
    this.dispatchEvent(new Event("change"))
  }
}

// The stored entry, with the earlier due time of the two copies.
function soonest(stored, held) {
  if (!held || stored.state !== held.state) return stored
  const photos = stored.photos.map((photo, index) => ({ ...photo, next: Math.min(photo.next, held.photos[index]?.next ?? photo.next) }))
  return { ...stored, next: Math.min(stored.next, held.next), photos }
}

// The bytes are gone from the browser; only the author can choose the file again.
function gone() {
  return new ApiError({ code: "bytes_gone" })
}

function files(photos) {
  return photos.flatMap(({ id }) => [id, previewOf(id)])
}
