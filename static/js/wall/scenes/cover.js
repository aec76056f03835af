// A cover over the wall, on request: shown at once, without a transition.
import { put } from "../put.js"
import { X_HEIGHT } from "../room.js"
import { Panel } from "./panel.js"
import { Scene } from "./scene.js"

export class Cover extends Panel {
  enter() {}
}

// The test card: type at the sizes that the room requires, the edges, steps of grey.
export class TestCard extends Scene {
  constructor(section, { room }) {
    super(section)
    this.room = room
  }

  enter() {}

  fill({ name }) {
    const { height, distance } = this.room.place
    const letter = (this.room.read * X_HEIGHT * height * 100).toFixed(1)
    const lang = document.documentElement.lang
    const said = { name: name ?? "", width: innerWidth, height: innerHeight, image: height, distance, letter }
    for (const part of this.section.querySelectorAll("[data-says]")) {
      const local = new Intl.NumberFormat(part.closest("[lang]")?.lang ?? lang, { useGrouping: false })
      const value = (key) => (Number.isFinite(Number(said[key])) && said[key] !== "" ? local.format(said[key]) : said[key])
      put(part, part.dataset.says.replace(/\{(\w+)\}/g, (_, key) => value(key)))
    }
  }
}
