// The spotlight: one item has the whole screen, in both of its languages, before it takes its place.
import { Film } from "./film.js"
import { fit } from "./fit.js"
import * as motion from "./motion.js"
import { FIELDS, quoted } from "./tiles.js"
import { pictureOf, morePictures } from "./shapes.js"
import { typo } from "./typo.js"
import { inLang, langOf, when } from "./words.js"

export class Hero {
  #key = null
  #field = 0
  #lang = null
  #film = new Film()

  constructor(section, { pictures, tongues }) {
    Object.assign(this, { section, pictures, tongues })
    this.figure = section.querySelector("figure")
    this.words = section.querySelector(".words")
  }

  get key() {
    return this.#key
  }

  // Words keep their field when they come down.
  fieldOf() {
    return this.section.dataset.field || null
  }

  async prepare({ items: [item] }) {
    const media = pictureOf(item)
    return !media || this.pictures.ready(media, "wall")
  }

  // `fresh` marks it as new; `boxOf` tells the box its picture comes from, if it hangs already.
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

  // A correction is seen at once, even by those who are reading.
  refresh(item) {
    if (this.#key !== item.id) return
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
    const other = lang === "fr" ? "en" : "fr"
    const say = this.section.querySelector(".say")
    const also = this.section.querySelector(".also")
    line(say, item, lang)
    const both = Boolean(item.text?.fr && item.text?.en)
    also.hidden = !both
    if (both) line(also, item, other)
    const about = [inLang(item.team, lang), inLang(item.place, lang), when(item.approved_at, lang)]
    put(this.section.querySelector(".who"), item.credit ?? "")
    put(this.section.querySelector(".about"), about.filter(Boolean).join(" · "))
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
    const screen = { width: innerWidth - 6.25 * em, height: innerHeight - 6 * em }
    const upright = innerHeight > innerWidth
    const ratio = media ? media.width / media.height : 1
    // beside the picture where that leaves room to read, else under it
    const beside = media && !upright && screen.height * ratio < screen.width - 27 * em
    const wide = media && !upright && ratio < 1.62
    this.section.dataset.layout = !media ? "words" : beside || wide ? "beside" : "under"
    const size = media ? this.#frame(ratio, beside || wide, screen, upright, em) : null
    this.#set(em, screen, size)
  }

  #frame(ratio, side, screen, upright, em) {
    const most = side
      ? { width: screen.width - 33 * em, height: screen.height }
      : { width: screen.width, height: screen.height * (upright ? 0.68 : 0.74) }
    const height = Math.min(most.height, most.width / ratio)
    this.figure.style.width = `${height * ratio}px`
    this.figure.style.height = `${height}px`
    return { width: height * ratio, height }
  }

  // The words are set as large as their part of the screen allows.
  #set(em, screen, figure) {
    const { layout } = this.section.dataset
    const [say, also] = [this.section.querySelector(".say"), this.section.querySelector(".also")]
    const around = this.section.querySelector(".new").offsetHeight + this.section.querySelector(".cartel").offsetHeight
    const room = screen.height - (layout === "under" ? figure.height + 1.75 * em : 0) - around - 4.5 * em
    const width = this.words.clientWidth
    const height = Math.max(4 * em, room)
    const share = also.hidden ? 1 : 0.72
    const most = { words: 17, beside: 6.4, under: 6.4 }[layout] * em
    const size = fit(say, { width, height: height * share, most, least: 1.9 * em })
    if (also.hidden) return
    fit(also, { width, height: height * (1 - share), most: Math.max(1.7 * em, size * 0.5), least: 1.5 * em })
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

function line(element, item, lang) {
  const text = inLang(item.text, lang)
  const spoken = langOf(item.text, lang)
  element.lang = spoken
  put(element, typo(item.kind === "quote" ? quoted(text, spoken) : text, spoken))
}

function put(element, text) {
  if (element.firstChild) element.firstChild.data = text
  else element.textContent = text
}
