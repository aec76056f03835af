// <mx-amend>: a reviewer edits a submission's texts, French and English side by side. If someone else has changed
// them in the meantime, their version is shown beside the reviewer's, and neither is lost.
import { call } from "../lib/api.js"
import { inPageLanguage, say } from "../lib/say.js"

const SIDES = ["fr", "en"]
const USUAL = { cleared_for: ["press", "wall", "web"], minors: false, no_photo: false } // before anyone has set them

customElements.define(
  "mx-amend",
  class extends HTMLElement {
    #item = null
    #version = 0
    #before = ""

    connectedCallback() {
      this.sheet = this.querySelector("dialog")
      this.form = this.querySelector("form")
      this.form.addEventListener("submit", (event) => {
        event.preventDefault()
        this.#save()
      })
      this.querySelector("[data-close]").addEventListener("click", () => this.sheet.close())
    }

    get open() {
      return this.sheet.open
    }

    edit(item) {
      this.#item = item
      this.#version = item.version
      const fields = this.form.elements
      for (const lang of SIDES) {
        fields[`text_${lang}`].value = item.text[lang] ?? ""
        fields[`alt_${lang}`].value = item.alt[lang] ?? ""
      }
      fields.credit.value = item.credit ?? ""
      fields.tags.value = item.tags.map((tag) => `#${tag}`).join(" ")
      fields.team.value = named(fields.team, item.team)
      fields.consent.value = item.consent
      this.#showRights(item.media[0]?.rights ?? USUAL)
      for (const part of this.querySelectorAll("[data-photos]")) part.hidden = !item.media.length
      this.#say("")
      this.#theirs(null)
      this.#before = JSON.stringify(this.#changes())
      this.sheet.showModal()
      fields[item.text.fr && !item.text.en ? "text_en" : "text_fr"].focus()
    }

    async #save() {
      const changes = this.#changes()
      if (JSON.stringify(changes) === this.#before) return this.sheet.close()
      try {
        const { body } = await call("PATCH", `/api/v1/submissions/${this.#item.id}`, { json: changes, version: this.#version })
        this.sheet.close()
        this.dispatchEvent(new CustomEvent("amended", { bubbles: true, detail: body }))
      } catch (error) {
        if (error.code === "lost_race") {
          this.#version = error.body.now.version
          this.#theirs(error.body.now.text)
        }
        this.#say(error.errors?.[0]?.message || error.title || say(`problem.${error.code}`) || say("problem.other"))
      }
      return undefined
    }

    #changes() {
      const fields = this.form.elements
      const changes = {
        text: { fr: fields.text_fr.value, en: fields.text_en.value },
        credit: fields.credit.value,
        tags: fields.tags.value.split(/[\s,]+/).map((tag) => tag.replace(/^#/, "")).filter(Boolean),
      }
      const team = fields.team.value
      if (team !== KEPT) changes.team = team || null
      if (!this.#item.media.length) return changes
      const alt = { fr: fields.alt_fr.value, en: fields.alt_en.value }
      const consent = fields.consent.value
      const rights = this.#rights()
      const media = this.#item.media.map((photo) => ({
        id: photo.id,
        caption: photo.caption,
        alt: photo.alt,
        consent: consent === this.#item.consent ? photo.consent : consent,
        rights,
      }))
      return { ...changes, alt, consent, media }
    }

    // The rights entered apply to every photo.
    #showRights({ cleared_for: purposes, minors, no_photo: badge, artwork, licence }) {
      const fields = this.form.elements
      for (const box of fields.cleared_for) box.checked = purposes.includes(box.value)
      fields.minors.checked = minors
      fields.no_photo.checked = badge
      fields.artwork.value = artwork ?? ""
      fields.licence.value = licence ?? ""
    }

    #rights() {
      const fields = this.form.elements
      return {
        cleared_for: [...fields.cleared_for].filter(({ checked }) => checked).map(({ value }) => value),
        minors: fields.minors.checked,
        no_photo: fields.no_photo.checked,
        artwork: fields.artwork.value.trim() || null,
        licence: fields.licence.value.trim() || null,
      }
    }

    #theirs(text) {
      const note = this.querySelector("[data-theirs]")
      note.hidden = !text
      if (text) for (const lang of SIDES) note.querySelector(`[lang="${lang}"]`).textContent = text[lang] ?? ""
    }

    #say(words) {
      const fault = this.querySelector("[data-fault]")
      fault.hidden = !words
      fault.textContent = words
    }
  },
)

const KEPT = "kept" // keeps a team that is no longer on the list

function named(select, team) {
  if (!team) return ""
  const found = [...select.options].find(({ text }) => text === inPageLanguage(team))
  return found?.value ?? KEPT
}
