// The filters that templates use on values: "text: team | say".
import { filter } from "./fill.js"
import { inPageLanguage, lang, say } from "./say.js"
import { clock, ordinal, since } from "./time.js"

const day = new Intl.DateTimeFormat(lang === "fr" ? "fr-CA" : "en-CA", {
  timeZone: document.documentElement.dataset.zone || undefined,
  weekday: "short",
  day: "numeric",
  month: "short",
})
const longDate = new Intl.DateTimeFormat(lang === "fr" ? "fr-CA" : "en-CA", { dateStyle: "long", timeZone: "UTC" })

filter("say", inPageLanguage)
filter("clock", clock)
filter("since", (time) => since(time))
filter("when", (time) => (today(time) ? clock(time) : `${dayOf(time)} ${clock(time)}`))
filter("corrected", (time) => {
  if (!time) return ""
  return today(time) ? say("corrected", { at: clock(time) }) : say("corrected.day", { day: dayOf(time), at: clock(time) })
})
// A date without a time, "2015-11-07", with its year.
filter("long_date", (date) => (date ? ordinal(longDate.format(new Date(date))) : ""))
// The page adds quotation marks, unless the author has typed them.
filter("marks", (text) => (text && !/^[«“"]/.test(text) ? "" : null))

// In a tile of a few letters' width a long word is divided, with hyphens.
filter("tile", (text) => text?.replace(/[\p{L}\p{N}]{9,}/gu, (word) => word.match(/.{1,4}/gsu).join("\u00ad")))

// A scrollable element must be reachable by keyboard.
filter("tabstop", (found) => (found ? "0" : null))

function dayOf(time) {
  return ordinal(day.format(new Date(time)))
}

function today(time) {
  return day.format(new Date(time)) === day.format(new Date())
}
