// Plays the wall's rules for tests that are not written in JavaScript: a question on each line of the standard
// input, its answer on the same line of the output. Both are JSON.
import { createInterface } from "node:readline"
import { Ledger } from "../../static/js/wall/ledger.js"
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

// {promises, slots: [{ms}]} → {slots: [{id, ms}]}: slots of any length, as cards cut them
function thanks({ promises, slots }) {
  const shares = new Shares(promises)
  return {
    slots: slots.map(({ ms }) => {
      const id = shares.next()
      shares.shown(id, ms)
      return { id, ms }
    }),
  }
}

// {steps: [[what, seconds]]} → {displayed: {sponsor: seconds}, counted: {sponsor: seconds}, twice, crashes}
async function ledger({ steps }) {
  const [rows, server, displayed] = [new Map(), new Map(), {}]
  let [ms, ids, crashes, twice, sponsor] = [0, 0, 0, 0, null]
  let [down, lost] = [false, false]
  const store = {
    all: async () => [...rows.values()].map((row) => ({ ...row })),
    write: async ({ put = [], drop = [] }) => {
      for (const id of drop) rows.delete(id)
      for (const row of put) rows.set(row.id, row)
    },
  }
  const begin = () => new Ledger({ store, clock: () => 1e12 + ms, now: () => ms, newId: () => `e${ids++}` })
  let screen = begin()
  const post = async (told) => {
    if (down) throw new Error("no line")
    for (const { id, sponsor, seconds } of told) {
      if (server.has(id) && server.get(id).seconds !== seconds) twice++
      if (!server.has(id)) server.set(id, { sponsor, seconds })
    }
    if (lost) throw new Error("the answer was lost")
  }
  const play = {
    show: (who) => ((sponsor = who), screen.begin(who, "strip")),
    down: () => (down = true),
    up: () => ((down = false), (lost = false)),
    deaf: () => (lost = true),
    leave: async () => (await screen.end(), play.crash()),
    crash: () => {
      crashes++
      screen = begin()
      screen.begin(sponsor, "strip")
    },
  }
  play.show("a")
  const pass = async (seconds) => {
    for (let n = 0; n < seconds * 4; n++) {
      ms += 250
      displayed[sponsor] = (displayed[sponsor] ?? 0) + 0.25
      if (ms % 1000 === 0) await screen.look()
      if (ms % 20_000 === 0) await screen.send(post).catch(() => {})
    }
  }
  for (const [what, seconds, who] of steps) {
    await pass(seconds)
    await play[what](who)
  }
  play.up()
  await screen.end()
  ms += 120_000 // what a page that is gone left open counts as left
  await screen.send(post)
  const counted = {}
  for (const { sponsor, seconds } of server.values()) counted[sponsor] = (counted[sponsor] ?? 0) + seconds
  return { displayed, counted, twice, crashes, left: rows.size }
}

const plays = { schedule, shares, thanks, ledger }

for await (const line of createInterface({ input: process.stdin })) {
  const { play, ...question } = JSON.parse(line)
  process.stdout.write(`${JSON.stringify(await plays[play](question))}\n`)
}
