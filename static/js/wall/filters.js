// Chooses the approved items that a screen shows: one day, one team, one language, or all. Pure.
//
// filters: {day, team, lang}, each null for all; days: the event's days in order; dayOf(time) → the museum's day.
export function admits({ day = null, team = null, lang = null } = {}, item, { days, dayOf }) {
  if (day !== null && dayOf(item.approved_at) !== days[day]) return false
  if (team !== null && ![item.team?.fr, item.team?.en].includes(team)) return false
  const written = item.text?.fr || item.text?.en // a picture without text suits every language
  return lang === null || !written || Boolean(item.text[lang])
}
