// Imports files for the page: in a worker where the browser has them, else in the page itself.
import { clip, isClip } from "./clip.js"
import { rendition } from "./uplink.js"

export class Darkroom {
  #worker = null
  #asked = new Map()
  #awake = null

  // url: the worker's, null for none.
  constructor({ store, url = null }) {
    Object.assign(this, { store, url })
  }

  // Load the worker with the page, not with the first photo, when the network may be gone. Resolves once it can import
  // files.
  wake() {
    return (this.#awake ??= this.store.lasting && this.url ? this.#start(this.url) : import("./intake.js"))
  }

  // → the result of intake(), with kind and duration. Throws where the file cannot be read or stored.
  async take(id, file) {
    this.wake().catch(() => {}) // the page does it, or says that it cannot
    const kind = isClip(file) ? "video" : "photo"
    const shot = kind === "video" ? await clip(file) : { still: null, duration: null }
    const uplink = await this.store.note("uplink")
    const question = { file, still: shot.still, rendition: rendition(uplink) }
    const taken = (await this.#byWorker(id, question)) ?? (await this.#here(id, question))
    return { ...taken, name: file.name || "photo.jpg", type: file.type || (kind === "video" ? "video/mp4" : ""), kind, duration: shot.duration }
  }

  #byWorker(id, question) {
    if (!this.#worker) return null
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject })
      this.#worker.postMessage({ id, ...question })
    })
  }

  async #here(id, { file, ...rest }) {
    const { intake } = await import("./intake.js")
    return intake(this.store, id, file, rest)
  }

  async #start(url) {
    try {
      this.#worker = new Worker(url, { type: "module" })
    } catch {
      return import("./intake.js") // an old browser: the page does it
    }
    let hello
    const here = new Promise((resolve) => (hello = resolve))
    this.#worker.onmessage = ({ data: { id, taken, fault } }) => {
      hello()
      const asked = this.#asked.get(id)
      this.#asked.delete(id)
      if (fault) asked?.reject(Object.assign(new Error(fault), { name: fault }))
      else asked?.resolve(taken)
    }
    // The worker failed to start or crashed: the page takes over, for these files and all later ones.
    this.#worker.onerror = () => {
      this.#worker = null
      hello(import("./intake.js"))
      for (const { resolve } of this.#asked.values()) resolve(null)
      this.#asked.clear()
    }
    return here
  }
}
