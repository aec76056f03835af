// A sponsor on the whole screen: its logo, or its name if it has none.
import { nameOf } from "../thanks.js"
import { Panel } from "./panel.js"

export class Support extends Panel {
  #sponsor = null

  constructor(section, { room, thanks }) {
    super(section, { room })
    this.thanks = thanks
  }

  // The sponsor thanked.
  get about() {
    return this.#sponsor?.name ?? null
  }

  // Choose the sponsor as late as possible, since the strip goes on in the meantime.
  async prepare() {
    return this.thanks.reserve() !== null
  }

  show(plan) {
    this.#sponsor = this.thanks.showCard()
    super.show(plan)
  }

  fill(plan) {
    const sponsor = this.#sponsor
    const box = { width: innerWidth * 0.6, height: innerHeight * 0.5 }
    const image = sponsor && this.thanks.logo(sponsor.id, "card", box)
    this.find(".logo").replaceChildren(...(image ? [image] : []))
    this.section.dataset.sponsor = sponsor?.id ?? ""
    this.section.toggleAttribute("data-pale", Boolean(image && sponsor.logo.pale))
    super.fill({ ...plan, name: image ? "" : sponsor ? nameOf(sponsor) : plan.name })
  }

  hide() {
    super.hide()
    this.#sponsor = null
    this.section.dataset.sponsor = ""
    this.thanks.hideCard()
  }
}
