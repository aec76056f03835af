// The phone's storage, in IndexedDB: entries of the outbox, the bytes of their photos in parts, and a few notes.
// Bytes are kept as ArrayBuffer: stored Blobs and File handles go stale on iOS and in Android's picker.
import { madeAt, newId } from "./ids.js"

const NAME = "mixroom"
const VERSION = 2
export const PART = 1 << 20 // bytes; a long clip must not be in memory at once
const STALE = 24 * 3600_000 // ms after which bytes without an entry are no longer being imported

export async function openStore() {
  try {
    const store = new Store()
    await store.entries()
    return store
  } catch {
    return new Memory()
  }
}

// The key of a photo's preview, beside the photo's own bytes.
export function previewOf(id) {
  return `${id}/preview`
}

// The bytes of a file from `start` to `end`, from its parts. `get(n)` gives part n.
async function joined(get, start, end) {
  const found = []
  for (let n = Math.floor(start / PART); n * PART < end; n += 1) {
    const part = await get(n)
    if (!part) return null
    const first = n * PART
    found.push(part.slice(Math.max(0, start - first), Math.min(part.byteLength, end - first)))
  }
  return new Blob(found)
}

// Files that the phone's gallery shares with the app while no form is open.
class Keeper {
  async receive(files) {
    const taken = []
    for (const { name, type, blob } of files) {
      const id = `shared/${newId()}`
      for (let n = 0; n * PART < blob.size; n += 1) {
        await this.putPart(id, n, await blob.slice(n * PART, (n + 1) * PART).arrayBuffer())
      }
      if (blob.size) taken.push({ id, name, type, size: blob.size })
    }
    await this.changeNote("shared", (before = []) => [...before, ...taken])
    return taken.length
  }

  // Pass the shared Files to `take`; delete them once it has them.
  async shared(take) {
    for (;;) {
      const [first] = (await this.note("shared")) ?? []
      if (!first) return
      const bytes = await this.bytes(first.id, 0, first.size)
      if (bytes) await take(new File([bytes], first.name, { type: first.type }))
      await this.changeNote("shared", (all = []) => all.filter(({ id }) => id !== first.id))
      await this.forget([first.id])
    }
  }
}

class Store extends Keeper {
  lasting = true

  // Delete bytes without an entry, of files whose import was interrupted when the page was killed.
  async sweep(now = Date.now()) {
    const parts = await this.#within(["parts"], "readonly", (all) => all.getAllKeys())
    const named = new Set((await this.entries()).flatMap(({ photos }) => photos.flatMap(({ id }) => [id, previewOf(id)])))
    for (const { id } of (await this.note("shared")) ?? []) named.add(id)
    const isStale = (id) => !named.has(id) && now - madeAt(id.replace("shared/", "")) > STALE
    await this.forget([...new Set(parts.map(([id]) => id))].filter(isStale))
  }

  #opening = null

  entries() {
    return this.#within(["entries"], "readonly", (entries) => entries.getAll())
  }

  // All of them or none: a set of photos is never half in the outbox.
  put(...several) {
    return this.#within(["entries"], "readwrite", (entries) => several.map((entry) => entries.put(entry))[0])
  }

  // Part n of a file's bytes.
  putPart(id, n, bytes) {
    return this.#within(["parts"], "readwrite", (parts) => parts.put({ id, n, bytes }))
  }

  // A Blob of the bytes from start to end, null where they are gone.
  bytes(id, start, end) {
    const get = (n) => this.#within(["parts"], "readonly", (parts) => parts.get([id, n]))
    return joined(async (n) => (await get(n))?.bytes, start, end)
  }

  // `files`: the keys of bytes no longer needed.
  forget(files, entry = null) {
    return this.#within(["entries", "parts"], "readwrite", (entries, parts) => {
      for (const id of files) parts.delete(IDBKeyRange.bound([id, 0], [id, Infinity]))
      return entry ? entries.delete(entry) : null
    })
  }

  async note(name) {
    return (await this.#within(["notes"], "readonly", (notes) => notes.get(name)))?.value
  }

  setNote(name, value) {
    return this.#within(["notes"], "readwrite", (notes) => notes.put({ name, value }))
  }

  // In one transaction: a page and the service worker may change the same note at once.
  changeNote(name, change) {
    return this.#within(["notes"], "readwrite", (notes) => {
      const read = notes.get(name)
      read.onsuccess = () => notes.put({ name, value: change(read.result?.value) })
    })
  }

  // iOS closes the database of a page in the background: reopen it, once.
  async #within(names, mode, act, again = true) {
    try {
      const database = await this.#open()
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(names, mode, { durability: "strict" })
        const request = act(...names.map((name) => transaction.objectStore(name)))
        transaction.oncomplete = () => resolve(request?.result)
        transaction.onerror = transaction.onabort = () => reject(transaction.error)
      })
    } catch (error) {
      if (!again || !["InvalidStateError", "UnknownError"].includes(error?.name)) throw error
      this.#opening = null
      return this.#within(names, mode, act, false)
    }
  }

  #open() {
    return (this.#opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, VERSION)
      request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion)
      request.onerror = () => {
        this.#opening = null
        reject(request.error)
      }
      request.onsuccess = () => {
        request.result.onclose = () => (this.#opening = null)
        request.result.onversionchange = () => {
          request.result.close()
          this.#opening = null
        }
        resolve(request.result)
      }
    }))
  }
}

function upgrade(database, from) {
  if (from < 1) database.createObjectStore("entries", { keyPath: "id" })
  if (from === 1) database.deleteObjectStore("bytes") // of an unreleased version
  database.createObjectStore("parts", { keyPath: ["id", "n"] })
  database.createObjectStore("notes", { keyPath: "name" })
}

// For browsers without storage (some private windows): works while the page is open, and the page says so.
export class Memory extends Keeper {
  lasting = false
  #entries = new Map()
  #parts = new Map()
  #notes = new Map()

  async entries() {
    return [...this.#entries.values()].map((entry) => structuredClone(entry))
  }

  async sweep() {}

  async put(...several) {
    for (const entry of several) this.#entries.set(entry.id, structuredClone(entry))
  }

  async putPart(id, n, bytes) {
    if (!this.#parts.has(id)) this.#parts.set(id, [])
    this.#parts.get(id)[n] = bytes
  }

  bytes(id, start, end) {
    return joined((n) => this.#parts.get(id)?.[n], start, end)
  }

  async forget(files, entry = null) {
    for (const id of files) this.#parts.delete(id)
    if (entry) this.#entries.delete(entry)
  }

  async note(name) {
    return this.#notes.get(name)
  }

  async setNote(name, value) {
    this.#notes.set(name, value)
  }

  async changeNote(name, change) {
    this.#notes.set(name, change(this.#notes.get(name)))
  }
}
