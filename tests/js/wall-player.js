// Plays the wall's rules for tests that are not written in JavaScript: a question on each line of the standard
// input, its answer on the same line of the output. Both are JSON.
import { createInterface } from "node:readline"
import { BREATH, Schedule, horizon, wordsOf } from "../../static/js/wall/schedule.js"
import { SLOT, Shares } from "../../static/js/wall/shares.js"
import { Turns } from "../../static/js/wall/turns.js"

const SECOND = 1000
const BRIEF = 12 // words

// {arrivals: [{at, item}], until, offers} → {log: [{scene, began, ended, keys}], horizons: {key: ms}}
function schedule({ arrivals, until, offers = {} }) {
  const turns = new Turns()
  const schedule = new Schedule({ turns, offers: { at: () => offers, played() {} }, isBrief: (item) => wordsOf(item) <= BRIEF })
  const coming = [...arrivals].sort((a, b) => a.at - b.at)
  const [log, horizons] = [[], {}]
  const arrive = (now) => {
    while (coming.length && coming[0].at <= now) {
      const { item } = coming.shift()
      horizons[item.id] = horizon(turns.waiting)
      turns.change(item.id, item)
    }
  }
  for (let now = 0; now < until; ) {
    arrive(now)
    const plan = { ...schedule.next(now), began: now }
    const end = now + plan.ms
    // what is new ends the wait before the mosaic's next exchange at once
    now = plan.scene === "mosaic" && coming.length ? Math.min(end, Math.max(now, coming[0].at)) : end
    schedule.played(plan, now)
    log.push({ scene: plan.scene, began: plan.began, ended: now, keys: (plan.items ?? []).map(({ id }) => id) })
    if (plan.scene !== "mosaic") now += BREATH
    else if (now === plan.began) now += SECOND / 10
  }
  return { log, horizons }
}

// {promises, slots: [allowed…]} → {slots: [id or null]}
function shares({ promises, slots }) {
  const shares = new Shares(promises)
  return {
    slots: slots.map((allowed) => {
      if (!allowed) return null
      const id = shares.next()
      shares.shown(id, SLOT)
      return id
    }),
  }
}

const plays = { schedule, shares }

for await (const line of createInterface({ input: process.stdin })) {
  const { play, ...question } = JSON.parse(line)
  process.stdout.write(`${JSON.stringify(plays[play](question))}\n`)
}
