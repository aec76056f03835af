// French lines are set as French compositors set them, and only those.
import assert from "node:assert/strict"
import { test } from "node:test"
import { typo } from "../../static/js/wall/typo.js"

const THIN = "\u202f"
const FIRM = "\u00a0"
const cases = [
  ["Qui en a ?", `Qui en a${THIN}?`],
  ["Qui en a?", `Qui en a${THIN}?`],
  ["Vraiment ?!", `Vraiment${THIN}?!`],
  ["Merci !", `Merci${THIN}!`],
  ["Un ; deux", `Un${THIN}; deux`],
  ["Parcours sonore : quatre voix", `Parcours sonore${FIRM}: quatre voix`],
  ["« Bonjour »", `«${THIN}Bonjour${THIN}»`],
  ["«Bonjour»", `«${THIN}Bonjour${THIN}»`],
  ["« Encore ? »", `«${THIN}Encore${THIN}?${THIN}»`],
  ["Dès 14 h, puis 16 h 30.", `Dès 14${THIN}h, puis 16${THIN}h${THIN}30.`],
  ["Dès 14h30", `Dès 14${THIN}h${THIN}30`],
  ["1 200 photos", `1${THIN}200 photos`],
  ["Cinq fois 10 % de 3 m", `Cinq fois 10${FIRM}% de 3${FIRM}m`],
  ["Voir museomix.org/?lang=fr", "Voir museomix.org/?lang=fr"],
  ["Il est 14:30", "Il est 14:30"],
  ["3 hommes, 2 minutes", "3 hommes, 2 minutes"],
]

for (const [plain, set] of cases) {
  test(plain, () => {
    assert.equal(typo(plain, "fr"), set)
    assert.equal(typo(set, "fr"), set, "set once is set for good")
  })
}

test("English is left as it was typed", () => {
  assert.equal(typo("Anyone ?", "en"), "Anyone ?")
})
