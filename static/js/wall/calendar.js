// The event's calendar by the museum's clock: which day it is, what is still to come, and when sponsors are silent.
import { upcoming } from "./programme.js"
import { silence } from "./silence.js"
import { clock, day } from "./words.js"

export class Calendar {
  // days: their dates, as `day` writes them; programme: of all of them.
  constructor({ days, programme }) {
    Object.assign(this, { days, programme })
  }

  // The number of the day, from 0; -1 where the event has none now.
  today(now = new Date()) {
    return this.days.indexOf(day(now))
  }

  // The entries of today's programme that are still to come, each with the minutes until it begins.
  get upcoming() {
    const now = clock()
    const entries = upcoming(this.programme, now, this.today())
    return entries.map((entry) => ({ ...entry, minutes: minutes(entry.at) - minutes(now) }))
  }

  // Say whether sponsors are silent now, and for how long (silence.js).
  silence(blackouts) {
    const now = new Date()
    const ms = now.getUTCSeconds() * 1000 + now.getUTCMilliseconds()
    return silence(blackouts, { day: this.today(now), at: clock(now), ms })
  }
}

function minutes(at) {
  return Number(at.slice(0, 2)) * 60 + Number(at.slice(3))
}
