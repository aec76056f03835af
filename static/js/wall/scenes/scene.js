// A scene fills the screen for a while: it comes in over the mosaic and leaves it as it was.
import * as motion from "../motion.js"

export class Scene {
  constructor(section) {
    this.section = section
  }

  // Whether it can be shown now; nothing is shown before its pictures are decoded.
  async prepare() {
    return true
  }

  show(plan) {
    this.section.hidden = false // first: words are measured to be set
    this.fill(plan)
    this.enter()
  }

  enter() {
    motion.fade(this.section, 0, 1, 450)
    for (const part of this.section.querySelectorAll("[data-rises]")) motion.rise(part, 24, 900, 150)
  }

  hide() {
    this.section.hidden = true
    for (const animation of this.section.getAnimations({ subtree: true })) animation.cancel()
  }

  // From where an item flies to its place on the wall.
  box() {
    return this.section.getBoundingClientRect()
  }

  // The colour of the field that an item's words stood on.
  fieldOf() {
    return null
  }

  find(selector) {
    return this.section.querySelector(selector)
  }
}

// A picture in its frame, with what one sees of it should it fail.
export function frame(figure, image, media) {
  if (figure.firstElementChild !== image) figure.replaceChildren(image)
  figure.style.backgroundColor = media.color ?? ""
  figure.style.backgroundImage = media.placeholder?.startsWith("data:image/") ? `url("${media.placeholder}")` : ""
}

export function unframe(figure) {
  figure.replaceChildren()
  figure.style.backgroundImage = ""
}
