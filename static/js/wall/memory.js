// Keeps the wall's lists in this browser, so that it plays without a server, also after a power
// cut, and knows which items have had their turn. A recalled item is deleted here before anything else is shown.
import { pictureOf } from "./shapes.js"

const KEPT = 120 // items whose pictures are kept
const SIZES = ["card", "wall"]
const SEEN = "seen" // the note that this screen has run here before
export const PICTURES = "wall.pictures" // the browser cache from which the service worker answers

export class Memory {
  #keep
  #seen = new Set()
  #sweeping = null
  #gone = new Set() // addresses of recalled pictures, which may still be downloading

  constructor(keep) {
    this.#keep = keep
  }

  // The initial list: the page's or, for a page without a server, the kept one, if newer.
  // Delete everything of an earlier screen.
  async begin(view, first, { whose, fromServer }) {
    const [rows, notes] = await Promise.all([this.#keep.all("items"), this.#keep.all("notes")])
    const note = notes.find(({ id }) => id === view)
    const ours = note?.whose === whose
    const mine = rows.filter((row) => row.view === view)
    const found = !fromServer && ours && note.seq >= first.seq
    const { seq, items } = found ? { seq: note.seq, items: Object.fromEntries(mine.map(({ key, item }) => [key, item])) } : first
    const gone = mine.filter(({ key }) => !(key in items)).map(({ id }) => id)
    const put = found ? [] : Object.entries(items).map(([key, item]) => ({ id: `${view} ${key}`, view, key, item }))
    await this.#keep.write({ items: { put, drop: gone }, notes: { put: [{ id: view, seq, whose }] } })
    this.whose = whose
    return { view, seq, items }
  }

  // Return those of these items that have had their turn. On the first run, all of them: they were approved before this screen
  // began.
  async turns(keys) {
    const [rows, notes] = await Promise.all([this.#keep.all("seen"), this.#keep.all("notes")])
    const before = notes.some(({ id, whose }) => id === SEEN && whose === this.whose)
    const known = new Set(keys)
    const gone = rows.filter(({ id }) => !known.has(id)).map(({ id }) => id)
    this.#seen = new Set((before ? rows.map(({ id }) => id) : keys).filter((id) => known.has(id)))
    const put = before ? [] : keys.map((id) => ({ id }))
    await this.#keep.write({ seen: { put, drop: gone }, notes: { put: [{ id: SEEN, whose: this.whose }] } })
    return (key) => this.#seen.has(key)
  }

  saw(key) {
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#write({ seen: { put: [{ id: key }] } })
  }

  // Save changes up to `seq`; null deletes an item and its pictures.
  change(view, seq, changed) {
    const put = []
    const forgotten = []
    for (const [key, item] of changed) {
      if (item) put.push({ id: `${view} ${key}`, view, key, item })
      else forgotten.push(key)
      for (const media of item?.media ?? []) for (const size of SIZES) this.#gone.delete(media[size])
    }
    const drop = forgotten.map((key) => `${view} ${key}`)
    for (const key of forgotten) this.#seen.delete(key)
    this.#write({ items: { put, drop }, seen: { drop: forgotten }, notes: { put: [{ id: view, seq, whose: this.whose }] } })
  }

  // Keep the pictures of the latest items and the logos, and no others.
  sweep(items, logos = []) {
    clearTimeout(this.#sweeping)
    this.#sweeping = setTimeout(() => this.#tidy(wanted(items), logos).catch(() => {}), 2000)
  }

  // Delete a recalled picture.
  async forget(media) {
    for (const size of SIZES) if (media[size]) this.#gone.add(media[size])
    const cache = await open()
    for (const size of SIZES) if (media[size]) await cache?.delete(media[size], { ignoreVary: true })
  }

  // Signed out: delete everything except exposures not yet reported.
  async leave() {
    clearTimeout(this.#sweeping)
    this.#seen.clear()
    await this.#keep.write({ items: { clear: true }, seen: { clear: true }, notes: { clear: true } })
    await globalThis.caches?.delete(PICTURES)
    navigator.serviceWorker?.controller?.postMessage({ forget: "/wall" })
  }

  async #tidy(pictures, logos) {
    const cache = await open()
    if (!cache) return
    const addresses = new Set([...pictures, ...logos])
    const here = new Set()
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url)
      if (addresses.has(pathname)) here.add(pathname)
      else await cache.delete(request)
    }
    for (const address of addresses) {
      if (here.has(address)) continue
      const answer = await fetch(address)
      if (answer.ok && !this.#gone.has(address)) await cache.put(address, answer)
    }
  }

  #write(changes) {
    this.#keep.write(changes).catch((error) => console.warn(error)) // the wall goes on without storage
  }
}

// The addresses of the pictures of the latest items.
export function wanted(items, most = KEPT) {
  const latest = [...items].sort((a, b) => (a.approved_at < b.approved_at ? 1 : -1)).slice(0, most)
  const media = latest.map(pictureOf).filter(Boolean)
  return media.flatMap((each) => SIZES.map((size) => each[size])).filter(Boolean)
}

async function open() {
  return globalThis.caches ? caches.open(PICTURES) : null // plain HTTP has no cache
}
