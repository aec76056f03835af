// The wrap of a day for a plenary: one leaf after the other, each fading in over the one before. It keeps what it
// needs from its start on, so that it goes on without a network; what is recalled meanwhile leaves it at once.
import { sides } from "../bilingual.js"
import { fit, fitBoth } from "../fit.js"
import { Hero } from "../hero.js"
import * as motion from "../motion.js"
import { put } from "../put.js"
import { pictureOf } from "../shapes.js"
import { captioned, leavesOf, stayOf } from "../story.js"
import { FIELDS } from "../tiles.js"
import { home } from "../words.js"
import { Scene } from "./scene.js"

const FIRST = 2 // pieces whose pictures are here before it begins
const SMALLEST = 0.3 // of a figure, relative to its usual size, on a wide and low screen
const TURN = 700 // ms of a leaf's fade

export class Wrap extends Scene {
  #wrap = null
  #loop = false
  #leaves = []
  #at = -1
  #shown = null // {leaf, hide()} on the screen
  #missing = new Set() // pieces whose pictures cannot be had
  #turned = false // a recall has turned the leaf already
  #run = 0
  ms = 0 // how long the present leaf stays
  front = 0 // the z-index of the present leaf

  // find(key): an item that may be shown, or undefined; latest(wrap): the same wrap as it is now.
  constructor(section, { pictures, tongues, room, share, find, latest }) {
    super(section)
    Object.assign(this, { pictures, room, share, latest, lookUp: find })
    const parts = [...section.querySelectorAll(".hero")]
    this.heroes = parts.map((part, n) => new Hero(part, { pictures, tongues, room, share, field: 3 * n }))
  }

  get about() {
    return this.#wrap?.name ?? null
  }

  get playing() {
    return this.#wrap?.id ?? null
  }

  // The key of the piece on the screen.
  get keys() {
    const leaf = this.#leaves[this.#at]
    return leaf?.kind === "piece" ? [leaf.id] : []
  }

  async prepare({ wrap }) {
    const run = ++this.#run
    this.#missing.clear()
    const pieces = leavesOf(wrap, this.lookUp).filter(({ kind }) => kind === "piece")
    await Promise.all(pieces.slice(0, FIRST).map(({ id }) => this.#load(id)))
    this.#loadAll(pieces.slice(FIRST), run)
    return true
  }

  show({ wrap, loop }) {
    this.#wrap = this.latest(wrap)
    this.#loop = loop
    this.#leaves = leavesOf(this.#wrap, this.lookUp)
    this.#at = -1
    this.section.hidden = false
    this.turn()
    motion.fade(this.section, 0, 1, 450)
  }

  // Show the next leaf; false at the end.
  turn() {
    if (this.#turned) {
      this.#turned = false
      return true
    }
    const next = this.#next()
    if (next === null) return false
    this.#at = next
    this.#open(this.#leaves[next])
    return true
  }

  // A recalled item: its leaf makes way before this returns. → whether a leaf was turned.
  drop(key) {
    const item = this.lookUp(key)
    if (item) return this.refresh(item)
    if (!this.keys.includes(key)) return
    const { hide } = this.#shown
    this.turn()
    hide()
    this.#turned = true
  }

  refresh(item) {
    const leaf = this.#leaves[this.#at]
    if (leaf?.id === item.id) this.#shown.hero.refresh(captioned(item, leaf.caption))
  }

  hide() {
    this.#run++
    for (const hero of this.heroes) hero.hide()
    for (const part of this.section.children) part.hidden = true
    this.#shown = this.#wrap = null
    this.#leaves = []
    this.#at = -1
    this.#turned = false
    super.hide()
  }

  // The number of the next leaf that can be shown, or null.
  #next() {
    const can = (leaf) => leaf.kind !== "piece" || (this.lookUp(leaf.id) && !this.#missing.has(leaf.id))
    for (let at = this.#at + 1; at < this.#leaves.length; at++) if (can(this.#leaves[at])) return at
    if (!this.#loop) return null
    this.#wrap = this.latest(this.#wrap)
    this.#leaves = leavesOf(this.#wrap, this.lookUp)
    return 0
  }

  #open(leaf) {
    const before = this.#shown
    const shown = leaf.kind === "piece" ? this.#piece(leaf) : this.#card(leaf)
    this.#shown = shown
    shown.part.style.zIndex = ++this.front
    const faded = shown.hero ? motion.fade(shown.part, 0, 1, TURN) : this.#enter(shown.part)
    if (before && before.part !== shown.part) faded.then(() => this.#shown !== before && before.hide())
  }

  #piece(leaf) {
    const hero = this.heroes.find((each) => each !== this.#shown?.hero)
    const item = captioned(this.lookUp(leaf.id), leaf.caption)
    hero.show({ items: [item], fresh: false }, () => null)
    this.ms = stayOf(leaf, { item })
    return { hero, part: hero.section, hide: () => hero.hide() }
  }

  #card(leaf) {
    const part = this.#partFor(leaf)
    part.hidden = false
    const count = this[`_${leaf.kind}`](part, leaf)
    this.ms = stayOf(leaf, { wrap: this.#wrap, count })
    return { part, hide: () => (part.hidden = true) }
  }

  // Of thanks there are two parts, which take turns where the names need several leaves.
  #partFor({ kind }) {
    const parts = [...this.section.querySelectorAll(`[data-leaf="${kind}"]`)]
    return parts.find((part) => part !== this.#shown?.part)
  }

  async #enter(part) {
    for (const line of part.querySelectorAll("[data-rises]")) motion.rise(line, 24, 900, 150)
    await motion.fade(part, 0, 1, TURN)
  }

  _title(part) {
    const { name, opening, day } = this.#wrap
    part.dataset.field = FIELDS[day % FIELDS.length]
    for (const date of part.querySelectorAll("[data-date]")) put(date, this.#wrap.date_words[date.lang])
    const [giant, also] = say(part.querySelector(".name"), name)
    const [words, second] = say(part.querySelector(".opening"), opening)
    const { clientHeight: height, clientWidth: width } = part.querySelector(".name")
    const most = Math.min(innerWidth, innerHeight * 1.4) * 0.17
    this.#fit(giant, also, { width, height: Math.min(height, innerHeight * 0.5), most })
    if (!words.hidden) this.#fit(words, second, { width: words.clientWidth, height: innerHeight * 0.3, most: this.#read * 1.15 })
  }

  _numbers(part) {
    const list = part.querySelector(".figures")
    const template = part.querySelector("template")
    list.dataset.count = this.#wrap.counts.length
    list.replaceChildren(
      ...this.#wrap.counts.map(({ count, label }) => {
        const figure = template.content.firstElementChild.cloneNode(true)
        put(figure.querySelector("b"), String(count))
        say(figure, label)
        return figure
      }),
    )
    for (let size = 1; size >= SMALLEST; size -= 0.1) {
      list.style.setProperty("--figure", size)
      if (list.scrollHeight <= list.clientHeight + 1) break
    }
  }

  // As many names as fit; what is left gets a leaf of its own. → how many are on this one.
  _thanks(part, leaf) {
    const names = this.#wrap.people.filter(({ named }) => named).map(({ name }) => name)
    const [words, second] = say(part.querySelector(".words"), leaf.from ? null : this.#wrap.thanks)
    if (!words.hidden) this.#fit(words, second, { width: words.clientWidth, height: innerHeight * 0.2, most: this.#read * 1.15 })
    const list = part.querySelector(".names")
    list.replaceChildren()
    const left = names.slice(leaf.from)
    for (const name of left) {
      const entry = document.createElement("li")
      entry.dir = "auto"
      put(entry, name)
      list.append(entry)
      if (list.scrollHeight <= list.clientHeight + 1 || list.children.length === 1) continue
      entry.remove()
      break
    }
    const count = list.children.length
    const following = this.#leaves[this.#at + 1]
    if (following.kind === "thanks") this.#leaves.splice(this.#at + 1, 1)
    if (count < left.length) this.#leaves.splice(this.#at + 1, 0, { kind: "thanks", from: leaf.from + count })
    return count
  }

  _end(part) {
    part.toggleAttribute("data-published", this.#wrap.status === "published")
    for (const address of part.querySelectorAll("[data-address]")) put(address, `${address.dataset.address}/wrap-up/${this.#wrap.day}`)
    for (const words of part.querySelectorAll(".words")) {
      const [giant, also] = words.querySelectorAll(".say, .also")
      if (giant.clientWidth) this.#fit(giant, also, { width: giant.clientWidth, height: innerHeight * 0.42, most: innerHeight * 0.17 })
    }
  }

  get #read() {
    return this.room.read * innerHeight
  }

  #fit(first, second, box) {
    const least = Math.min(this.#read, box.most)
    if (second.hidden) fit(first, { ...box, least })
    else fitBoth(first, second, { ...box, least, lesser: Math.max(this.room.credit * innerHeight, least * this.share), share: this.share })
  }

  async #load(id) {
    const media = pictureOf(this.lookUp(id) ?? {})
    if (media && !(await this.pictures.ready(media, "wall"))) this.#missing.add(id)
  }

  // One after the other, so that they do not take the line from the piece that is next.
  async #loadAll(pieces, run) {
    for (const { id } of pieces) {
      if (run !== this.#run) return
      await this.#load(id)
    }
  }
}

// Put a bilingual text into a part's first and second line. → both lines
function say(part, text) {
  const { first, second } = sides(text, home)
  const [one, other] = [part.querySelector(".say"), part.querySelector(".also")]
  for (const [line, side] of [[one, first], [other, second]]) {
    line.hidden = !side?.text
    if (side) line.lang = side.lang
    put(line, side?.text ?? "")
  }
  return [one, other]
}
