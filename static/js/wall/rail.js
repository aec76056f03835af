// The column beside the pictures: clock, days, programme, and the state of the connection. Everything stays on the
// screen, however long the names: the event's name shrinks first, then later entries are left out.
import { sides } from "./bilingual.js"
import { clamp } from "./fit.js"
import { fitName } from "./name.js"
import { upcoming } from "./programme.js"
import { put } from "./put.js"
import { typo } from "./typo.js"
import { clock, day, home, hour, weekday } from "./words.js"

const MAX_TYPE = 6.75 // rem: the name's type
const MIN_TYPE = 1.75
const ROOM = [[23, 3], [18, 3], [18, 2], [13, 2], [13, 1], [10, 0]] // rem for the name, and entries of the programme
const UPRIGHT = 30 // rem, the width from which the column is above the pictures

export class Rail {
  #shown = ""

  constructor(rail, { programme }) {
    Object.assign(this, { rail, programme })
    this.days = [...rail.querySelectorAll(".days li")]
  }

  start() {
    for (const item of this.days) item.textContent = weekday(item.dataset.day)
    this.tick()
    setInterval(() => this.tick(), 1000)
  }

  // Set everything as large as it fits.
  fit() {
    const title = this.rail.querySelector(".title")
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
    const entries = [...this.rail.querySelectorAll(".next li")]
    const most = innerHeight > innerWidth ? UPRIGHT * rem : this.rail.clientHeight
    for (const [high, count] of ROOM) {
      entries.forEach((entry, i) => (entry.hidden = i >= count))
      this.rail.querySelector(".next").hidden = !entries.length || !count
      fitName(title, { width: title.clientWidth, height: high * rem, most: MAX_TYPE * rem, least: MIN_TYPE * rem })
      for (const entry of entries.slice(0, count)) for (const words of entry.querySelectorAll("span, small")) clamp(words, words.matches("span") ? 3 : 2)
      if (this.rail.scrollHeight <= most + 1 && this.rail.scrollWidth <= this.rail.clientWidth + 1) return
    }
  }

  tick(now = new Date()) {
    const at = clock(now)
    if (at === this.#shown) return
    this.#shown = at
    const face = this.rail.querySelector(".clock")
    face.textContent = at
    face.dateTime = at
    const today = day(now)
    const index = this.days.findIndex((item) => item.dataset.day === today)
    this.days.forEach((item) => {
      item.dataset.when = item.dataset.day < today ? "past" : item.dataset.day === today ? "today" : "future"
    })
    this.#announce(at, index)
  }

  #announce(at, index) {
    const section = this.rail.querySelector(".next")
    const next = upcoming(this.programme, at, index)
    const template = section.querySelector("template")
    const list = section.querySelector("ol")
    while (list.children.length > next.length) list.lastElementChild.remove()
    while (list.children.length < next.length) list.append(template.content.firstElementChild.cloneNode(true))
    next.forEach((entry, i) => {
      const item = list.children[i]
      item.toggleAttribute("data-running", entry.running)
      const { first, second } = sides(entry.title, home)
      const [at, title, other] = ["b", "span", "small"].map((part) => item.querySelector(part))
      put(at, hour(entry.at, first.lang))
      other.hidden = !second
      for (const [part, side] of [[title, first], [other, second]]) {
        if (!side) continue
        part.lang = side.lang
        put(part, typo(side.text, side.lang))
      }
    })
    this.fit()
  }
}
