// The texts of an item's label: who, where, when. Reads the page's language and time zone.
const root = globalThis.document?.documentElement
const home = root?.lang.slice(0, 2) || "fr"
const zone = root?.dataset.zone || undefined
const locales = { fr: "fr-CA", en: "en-CA" }
const hours = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
const dates = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" })

export { home }
export const away = home === "fr" ? "en" : "fr"

// "14:32" by the museum's clock.
export function clock(moment = new Date()) {
  return hours.format(moment)
}

// A time as the language writes it: "14 h 30", "14 h" in French, "14:30" in English.
export function hour(at, lang) {
  if (lang !== "fr") return at
  const [hours, minutes] = at.split(":")
  return `${Number(hours)}\u202fh${minutes === "00" ? "" : `\u202f${minutes}`}`
}

// "2015-11-07": the museum's day.
export function day(moment = new Date()) {
  return dates.format(moment)
}

// "Sam" for a day of the event; noon, so that no zone can move it to another day.
export function weekday(date, lang = home) {
  const name = new Intl.DateTimeFormat(locales[lang], { weekday: "short", timeZone: "UTC" })
  const text = name.format(new Date(`${date}T12:00:00Z`)).replace(/\.$/, "")
  return text[0].toLocaleUpperCase(locales[lang]) + text.slice(1)
}

// The approval time for an item's label: the hour, and the day unless it is today.
export function when(time, lang, now = new Date()) {
  const moment = new Date(time)
  if (Number.isNaN(moment.getTime())) return ""
  const at = hour(clock(moment), lang)
  return day(moment) === day(now) ? at : `${weekday(day(moment), lang)} ${at}`
}

// A bilingual text in a language, or else the other.
export function inLang(text, lang) {
  return text?.[lang] || text?.[lang === "fr" ? "en" : "fr"] || ""
}

export function langOf(text, lang) {
  return text?.[lang] ? lang : lang === "fr" ? "en" : "fr"
}

// "4 posts by 3 people": one post, and several by one person, have phrases of their own.
export function counted({ says, one, byOne }, counts) {
  const phrase = counts.items === 1 ? one : counts.people === 1 ? byOne : says
  return (phrase ?? says).replace(/\{(\w+)\}/g, (_, name) => counts[name] ?? "")
}
