// A look back at the hour, or at one team's work: words on a field of colour, and the photographs beside them,
// uncropped.
import { sides } from "../bilingual.js"
import { fit, fitBoth } from "../fit.js"
import { hang } from "../hang.js"
import * as motion from "../motion.js"
import { pictureOf } from "../shapes.js"
import { FIELDS } from "../tiles.js"
import { put } from "../put.js"
import { counted, home, inLang } from "../words.js"
import { Scene, frame, unframe } from "./scene.js"

export class Recap extends Scene {
  #turn = 0

  constructor(section, { pictures, room, share }) {
    super(section)
    Object.assign(this, { pictures, room, share, stage: section.querySelector(".pictures"), frames: [...section.querySelectorAll("figure")] })
  }

  async prepare({ seen }) {
    const ready = await Promise.all(seen.map((item) => this.pictures.ready(pictureOf(item), "card")))
    return ready.every(Boolean)
  }

  // {title: {fr, en}, counts: {items, people}, seen: items with pictures}
  fill({ title, counts, seen }) {
    this.section.dataset.field = FIELDS[++this.#turn % FIELDS.length]
    const [giant, also] = [this.find(".giant"), this.find(".also")]
    if (title) name(giant, also, sides(title, home))
    for (const part of this.section.querySelectorAll("[data-says]")) put(part, counted(part.dataset, counts))
    const read = this.room.read * innerHeight
    const box = { width: giant.clientWidth, height: innerHeight * 0.45, most: innerHeight * 0.17, least: read }
    const lesser = Math.max(this.room.credit * innerHeight, read * this.share)
    if (also.hidden) fit(giant, box)
    else fitBoth(giant, also, { ...box, lesser, share: this.share })
    this.#hang(seen)
  }

  enter() {
    motion.fade(this.section, 0, 1, 450)
    this.frames.forEach((figure, i) => figure.hidden || motion.rise(figure, 24, 900, 120 * i))
  }

  hide() {
    super.hide()
    for (const figure of this.frames) unframe(figure)
  }

  #hang(seen) {
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const shown = seen.slice(0, this.frames.length)
    const ratios = shown.map((item) => pictureOf(item).width / pictureOf(item).height)
    const box = { width: this.stage.clientWidth, height: this.stage.clientHeight, gap: 0.875 * em }
    const places = hang(ratios, box)
    this.frames.forEach((figure, i) => {
      figure.hidden = i >= shown.length
      if (figure.hidden) return
      const media = pictureOf(shown[i])
      const image = this.pictures.get(media, "card")
      image.alt = inLang(shown[i].alt, figure.closest("[lang]").lang)
      frame(figure, image, media)
      const { x, y, width, height } = places[i]
      Object.assign(figure.style, { width: `${width}px`, height: `${height}px`, translate: `${x}px ${y}px` })
    })
  }
}

function name(giant, also, { first, second }) {
  giant.lang = first.lang
  put(giant, first.text)
  also.hidden = !second
  if (second) also.lang = second.lang
  put(also, second?.text ?? "")
}
