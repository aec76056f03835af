// Searches items by words: in either language, in credits, and in names of teams and places, ignoring case and
// accents. Pure.

export function matching(items, typed) {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  return items.filter((item) => {
    const said = plain(saidOf(item))
    return words.every((word) => said.includes(word))
  })
}

function saidOf({ text, alt, credit, team, place }) {
  const both = [text, alt, team, place].flatMap((each) => [each?.fr, each?.en])
  return [credit, ...both].filter(Boolean).join(" ")
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").replace(/œ/gi, "oe").replace(/[’‘]/g, "'").toLowerCase()
}
