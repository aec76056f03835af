// Sets bilingual text like a museum's label: one language first and large, the other below it and smaller. A text in
// one language shows that one. Pure.
import { langOf, inLang } from "./words.js"

const SMALLER = 0.62 // the second language's size, relative to the first's

// The relative size of the second language, by the event's setting.
export function shareOf(languages) {
  return languages === "equal" ? 1 : SMALLER
}

// → {first: {lang, text}, second: {lang, text} | null}; `lang` goes first if the text has it.
export function sides(text, lang) {
  const spoken = langOf(text, lang)
  const other = spoken === "fr" ? "en" : "fr"
  const first = { lang: spoken, text: inLang(text, lang) }
  const also = text?.[other]
  const isSame = !also || also.trim() === first.text.trim() // show a name that is the same in both only once
  return { first, second: isSame ? null : { lang: other, text: also } }
}

// The language that goes first: an item's only one; of two, the wall's first or, if the event has them alternate, each
// in turn. Two new items then begin in different languages, so that both lead from the first minute.
export class Tongues {
  #next = new Map()
  #count = 0

  constructor(home, languages = "french_first") {
    this.home = home
    this.away = home === "fr" ? "en" : "fr"
    this.alternates = languages === "alternating"
  }

  of({ id, text }) {
    if (!text?.fr || !text?.en) return text?.fr ? "fr" : text?.en ? "en" : this.home
    if (!this.alternates) return this.home
    if (!this.#next.has(id)) this.#next.set(id, this.#count++ % 2 ? this.away : this.home)
    return this.#next.get(id)
  }

  shown(key) {
    if (this.#next.has(key)) this.#next.set(key, this.#next.get(key) === this.home ? this.away : this.home)
  }

  forget(key) {
    this.#next.delete(key)
  }
}
