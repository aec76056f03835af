// One <img> for each picture and size, kept while the picture is in use. Setting `src` again on a recycled image, or
// discarding images, costs the browser some 30 KB each time, which is a gigabyte in three days; so neither happens.
import { aimOf } from "./shapes.js"

const MAX_IMAGES = 140
const AGAIN = 60_000 // ms before a picture that failed is tried once more

export class Pictures {
  #images = new Map() // name → <img>, the least recently used first
  #spare = []
  #failed = new Map() // name → when

  // The image of a media entry; `size` is "card" or "wall". Where that one is not here and the other is, the other:
  // what is on the wall is always a picture.
  get(media, size) {
    const image = this.#image(media, size)
    const other = this.#images.get(`${media.id} ${size === "card" ? "wall" : "card"}`)
    const shown = !isHere(image) && other && isHere(other) && !other.isConnected ? other : image
    shown.style.objectPosition = aimOf(media)
    return shown
  }

  #image(media, size) {
    const name = `${media.id} ${size}`
    const held = this.#images.get(name)
    if (held) {
      this.#renew(held, media[size] ?? media.wall)
      this.#images.delete(name)
      this.#images.set(name, held)
      return held
    }
    const image = this.#spare.pop() ?? this.#oldest() ?? Object.assign(new Image(), { decoding: "async" })
    Object.assign(image, { next: null, src: media[size] ?? media.wall })
    image.draggable = false
    this.#images.set(name, image)
    return image
  }

  // Resolves to whether the picture can be shown without a pause. One that fails or is late is left alone for a
  // while, but comes back as soon as it is there.
  async ready(media, size, patience = 8000) {
    const name = `${media.id} ${size}`
    const image = this.#image(media, size)
    const decoded = image.decode().then(() => this.#failed.delete(name))
    try {
      await Promise.race([decoded, late(patience)])
      return true
    } catch {
      this.#failed.set(name, performance.now())
      if (!image.isConnected && image.complete) this.#drop(name)
      decoded.catch(() => {})
      return isHere(this.get(media, size))
    }
  }

  failed(media, size) {
    const since = this.#failed.get(`${media.id} ${size}`)
    return since !== undefined && performance.now() - since < AGAIN
  }

  // A recalled picture must not stay in memory, nor anywhere on the page.
  forget(media) {
    for (const size of ["card", "wall"]) {
      this.#failed.delete(`${media.id} ${size}`)
      this.#drop(`${media.id} ${size}`)
    }
  }

  // The original has taken the place of its preview, or it was cropped: the old picture stays until the new one is
  // decoded. Once or twice in a photo's life, so it may cost what it costs.
  async #renew(image, address) {
    if ((image.next ?? image.getAttribute("src")) === address) return
    image.next = address
    const fresh = Object.assign(new Image(), { src: address })
    try {
      await fresh.decode()
      if (image.next === address) Object.assign(image, { decoding: "sync", src: address })
    } catch {
      // What is shown stays; the next change asks again.
    }
    if (image.next === address) image.next = null
  }

  #drop(name) {
    const image = this.#images.get(name)
    if (!image) return
    this.#images.delete(name)
    image.remove()
    image.removeAttribute("src")
    image.next = ""
    this.#spare.push(image)
  }

  #oldest() {
    if (this.#images.size < MAX_IMAGES) return null
    for (const [name, image] of this.#images) {
      if (image.isConnected) continue
      image.next = ""
      this.#images.delete(name)
      return image
    }
    return null
  }
}

function isHere(image) {
  return image.complete && image.naturalWidth > 0
}

function late(ms) {
  return new Promise((_, fail) => setTimeout(() => fail(new Error("late")), ms))
}
