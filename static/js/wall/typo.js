// Sets a line by the rules of French typography: narrow no-break spaces before high punctuation and inside
// guillemets, and no mark at the start of a line that belongs to the word before it.
const THIN = "\u202f"
const FIRM = "\u00a0"

export function typo(text, lang) {
  return lang === "fr" ? french(text) : text
}

function french(text) {
  return text
    .replace(/[ \u00a0\u202f]*([?!;])(?=\s|$|[»”")\]?!.…])/g, (all, mark, at) => (at && !/[?!]/.test(text[at - 1]) ? THIN : "") + mark)
    .replace(/[ \u00a0\u202f]+:(?=\s|$)/g, `${FIRM}:`)
    .replace(/«[ \u00a0\u202f]*/g, `«${THIN}`)
    .replace(/[ \u00a0\u202f]*»/g, `${THIN}»`)
    .replace(/(\d)[ \u00a0](?=\d{3}(?!\d))/g, `$1${THIN}`)
    .replace(/(\d) ?(h|min|s)(?= ?\d|[\s.,;:!?…)»]|$)/g, `$1${THIN}$2`)
    .replace(/(\d\u202fh) ?(?=\d)/g, `$1${THIN}`)
    .replace(/(\d) (%|\$|°|€|px|cm|mm|m|kg|g)(?![\p{L}\d])/gu, `$1${FIRM}$2`)
}
