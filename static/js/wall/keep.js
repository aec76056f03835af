// A screen's storage, in IndexedDB, for when the server is down or after a power cut: the items of its lists, which
// have had their turn, and the exposures not yet reported.
const NAME = "mixroom.wall"
const STORES = ["items", "seen", "exposures", "notes"]

// → the storage; in memory only where the browser has none.
export async function openKeep() {
  try {
    const keep = new Keep()
    await keep.all("notes")
    return keep
  } catch {
    return new Passing()
  }
}

// One of its stores by itself.
export function storeOf(keep, store) {
  return { all: () => keep.all(store), write: (change) => keep.write({ [store]: change }) }
}

class Keep {
  lasting = true
  #opening = null

  all(store) {
    return this.#within([store], "readonly", (names) => names[store].getAll())
  }

  // {items: {put: [rows], drop: [ids]}, …}, in one transaction.
  write(changes) {
    const stores = Object.keys(changes)
    return this.#within(stores, "readwrite", (names) => {
      for (const [store, { put = [], drop = [], clear = false }] of Object.entries(changes)) {
        if (clear) names[store].clear()
        for (const id of drop) names[store].delete(id)
        for (const row of put) names[store].put(row)
      }
    })
  }

  // A browser may close the database of a page: reopen it, once.
  async #within(stores, mode, act, again = true) {
    try {
      const database = await this.#open()
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(stores, mode)
        const request = act(Object.fromEntries(stores.map((name) => [name, transaction.objectStore(name)])))
        transaction.oncomplete = () => resolve(request?.result)
        transaction.onerror = transaction.onabort = () => reject(transaction.error)
      })
    } catch (error) {
      if (!again || !["InvalidStateError", "UnknownError"].includes(error?.name)) throw error
      this.#opening = null
      return this.#within(stores, mode, act, false)
    }
  }

  #open() {
    return (this.#opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1)
      request.onupgradeneeded = () => {
        for (const store of STORES) request.result.createObjectStore(store, { keyPath: "id" })
      }
      request.onerror = () => {
        this.#opening = null
        reject(request.error)
      }
      request.onsuccess = () => {
        request.result.onclose = () => (this.#opening = null)
        resolve(request.result)
      }
    }))
  }
}

export class Passing {
  lasting = false
  #stores = new Map(STORES.map((name) => [name, new Map()]))

  async all(store) {
    return [...this.#stores.get(store).values()].map((row) => structuredClone(row))
  }

  async write(changes) {
    for (const [store, { put = [], drop = [], clear = false }] of Object.entries(changes)) {
      const rows = this.#stores.get(store)
      if (clear) rows.clear()
      for (const id of drop) rows.delete(id)
      for (const row of put) rows.set(row.id, structuredClone(row))
    }
  }
}
