// The opened application: all of it on one screen.
import { fill, refill } from "../lib/fill.js"
import { say } from "../lib/say.js"
import { when } from "../lib/time.js"

export class Stage {
  item = null

  constructor(stage, template) {
    Object.assign(this, { stage, template })
  }

  get key() {
    return this.stage.querySelector(".whole")?.dataset.key ?? null
  }

  show(item) {
    this.item = item
    const data = described(item)
    const there = this.stage.querySelector(".whole")
    const article = there ? refill(there, data) : fill(this.template, data)
    if (!there) {
      this.stage.querySelector("[data-nothing]")?.remove()
      this.stage.append(article)
    }
    this.#links(article, item.links)
    this.#addresses(article, item)
    this.obstacle("")
  }

  // lacking: the half-days in which someone of their roles is lacking
  mark(lacking) {
    if (!this.item) return
    const there = new Set(this.item.availability.map(({ day, part }) => `${day}:${part}`))
    for (const cell of this.stage.querySelectorAll("[data-when] [data-half]")) {
      cell.toggleAttribute("data-on", there.has(cell.dataset.half))
      cell.toggleAttribute("data-lacks", lacking.has(cell.dataset.half))
    }
  }

  close() {
    this.item = null
    this.stage.querySelector(".whole")?.remove()
  }

  obstacle(why) {
    const said = this.stage.querySelector("[data-obstacle]")
    if (!said) return
    said.textContent = why
    said.hidden = !why
  }

  // Links lead to other sites, which lib/fill.js does not fill in; the server has let only http and https through.
  #links(article, links) {
    const place = article.querySelector("[data-links]")
    place.replaceChildren(
      ...links
        .filter((address) => /^https?:\/\//i.test(address))
        .map((address) => {
          const link = document.createElement("a")
          Object.assign(link, { href: address, textContent: address, className: "each", target: "_blank", rel: "noopener noreferrer" })
          return link
        }),
    )
  }

  #addresses(article, { id, roles }) {
    for (const button of article.querySelectorAll("[data-act]")) button.setAttribute("formaction", `/applications/${id}/${button.dataset.act}`)
    article.querySelector(".decide").action = `/applications/${id}/shortlisting`
    article.querySelector("[data-erase] form").action = `/applications/${id}/erasure`
    article.querySelector("[data-erase] details").open = false
    article.querySelector("[data-note]").action = `/applications/${id}/notes`
    const select = article.querySelector("[data-role]")
    for (const option of select.options) option.hidden = option.disabled = !roles.includes(option.value)
    if (select.dataset.of !== id) select.value = roles[0]
    select.dataset.of = id
  }
}

function described(item) {
  return {
    ...item,
    state: say(`state.${item.status}`),
    decided_said: item.decided_by ? `${item.decided_by}, ${when(item.decided_at)}` : "",
    roles_said: item.roles.map((role) => say(`role.${role}`)).join(", "),
    tongues_said: item.languages.map((lang) => say(`lang.${lang}`)).join(", "),
    several: item.roles.length > 1 && item.status !== "accepted",
    accepted_hint: item.status === "accepted",
    twins: item.twins.map((twin) => ({ ...twin, href: `/applications/${twin.id}`, state: say(`state.${twin.status}`) })),
  }
}
