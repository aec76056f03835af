// How the reviewers' page presents an item: in its row of the queue, and large on the stage.
import { age, converted, remarks, taken } from "./queue.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"
import { clock, minutes, seconds, since } from "../lib/time.js"

const TONES = { cleared: "good", not_needed: "good", pending: "wait", refused: "bad" } // of consent
const WAITING = new Set(["no_text", "long"]) // remarks that are set in the colour of waiting
const MEDIUM = 140 // characters above which a text is set smaller …
const LONG = 420 // … and smaller still

// failed: did the server refuse a decision on it? marked: is it marked, to be decided with others?
export function rowOf(item, { me, now, failed, marked }) {
  const first = item.media[0]
  const theirs = taken(item, me, now)
  return {
    id: item.id,
    kind: item.kind,
    status: item.status,
    age: age(item, now),
    title: inPageLanguage(item.text) || say("title.photo"),
    title_lang: languageOf(item.text),
    thumb: first?.thumb ?? first?.placeholder ?? null,
    color: first?.color ?? "",
    words: first?.thumb || first?.placeholder ? "" : "yes",
    glyph: item.kind === "quote" ? "«»" : "Aa",
    more: item.media.length > 1 ? `+${item.media.length - 1}` : "",
    clip: first?.kind === "video" ? minutes(first.duration) || say("clip") : "",
    author: item.author.name.split(" ")[0],
    waits: since(item.submitted_at),
    marked: marked ? "yes" : "",
    taken: theirs ? "yes" : "",
    mark: failed ? say("mark.failed") : markOf(item, theirs),
    mark_tone: failed ? "bad" : "",
  }
}

function markOf(item, theirs) {
  if (item.goes_at) return say("mark.goes", { at: seconds(item.goes_at) })
  if (theirs) return say("mark.taken", { name: item.claim.name.split(" ")[0] })
  return item.status === "held" ? say("mark.held") : ""
}

// caption: how many characters the wall can show; failure: why the server refused, if it did; edited: has it changed
// since it was opened? shots: how many belong to its burst; twins: photos that look like its own.
export function stageOf(item, { now, caption, failure, edited, shots, twins }) {
  const { text, decision } = item
  const held = item.status === "held" && decision
  const longest = Math.max((text.fr ?? "").length, (text.en ?? "").length)
  return {
    ...item,
    length: longest > LONG ? "long" : longest > MEDIUM ? "medium" : "short",
    alt_text: inPageLanguage(item.alt),
    has_alt: Boolean(item.alt.fr || item.alt.en),
    tags_shown: remarks(item, caption).map((code) => ({
      text: say(`remark.${code}`),
      tone: WAITING.has(code) ? "wait" : "",
    })),
    waits: since(item.submitted_at),
    age: age(item, now),
    sent_at: say("sent_at", { at: clock(item.submitted_at) }),
    author_name: item.author.name,
    is_quote: item.kind === "quote",
    where: [inPageLanguage(item.team), inPageLanguage(item.place)].filter(Boolean).join(" · "),
    consent_text: say(`consent.${item.consent}`),
    consent_tone: TONES[item.consent],
    failure: failure ? say("failed", { why: failure }) : "",
    edited,
    aside: Boolean(held),
    aside_by: held ? (decision.by ? say("by", { name: decision.by, at: clock(decision.at) }) : clock(decision.at)) : "",
    aside_why: held ? inPageLanguage(decision.reason_text) : "",
    aside_note: held ? decision.note : "",
    twins,
    burst: shots,
    burst_says: say("burst", { n: shots }),
    keep_says: say("keep", { n: shots }),
  }
}

// The obstacle to approving it (a code of `obstacle`), in words; empty where there is none.
export function obstacleSays(code, item) {
  if (!code) return ""
  const name = code === "awaited" ? item.author.name : item.claim?.name
  return say(`obstacle.${code}`, { n: converted(item), name, since: since(item.submitted_at) })
}
