// Three new items at once: side by side, or on a portrait screen one above the other.
import { fit, fitBoth, label } from "../fit.js"
import * as motion from "../motion.js"
import { pictureOf } from "../shapes.js"
import { FIELDS, set } from "../tiles.js"
import { inLang, when } from "../words.js"
import { Scene, frame, unframe } from "./scene.js"

const ABOVE = 0.56 // maximum, of a column's height
const BESIDE = 0.48 // of its width

export class Trio extends Scene {
  #turn = 0
  #places = new Map() // key → its column

  constructor(section, { pictures, tongues, room, share }) {
    super(section)
    Object.assign(this, { pictures, tongues, room, share, columns: [...section.querySelectorAll("article")] })
  }

  async prepare({ items }) {
    const ready = await Promise.all(items.map((item) => !pictureOf(item) || this.pictures.ready(pictureOf(item), "card")))
    return ready.every(Boolean)
  }

  fill({ items }) {
    this.#places = new Map(items.map((item, i) => [item.id, this.columns[i]]))
    this.#turn += 1
    items.forEach((item, i) => this.#set(this.columns[i], item, FIELDS[(this.#turn + i) % FIELDS.length]))
    this.#lay()
  }

  enter() {
    motion.fade(this.section, 0, 1, 350)
    this.columns.forEach((column, i) => motion.rise(column, 30, 800, 120 * i))
  }

  hide() {
    super.hide()
    for (const column of this.columns) {
      delete column.dataset.key
      unframe(column.querySelector("figure"))
    }
  }

  // Update a corrected item in place.
  refresh(item) {
    const column = this.#places.get(item.id)
    if (!column) return
    this.#set(column, item, column.dataset.field)
    this.#lay()
  }

  box(key) {
    const column = this.#places.get(key)
    const figure = column?.querySelector("figure")
    return (figure?.hidden === false ? figure : (column ?? this.section)).getBoundingClientRect()
  }

  fieldOf(key) {
    return this.#places.get(key)?.dataset.field || null
  }

  #set(column, item, field) {
    const media = pictureOf(item)
    const lang = this.tongues.of(item)
    column.dataset.key = item.id
    column.lang = lang
    column.dataset.field = media ? "" : field
    const figure = column.querySelector("figure")
    figure.hidden = !media
    if (media) {
      const image = this.pictures.get(media, "card")
      image.alt = inLang(item.alt, lang)
      frame(figure, image, media)
    }
    set(column.querySelector(".say"), column.querySelector(".also"), item, lang)
    const cartel = column.querySelector(".cartel")
    const said = { credit: item.credit ?? "", places: [inLang(item.team, lang)], at: when(item.approved_at, lang) }
    label(cartel, cartel.querySelector(".who"), cartel.querySelector(".about"), said, 2)
    column.ratio = media ? media.width / media.height : null
  }

  // Pictures above the texts, with all captions starting at the same height; on a portrait screen, beside them.
  #lay() {
    const shown = [...this.#places.values()]
    const upright = innerHeight > innerWidth
    const boxes = shown.map(({ ratio, clientWidth: width, clientHeight: height }) => {
      if (ratio === null) return null
      const high = upright ? Math.min(height, (width * BESIDE) / ratio) : Math.min(height * ABOVE, width / ratio)
      return { width: high * ratio, height: high }
    })
    const line = upright ? 0 : Math.max(0, ...boxes.map((box) => box?.height ?? 0))
    shown.forEach((column, i) => this.#size(column, boxes[i], line))
  }

  #size(column, box, line) {
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const figure = column.querySelector("figure")
    if (box) Object.assign(figure.style, { width: `${box.width}px`, height: `${box.height}px`, marginBlockStart: line ? `${line - box.height}px` : "" })
    const taken = column.querySelector(".cartel").offsetHeight + 3 * em + (box ? line : 0)
    const [say, also] = [column.querySelector(".say"), column.querySelector(".also")]
    const read = this.room.read * innerHeight
    const lesser = Math.max(1.25 * em, this.room.credit * innerHeight)
    const sizes = { width: say.clientWidth, height: column.clientHeight - taken, most: Math.max(read, 6 * em), least: read, lesser }
    if (also.hidden) fit(say, sizes)
    else fitBoth(say, also, { ...sizes, share: this.share })
  }
}
