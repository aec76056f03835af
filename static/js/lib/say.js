// The texts of the interface, which the page carries: <template id="phrases"> holds one element for each phrase, in
// the page's language. A phrase with a count may have the forms "name.one" and "name.other".
export const lang = globalThis.document?.documentElement.lang.slice(0, 2) || "fr"

const plural = new Intl.PluralRules(lang)

export function say(name, values = {}) {
  const form = "n" in values ? plural.select(values.n) : null
  const text = phrase(`${name}.${form}`) ?? phrase(`${name}.other`) ?? phrase(name) ?? ""
  return text.replace(/\{(\w+)\}/g, (hole, key) => (key in values ? String(values[key]) : hole))
}

function phrase(name) {
  const found = document.querySelector("#phrases")?.content.querySelector(`[data-phrase="${CSS.escape(name)}"]`)
  return found?.textContent.trim()
}

// A bilingual text in the page's language, else in the other, by the server's rule.
export function inPageLanguage(bilingual) {
  return bilingual?.[lang] || bilingual?.[other] || ""
}

export const other = lang === "fr" ? "en" : "fr"

// The language that inPageLanguage chose: a screen reader must change its voice.
export function languageOf(bilingual) {
  if (bilingual?.[lang]) return lang
  return bilingual?.[other] ? other : null
}
