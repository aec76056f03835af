// Words that fill the screen: how to join, the next entry, a sponsor, a message, the card for a quiet moment. The
// text is on the page, with places to fill: <b data-put="number">; of a bilingual text, <p data-put="title"
// data-tongue="first"> is the language that goes first.
import { sides } from "../bilingual.js"
import { fit, fitBoth } from "../fit.js"
import { fitName } from "../name.js"
import { put } from "../put.js"
import { typo } from "../typo.js"
import { home, hour } from "../words.js"
import { Scene } from "./scene.js"

const HOUR = /^\d\d:\d\d$/

export class Panel extends Scene {
  constructor(section, { room, share = 1 }) {
    super(section)
    Object.assign(this, { room, share })
  }

  fill(plan) {
    for (const part of this.section.querySelectorAll("[data-put]")) {
      const found = part.dataset.put.split(".").reduce((value, name) => value?.[name], plan) ?? ""
      this.#put(part, part.dataset.tongue ? sides(found || null, home)[part.dataset.tongue] : found)
    }
    for (const image of this.section.querySelectorAll("img[data-src]")) {
      const src = plan[image.dataset.src] ?? null
      image.hidden = !src
      if (src) image.src = src
    }
    this.#size()
  }

  #put(part, found) {
    const text = found?.text ?? found ?? ""
    if (found?.lang) part.lang = found.lang
    const { lang } = part.closest("[lang]")
    put(part, HOUR.test(text) ? hour(text, lang) : typo(String(text), lang))
    part.hidden = text === ""
  }

  // Set the text as large as it fits, and never too small for the last row; the other language beside it, smaller.
  #size() {
    const read = this.room.read * innerHeight
    const high = innerHeight > innerWidth ? innerWidth : innerHeight
    for (const words of this.section.querySelectorAll("[data-fit]")) {
      if (words.hidden) continue
      const { clientWidth: width } = words
      const also = words.nextElementSibling?.matches(".also:not([hidden])") ? words.nextElementSibling : null
      const box = { width, height: Math.max(1.1 * read, high * Number(words.dataset.fit)), most: high * 0.3, least: read }
      const lesser = Math.max(this.room.credit * innerHeight, read * this.share)
      if (also) fitBoth(words, also, { ...box, height: box.height * 1.6 + 1.1 * lesser, lesser, share: this.share })
      else fit(words, box)
    }
    const name = this.section.querySelector(".title")
    if (name) fitName(name, { width: name.clientWidth, height: name.clientHeight, most: high * 0.17, least: Math.min(read, high * 0.05) })
  }
}
