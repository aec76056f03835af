// Words on the whole screen: the way in, what comes next, a sponsor, a message, the card for a moment of calm.
// What it says stands in the page, with places that are filled: <b data-put="title.fr">.
import { fit } from "../fit.js"
import { typo } from "../typo.js"
import { Scene, put } from "./scene.js"

export class Panel extends Scene {
  constructor(section, { room }) {
    super(section)
    this.room = room
  }

  fill(plan) {
    for (const part of this.section.querySelectorAll("[data-put]")) {
      const text = part.dataset.put.split(".").reduce((found, name) => found?.[name], plan) ?? ""
      put(part, typo(String(text), part.closest("[lang]").lang))
      part.hidden = text === ""
    }
    for (const image of this.section.querySelectorAll("img[data-src]")) {
      const src = plan[image.dataset.src] ?? null
      image.hidden = !src
      if (src) image.src = src
    }
    this.#size()
  }

  // As large as there is room, and never smaller than the last row can read.
  #size() {
    const read = this.room.read * innerHeight
    const high = innerHeight > innerWidth ? innerWidth : innerHeight
    for (const words of this.section.querySelectorAll("[data-fit]")) {
      if (words.hidden) continue
      const { clientWidth: width } = words
      fit(words, { width, height: Math.max(1.1 * read, high * Number(words.dataset.fit)), most: high * 0.3, least: read })
    }
  }
}
