// What a phone keeps: entries of the outbox and the bytes of their photos, in IndexedDB.
// Bytes are kept as ArrayBuffer: stored Blobs and File handles go stale on iOS and on Android's picker.
const NAME = "mixroom"

export async function openStore() {
  try {
    const store = new Store()
    await store.entries()
    navigator.storage?.persist?.().catch(() => {})
    return store
  } catch {
    return new Memory()
  }
}

class Store {
  lasting = true
  #opening = null

  entries() {
    return this.#within(["entries"], "readonly", (entries) => entries.getAll())
  }

  put(entry) {
    return this.#within(["entries"], "readwrite", (entries) => entries.put(entry))
  }

  putPhoto(entry, id, bytes) {
    return this.#within(["entries", "bytes"], "readwrite", (entries, photos) => {
      photos.put({ id, bytes })
      return entries.put(entry)
    })
  }

  async bytes(id) {
    return (await this.#within(["bytes"], "readonly", (photos) => photos.get(id)))?.bytes ?? null
  }

  // `photos`: the ids whose bytes are no longer needed.
  forget(photos, entry = null) {
    return this.#within(["entries", "bytes"], "readwrite", (entries, bytes) => {
      for (const id of photos) bytes.delete(id)
      return entry ? entries.delete(entry) : null
    })
  }

  // iOS closes the database behind a page in the background: then open it again, once.
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
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id" })
        request.result.createObjectStore("bytes", { keyPath: "id" })
      }
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

// Where the browser keeps nothing (some private windows): works while the page is open, and the page
// says that.
export class Memory {
  lasting = false
  #entries = new Map()
  #bytes = new Map()

  async entries() {
    return [...this.#entries.values()].map((entry) => structuredClone(entry))
  }

  async put(entry) {
    this.#entries.set(entry.id, structuredClone(entry))
  }

  async putPhoto(entry, id, bytes) {
    this.#bytes.set(id, bytes)
    await this.put(entry)
  }

  async bytes(id) {
    return this.#bytes.get(id) ?? null
  }

  async forget(photos, entry = null) {
    for (const id of photos) this.#bytes.delete(id)
    if (entry) this.#entries.delete(entry)
  }
}
