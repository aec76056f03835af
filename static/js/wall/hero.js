// The spotlight: one item fills the screen, in both of its languages, before it takes its place.
import { sides } from "./bilingual.js"
import { Film } from "./film.js"
import { fit, fitBoth, label } from "./fit.js"
import * as motion from "./motion.js"
import { put } from "./put.js"
import { FIELDS, set } from "./tiles.js"
import { pictureOf, morePictures } from "./shapes.js"
import { inLang, when } from "./words.js"

export class Hero {
  #key = null
  #field = 0
  #lang = null
  #said = null // the text of its label
  #film = new Film()

  // field: the number of the first colour behind a text.
  constructor(section, { pictures, tongues, room, share, field = 0 }) {
    Object.assign(this, { section, pictures, tongues, room, share })
    this.#field = field
    this.figure = section.querySelector("figure")
    this.words = section.querySelector(".words")
  }

  get key() {
    return this.#key
  }

  // A text keeps its field of colour on its way to its place.
  fieldOf() {
    return this.section.dataset.field || null
  }

  async prepare({ items: [item] }) {
    const media = pictureOf(item)
    return !media || this.pictures.ready(media, "wall")
  }

  // `fresh`: mark it as new; `boxOf`: the box its picture comes from, if it hangs already.
  show({ items: [item], fresh }, boxOf) {
    const lang = this.tongues.of(item)
    const from = boxOf(item.id)
    this.#key = item.id
    this.#lang = lang
    const media = pictureOf(item)
    const { section } = this
    section.dataset.kind = media ? "photo" : "text"
    section.dataset.key = item.id
    section.dataset.shown = item.id
    section.dataset.field = media ? "" : FIELDS[this.#field++ % FIELDS.length]
    section.toggleAttribute("data-fresh", fresh)
    section.style.setProperty("--tint", media?.color ?? "transparent")
    section.hidden = false
    this.#film.stop()
    this.#say(item, lang)
    this.figure.hidden = !media
    if (media) this.#hang(media, item, lang)
    this.#size(item)
    this.#enter(from)
  }

  // Show a correction at once, even to those who are reading.
  refresh(item) {
    if (this.#key !== item.id) return
    const media = pictureOf(item)
    if (media) this.pictures.get(media, "wall") // renews a changed picture
    this.#say(item, this.#lang)
    this.#size(item)
  }

  hide() {
    this.#key = null
    this.section.hidden = true
    delete this.section.dataset.key
    delete this.section.dataset.shown
    this.#film.stop()
    for (const animation of this.section.getAnimations({ subtree: true })) animation.cancel()
    this.figure.replaceChildren()
    this.figure.style.backgroundImage = ""
  }

  // The box to fly from: the picture's, or the whole screen's for words.
  box() {
    const element = this.figure.hidden ? this.section : this.figure
    return element.getBoundingClientRect()
  }

  #say(item, lang) {
    set(this.section.querySelector(".say"), this.section.querySelector(".also"), item, lang)
    this.section.querySelector(".cartel").lang = lang
    this.#said = { credit: item.credit ?? "", places: [inLang(item.team, lang), inLang(item.place, lang)], at: when(item.approved_at, lang) }
    const more = morePictures(item)
    const count = this.section.querySelector(".more")
    count.hidden = more < 1
    put(count, more > 0 ? `+${more}` : "")
  }

  #hang(media, item, lang) {
    const image = this.pictures.get(media, "wall")
    image.alt = inLang(item.alt, lang)
    this.figure.replaceChildren(image)
    if (media.clip) this.#film.play(this.figure, media.clip, image.alt)
    this.figure.style.backgroundColor = media.color ?? ""
    this.figure.style.backgroundImage = media.placeholder?.startsWith("data:image/") ? `url("${media.placeholder}")` : ""
  }

  #size(item) {
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const media = pictureOf(item)
    const { paddingTop, paddingBottom } = getComputedStyle(this.section)
    const screen = { width: innerWidth - 6.25 * em, height: innerHeight - parseFloat(paddingTop) - parseFloat(paddingBottom) }
    const upright = innerHeight > innerWidth
    const ratio = media ? media.width / media.height : 1
    // beside the picture, unless the picture would be much larger with the text below
    const below = sides(item.text, this.#lang).second ? 0.58 : 0.74 // both languages take more of the height
    const frames = media && [true, false].map((side) => this.#frame(ratio, side, screen, upright ? 0.68 : below, em))
    const beside = media && !upright && frames[0].height > 0.85 * frames[1].height
    this.section.dataset.layout = !media ? "words" : beside ? "beside" : "under"
    const size = media ? frames[beside ? 0 : 1] : null
    if (size) Object.assign(this.figure.style, { width: `${size.width}px`, height: `${size.height}px` })
    this.#set(em, screen, size)
  }

  #frame(ratio, side, screen, part, em) {
    const most = side
      ? { width: screen.width - 33 * em, height: screen.height }
      : { width: screen.width, height: screen.height * part }
    const height = Math.min(most.height, most.width / ratio)
    return { width: height * ratio, height }
  }

  // Set the text as large as its part of the screen allows, and never too small for the last row; the second language
  // below is smaller, down to the size of names.
  #set(em, screen, figure) {
    const { layout } = this.section.dataset
    const [say, also] = [this.section.querySelector(".say"), this.section.querySelector(".also")]
    const cartel = this.section.querySelector(".cartel")
    label(cartel, cartel.querySelector(".who"), cartel.querySelector(".about"), this.#said, layout === "under" ? 2 : 4)
    const around = this.section.querySelector(".new").offsetHeight + this.section.querySelector(".cartel").offsetHeight
    const room = screen.height - (layout === "under" ? figure.height + 1.75 * em : 0) - around - 4.5 * em
    const least = this.room.read * innerHeight
    const most = Math.max(least, { words: 17, beside: 6.4, under: 6.4 }[layout] * em)
    const box = { width: this.words.clientWidth, height: Math.max(least, room) }
    const lesser = Math.max(1.25 * em, this.room.credit * innerHeight)
    if (also.hidden) fit(say, { ...box, most, least })
    else fitBoth(say, also, { ...box, most, least, lesser, share: this.share })
  }

  #enter(from) {
    const { section, figure, words } = this
    motion.fade(section, 0, 1, from ? 350 : 500)
    if (!figure.hidden) {
      if (from) motion.fly(figure, from, figure.getBoundingClientRect(), 900)
      else motion.rise(figure, 30, 1000)
    }
    motion.rise(words, 24, 900, 250)
  }
}
