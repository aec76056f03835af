// Times for people, by the museum's clock, whatever the phone's time zone.
import { lang } from "./say.js"

const zone = globalThis.document?.documentElement.dataset.zone || undefined
const locale = lang === "fr" ? "fr-CA" : "en-CA"
const hours = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
const stamps = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
const exact = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" })
const days = new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "short", day: "numeric", month: "short" })
const units = ["second", "minute", "hour", "day"].map(
  (unit) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }),
)

export function clock(time) {
  if (!time) return ""
  const said = hours.format(new Date(time))
  return lang === "fr" ? said.replace(/^0?(\d+):/, "$1\u00a0h\u00a0") : said
}

// A day that Intl has written; the first of a month is « 1er » in French.
export function ordinal(written, of = lang) {
  return of === "fr" ? written.replace(/(?<!\d)1(?=\s\p{L})/u, "1er") : written
}

// Convert the value of a datetime field ("2015-11-07T14:00"), in the museum's time, to ISO.
export function atMuseum(typed, shows = local) {
  const wanted = Date.parse(`${typed}Z`)
  // Twice: the first guess may be on the other side of a clock change.
  const guess = (from) => from + wanted - Date.parse(`${shows(from)}Z`)
  return new Date(guess(guess(wanted))).toISOString()
}

// A moment by the museum’s clock: "2015-11-07T14:00:00".
export function local(ms) {
  return stamps.format(ms).replace(" ", "T")
}

// With the day, unless it is today; `written` is clock or seconds.
export function when(time, written = clock, now = Date.now()) {
  const day = days.format(new Date(time))
  return day === days.format(now) ? written(time) : `${ordinal(day)} ${written(time)}`
}

// With its seconds, where they matter.
export function seconds(time) {
  return exact.format(new Date(time))
}

// The time elapsed, in the largest fitting unit: "40 s", "4 min", "2 h", "1 d".
export function since(time, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - new Date(time)) / 1000))
  const [unit, count] =
    seconds < 60 ? [0, seconds] : seconds < 3600 ? [1, seconds / 60] : seconds < 86400 ? [2, seconds / 3600] : [3, seconds / 86400]
  return units[unit].format(Math.floor(count))
}

// The length of a clip: "0:07", "2:45"; empty where it is unknown.
export function minutes(seconds) {
  if (!seconds) return ""
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}
