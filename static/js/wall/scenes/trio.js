// A burst: three at once, side by side or, on a screen held upright, one above the other.
import { fit } from "../fit.js"
import * as motion from "../motion.js"
import { pictureOf } from "../shapes.js"
import { FIELDS, quoted } from "../tiles.js"
import { typo } from "../typo.js"
import { inLang, langOf, when } from "../words.js"
import { Scene, frame, put, unframe } from "./scene.js"

const ABOVE = 0.56 // of a column's height, at the most
const BESIDE = 0.48 // of its width

export class Trio extends Scene {
  #turn = 0
  #places = new Map() // key → its column

  constructor(section, { pictures, tongues, room }) {
    super(section)
    Object.assign(this, { pictures, tongues, room, columns: [...section.querySelectorAll("article")] })
  }

  async prepare({ items }) {
    const ready = await Promise.all(items.map((item) => !pictureOf(item) || this.pictures.ready(pictureOf(item), "card")))
    return ready.every(Boolean)
  }

  fill({ items }) {
    this.#places = new Map(items.map((item, i) => [item.id, this.columns[i]]))
    this.#turn += 1
    items.forEach((item, i) => this.#set(this.columns[i], item, FIELDS[(this.#turn + i) % FIELDS.length]))
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

  // A corrected item is set again where it stands.
  refresh(item) {
    const column = this.#places.get(item.id)
    if (column) this.#set(column, item, column.dataset.field)
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
    const spoken = langOf(item.text, lang)
    const text = inLang(item.text, lang)
    column.dataset.key = item.id
    column.lang = spoken
    column.dataset.field = media ? "" : field
    const figure = column.querySelector("figure")
    figure.hidden = !media
    if (media) {
      const image = this.pictures.get(media, "card")
      image.alt = inLang(item.alt, lang)
      frame(figure, image, media)
    }
    put(column.querySelector(".say"), typo(item.kind === "quote" ? quoted(text, spoken) : text, spoken))
    put(column.querySelector(".who"), item.credit ?? "")
    put(column.querySelector(".about"), [inLang(item.team, lang), when(item.approved_at, lang)].filter(Boolean).join(" · "))
    this.#size(column, media)
  }

  // The picture above the words; on a screen held upright, beside them.
  #size(column, media) {
    const { clientWidth: width, clientHeight: height } = column
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const upright = innerHeight > innerWidth
    const figure = column.querySelector("figure")
    const most = upright ? { width: width * BESIDE, height } : { width, height: height * ABOVE }
    let taken = column.querySelector(".cartel").offsetHeight + 3 * em
    if (media) {
      const ratio = media.width / media.height
      const high = Math.min(most.height, most.width / ratio)
      Object.assign(figure.style, { width: `${high * ratio}px`, height: `${high}px` })
      if (!upright) taken += high
    }
    const say = column.querySelector(".say")
    const read = this.room.read * innerHeight
    fit(say, { width: say.clientWidth, height: height - taken, most: Math.max(read, 6 * em), least: read })
  }
}
