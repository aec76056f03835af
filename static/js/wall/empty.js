// Before the first picture: a field of quarter rings that turn one by one, and the invitation.
import { still } from "./motion.js"

const TURN = 1600 // ms between two turns

export class Empty {
  #timer = null

  constructor(section, template) {
    this.section = section
    this.template = template
    this.field = section.querySelector(".tiling")
  }

  toggle(shown) {
    if (shown === !this.section.hidden) return
    this.section.hidden = !shown
    clearInterval(this.#timer)
    if (!shown) return
    this.lay()
    this.#timer = setInterval(() => this.#turn(), TURN)
  }

  // As many squares as cover the field.
  lay() {
    if (this.section.hidden) return
    const { width, height } = this.field.getBoundingClientRect()
    const across = Math.max(3, Math.round(width / (Math.min(innerWidth, innerHeight) / 7)))
    const side = Math.ceil(width / across) // whole pixels, or seams show
    const count = across * Math.ceil(height / side)
    this.field.style.setProperty("--across", across)
    this.field.style.setProperty("--side", `${side}px`)
    while (this.field.children.length > count) this.field.lastElementChild.remove()
    while (this.field.children.length < count) {
      const tile = this.template.content.firstElementChild.cloneNode(true)
      this.field.append(tile)
    }
    ;[...this.field.children].forEach((tile, i) => {
      tile.dataset.tone = (i * 7 + Math.floor(i / across) * 3) % 5
      this.#aim(tile, (i * 5 + Math.floor(i / across)) % 4)
    })
  }

  #aim(tile, quarter) {
    tile.dataset.quarter = quarter
    tile.style.transform = `rotate(${quarter * 90}deg)`
  }

  #turn() {
    if (still()) return
    const tiles = this.field.children
    for (let n = 0; n < Math.max(1, tiles.length / 16); n++) {
      const tile = tiles[Math.floor(Math.random() * tiles.length)]
      const from = Number(tile.dataset.quarter)
      this.#aim(tile, from + 1)
      tile.animate([{ transform: `rotate(${from * 90}deg)` }, { transform: `rotate(${from * 90 + 90}deg)` }], {
        duration: 1200,
        easing: "cubic-bezier(.6, 0, .2, 1)",
      })
    }
  }
}
