// The column beside the pictures: clock, days, programme, and how the line is.
import { fitLine } from "./fit.js"
import { upcoming } from "./programme.js"
import { typo } from "./typo.js"
import { away, clock, day, home, weekday } from "./words.js"

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

  // Names of other lengths than "Museomix Montréal" are made to fit the column.
  fitTitle() {
    const title = this.rail.querySelector(".title")
    title.style.fontSize = ""
    const size = parseFloat(getComputedStyle(title).fontSize)
    for (const line of title.children) fitLine(line, size)
    const least = Math.min(...[...title.children].map((line) => parseFloat(line.style.fontSize)))
    for (const line of title.children) line.style.fontSize = ""
    if (least < size) title.style.fontSize = `${least}px`
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
    section.hidden = !next.length
    const template = section.querySelector("template")
    const list = section.querySelector("ol")
    while (list.children.length > next.length) list.lastElementChild.remove()
    while (list.children.length < next.length) list.append(template.content.firstElementChild.cloneNode(true))
    next.forEach((entry, i) => {
      const item = list.children[i]
      item.toggleAttribute("data-running", entry.running)
      item.querySelector("b").textContent = entry.at
      const [first, second] = entry.title[home] ? [home, away] : [away, home]
      const title = item.querySelector("span")
      title.lang = first
      title.textContent = typo(entry.title[first] ?? "", first)
      const other = item.querySelector("small")
      other.lang = second
      other.hidden = !entry.title[second]
      other.textContent = entry.title[second] ?? ""
    })
  }
}
