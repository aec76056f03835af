// The page's side of taking files in: a worker where there can be one, the page itself elsewhere.
import { clip, isClip } from "./clip.js"
import { rendition } from "./uplink.js"

export class Darkroom {
  #worker = null
  #asked = new Map()
  #awake = null

  // url: of the worker, null for none.
  constructor({ store, url = null }) {
    Object.assign(this, { store, url })
  }

  // Once the page itself is there, and not only for the first photo: the network may be gone by then that the
  // worker's script comes by. Resolves when what takes files in is here.
  wake() {
    return (this.#awake ??= this.store.lasting && this.url ? this.#start(this.url) : import("./intake.js"))
  }

  // → what intake() tells, with kind and duration. Throws where the file cannot be read or kept.
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
    // It did not start, or died: whoever waits is served by the page, as everyone after.
    this.#worker.onerror = () => {
      this.#worker = null
      hello(import("./intake.js"))
      for (const { resolve } of this.#asked.values()) resolve(null)
      this.#asked.clear()
    }
    return here
  }
}
