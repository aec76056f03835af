// Thanks the sponsors: one at a time in the strip (in the column, or in a band during a scene), and now and then on
// the whole screen. It keeps the plan's shares, is silent when the plan says so, and records every second.
import * as motion from "./motion.js"
import { fit } from "./fit.js"
import { evenly } from "./logos.js"
import { Seen } from "./seen.js"
import { SLOT, Shares } from "./shares.js"
import { put } from "./put.js"
import { home } from "./words.js"

const CLEAR = 30_000 // ms before a silence in which no card begins
const LOOK = 1000
const ALONE = 0.7 // a strip shows one logo at a time, which fills at least this much of its box

export class Thanks {
  #sponsors = new Map()
  #shares = new Shares()
  #logos = new Map() // sponsor → {card, strip…: <img>}: one each, moved and never discarded
  #current = null // {id, where, seen}; id null: no sponsor; where null: a silence
  #reserved = null
  #timer = null

  // strips: elements, one of them visible at a time; silence() → {silent, left}; ledger: records exposures, null where
  // the page is not a screen; isCovered(): is the wall under a cover? endCard(): ends a card, which a paused wall would
  // not do.
  constructor(strips, { silence, isCovered = () => false, endCard = () => {}, ledger = null, pace = 1 }) {
    Object.assign(this, { strips, silence, isCovered, endCard, ledger, pace })
  }

  start() {
    this.#next()
    setInterval(() => this.#look(this.#isVisible()), LOOK / Math.min(this.pace, 4))
    addEventListener("pagehide", () => this.ledger?.end(this.#isVisible()))
  }

  // Set the plan. A sponsor removed from it leaves the screen at once.
  plan(sponsors) {
    const inOrder = [...sponsors].sort((a, b) => a.position - b.position)
    for (const { id, logo } of this.#sponsors.values()) {
      const now = inOrder.find((each) => each.id === id)
      if (now?.logo?.src !== logo?.src) this.#logos.delete(id)
    }
    this.#sponsors = new Map(inOrder.map((each) => [each.id, each]))
    this.#shares.promise(inOrder.map(({ id, share }) => ({ id, share })))
    for (const strip of this.strips) strip.hidden = !inOrder.length
    for (const each of inOrder) this.#images(each)
    if (this.#timer) this.again()
  }

  // The silences or the sponsors have changed: choose again.
  again() {
    if (this.#current?.where !== "card") this.#next()
  }

  // A cover has appeared or gone.
  covered(on) {
    this.#look(this.#isVisible(this.#current?.where, !on))
  }

  // May a sponsor's card be shown now?
  get isDue() {
    const { silent, left } = this.silence()
    return !silent && left > CLEAR && this.#candidate() !== null
  }

  // Reserve the next turn for a sponsor's card → the sponsor, null where none is due any more.
  reserve() {
    this.#reserved = this.isDue ? this.#candidate() : null
    return this.#sponsors.get(this.#reserved) ?? null
  }

  // The reserved card is on the screen.
  showCard() {
    const id = this.#reserved
    this.#reserved = null
    if (!this.#sponsors.has(id)) return null
    this.#over()
    this.#begin(id, "card")
    return this.#sponsors.get(id)
  }

  hideCard() {
    if (this.#current?.where === "card") this.#next()
  }

  // A sponsor's logo for a place, sized to the same weight as the others there; null until it is decoded.
  logo(id, place, box) {
    const shown = [...this.#sponsors.values()].filter(({ logo }) => logo)
    const at = shown.findIndex((each) => each.id === id)
    const image = this.#logos.get(id)?.[place]
    if (at < 0 || !image?.complete || !image.naturalWidth) return null
    const { width, height } = evenly(shown.map(({ logo }) => logo), box, place === "card" ? 0 : ALONE)[at]
    Object.assign(image.style, { width: `${width}px`, height: `${height}px` })
    return image
  }

  #candidate() {
    return this.#shares.next([this.#current?.id])
  }

  #next() {
    this.#over()
    const { silent, left } = this.silence()
    const id = silent ? null : this.#shares.next([this.#reserved])
    this.#begin(id, silent ? null : "strip")
    this.#timer = setTimeout(() => this.#next(), Math.min(SLOT / this.pace, left))
    for (const strip of this.strips) this.#fill(strip, this.#sponsors.get(id))
  }

  #begin(id, where) {
    this.#current = { id, where, seen: new Seen() }
    if (where && this.#sponsors.size) this.ledger?.begin(id, where)
  }

  #over() {
    clearTimeout(this.#timer)
    const current = this.#current
    this.#current = null
    if (!current) return
    const visible = this.#isVisible(current.where)
    this.ledger?.end(visible)
    if (current.where) this.#shares.shown(current.id, current.seen.look(visible) * this.pace)
  }

  #look(visible) {
    this.ledger?.look(visible)
    this.#current?.seen.look(visible)
    if (this.#current?.where === "card" && this.silence().silent) this.endCard()
  }

  #isVisible(where = this.#current?.where, isCovered = this.isCovered()) {
    return !document.hidden && !isCovered && (where === "card" || this.strips.some((strip) => strip.checkVisibility()))
  }

  #fill(strip, sponsor) {
    const plate = strip.querySelector(".plate")
    const name = strip.querySelector(".name")
    strip.toggleAttribute("data-nobody", !sponsor)
    strip.dataset.sponsor = sponsor?.id ?? ""
    if (!sponsor) return
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const box = { width: Number(strip.dataset.wide) * em, height: Number(strip.dataset.high) * em }
    const image = this.logo(sponsor.id, strip.dataset.thanks, box)
    const frame = strip.querySelector(".logo")
    if (frame.firstElementChild !== image) frame.replaceChildren(...(image ? [image] : []))
    plate.toggleAttribute("data-pale", Boolean(image && sponsor.logo.pale))
    put(name, nameOf(sponsor))
    name.toggleAttribute("data-unseen", Boolean(image))
    this.fit(strip)
    for (const animation of plate.getAnimations()) animation.cancel()
    motion.fade(plate, 0, 1, 500)
  }

  // Set a name in its plate, in one or two lines; only once the strip is on the screen, where it can be measured.
  fit(strip = this.strips.find((each) => each.checkVisibility())) {
    const name = strip?.querySelector(".name")
    if (!name?.clientWidth || !strip.checkVisibility()) return
    const em = parseFloat(getComputedStyle(document.documentElement).fontSize)
    if (name.hasAttribute("data-unseen") && strip.dataset.thanks === "rail") return
    fit(name, { width: name.clientWidth, height: Number(strip.dataset.high) * em, most: 1.875 * em, least: 1.05 * em })
  }

  #images({ id, logo }) {
    if (!logo || this.#logos.has(id)) return
    const places = ["card", ...this.strips.map(({ dataset }) => dataset.thanks)]
    const images = places.map((place) => [place, Object.assign(new Image(), { alt: "", src: logo.src })])
    this.#logos.set(id, Object.fromEntries(images))
  }
}

export function nameOf({ name }) {
  return name[home] || name.fr || name.en || ""
}
