// Sends a version in portions. After a break of the line it goes on where it stopped, by itself; after the page was
// closed, once the same file is chosen again.
import { call } from "../lib/api.js"
import { newId } from "../lib/ids.js"
import { add, create } from "../lib/tus.js"

const ENDPOINT = "/api/v1/uploads/"
const PORTION = 8 << 20 // bytes of a request, for proxies; a break costs less: the server keeps what arrived of it
const FIRST_PAUSE = 1000 // ms after a break, then twice as many each time
const LONGEST_PAUSE = 15_000
const ELSEWHERE = ["wrong_offset", "upload_incomplete", "superseded"] // the server says where to go on
const GONE = ["upload_expired", "id_taken", "not_found"] // it begins again under another id
const TRIES = 3

// → once the file is a version of the support; rejects with an ApiError where trying again does not help. `onState` is
// told how many bytes were {sent}, or by which error it is {broken} for a while.
export async function sendVersion(file, support, onState, { net = NET, pause = wait, kept = KEPT } = {}) {
  const name = `mixroom.version ${support} ${file.size} ${file.lastModified} ${file.name}`
  let id = quietly(() => kept.getItem(name)) ?? newId()
  for (let breaks = 0, tries = 0; ; ) {
    let hasArrived = false
    quietly(() => kept.setItem(name, id))
    try {
      await bring(file, id, net, (sent) => {
        breaks = 0
        onState({ sent })
      })
      hasArrived = true
      await net.call("POST", `/api/v1/supports/${support}/versions/uploaded`, { json: { upload: id } })
      break
    } catch (error) {
      if (error.code === "upload_taken") break // it is a version already: the answer was lost
      if (isGone(error, hasArrived) && ++tries < TRIES) id = newId()
      else if (!passes(error)) {
        if (error.code === "invalid") quietly(() => kept.removeItem(name)) // the server deleted it
        throw error
      } else if (!ELSEWHERE.includes(error.code)) {
        onState({ broken: error })
        await pause(Math.max(error.after * 1000, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** breaks)))
        breaks += 1
      }
    }
  }
  quietly(() => kept.removeItem(name))
}

async function bring(file, id, net, onSent) {
  let { url, offset } = await net.create(ENDPOINT, file.size, { id, use: "loose" })
  while (offset < file.size) {
    const start = offset
    onSent(start)
    offset = await net.add(url, start, file.slice(start, start + PORTION), { onProgress: (n) => onSent(start + n) })
  }
  onSent(offset)
}

function isGone({ code, errors }, hasArrived) {
  return hasArrived ? code === "invalid" && errors[0]?.field === "upload" : GONE.includes(code)
}

function passes({ passing, status, code }) {
  return ELSEWHERE.includes(code) || (passing && status !== 401 && code !== "form_expired")
}

// Resolves after a pause, or as soon as the line is back.
function wait(ms) {
  return new Promise((done) => {
    setTimeout(done, ms)
    addEventListener("online", done, { once: true })
  })
}

const NET = { add, call, create }
const KEPT = {
  getItem: (name) => localStorage.getItem(name),
  setItem: (name, text) => localStorage.setItem(name, text),
  removeItem: (name) => localStorage.removeItem(name),
}

// A browser that keeps nothing sends the file from its beginning on the next page.
function quietly(act) {
  try {
    return act()
  } catch {
    return null
  }
}
