// A scene fills the screen for a while: it comes in over the mosaic and leaves it as it was.
import * as motion from "../motion.js"

export class Scene {
  constructor(section) {
    this.section = section
  }

  // Can it be shown now? Only once its pictures are decoded.
  async prepare() {
    return true
  }

  show(plan) {
    this.section.hidden = false // first, because texts are measured to be set
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

  // The box from which an item flies to its place on the wall.
  box() {
    return this.section.getBoundingClientRect()
  }

  // The colour of the field behind an item's text.
  fieldOf() {
    return null
  }

  find(selector) {
    return this.section.querySelector(selector)
  }
}

// A picture in its frame, with a placeholder in case it fails.
export function frame(figure, image, media) {
  if (figure.firstElementChild !== image) figure.replaceChildren(image)
  figure.style.backgroundColor = media.color ?? ""
  figure.style.backgroundImage = media.placeholder?.startsWith("data:image/") ? `url("${media.placeholder}")` : ""
}

export function unframe(figure) {
  figure.replaceChildren()
  figure.style.backgroundImage = ""
}
