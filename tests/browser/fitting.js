// Renders a wall with names and texts that a test draws, and says what does not fit: what is outside its box, what lies
// on something else, and which word is broken without a hyphen or cut. A test evaluates this file in the page.
(() => {
  const SPACED = /^[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Arab}\p{sc=Hebr}\p{M}\p{Nd}'’]+$/u // others break anywhere
  const MONSTER = 40 // letters: a word that long may be cut
  const SLACK = 2 // px
  const CELLS = ".calendar .entry, .lanes .slip" // a seventh or a fifth of the page: a wider word breaks
  const bare = (text) => text.replace(/[\u00ad\u200b]/g, "")
  const box = (element) => element.getBoundingClientRect()

  function seen(element) {
    if (getComputedStyle(element).clipPath === "inset(50%)") return false // for screen readers only
    return element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, .unseen, [data-unseen], svg, template, script, style, option, textarea, noscript")
  }

  // Every text that is seen in a part of the page, with the boxes of its lines.
  function texts(scope) {
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT)
    const found = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!bare(node.data).trim() || !seen(node.parentElement)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1).filter(isInLines(node.parentElement))
      if (rects.length) found.push({ node, element: node.parentElement, rects })
    }
    return found
  }

  // Of what is held to a number of lines, those.
  function isInLines(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (getComputedStyle(at).webkitLineClamp === "none") continue
      const { bottom } = box(at)
      return (rect) => rect.top + rect.height / 2 < bottom
    }
    return () => true
  }

  // A bar that stays while the page scrolls lies on it, which is what it is for.
  function stays(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) if (/fixed|sticky/.test(getComputedStyle(at).position)) return at
    return null
  }

  // What hides all that is outside of it; a page that scrolls hides nothing below.
  function frames(element, scrolls) {
    const found = scrolls ? [{ left: 0, top: -Infinity, right: document.documentElement.clientWidth, bottom: Infinity }] : [{ left: 0, top: 0, right: innerWidth, bottom: innerHeight }]
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (scrolls && /auto|scroll/.test(getComputedStyle(at).overflowX)) return found.slice(1)
      const { overflowX, overflowY, contain, position } = getComputedStyle(at)
      if (position === "fixed" && at !== element && scrolls) break
      const hides = [overflowX, overflowY].some((each) => each === "hidden" || each === "clip") || /paint|strict|content/.test(contain)
      if (hides || at.matches(".tile, .rail, .plate, .scene, .hero")) found.push(box(at))
    }
    return found
  }

  function broken({ node, element }) {
    const found = []
    const word = /[\p{L}\p{N}\p{M}'’]+/gu
    for (const { 0: run, index } of node.data.matchAll(word)) {
      if (run.length < 2 || !SPACED.test(run)) continue
      const range = document.createRange()
      range.setStart(node, index)
      range.setEnd(node, index + run.length)
      const tops = new Set([...range.getClientRects()].filter(({ width }) => width > 0.5).map(({ top }) => Math.round(top)))
      if (tops.size > 1 && turns(node, index, run.length)) found.push(run)
    }
    return found
  }

  // Do two letters that follow each other stand on two lines? The hyphen before the first one counts to it.
  function turns(node, index, length) {
    let before = null
    for (let at = index; at < index + length; at++) {
      const range = document.createRange()
      if (/\p{M}/u.test(node.data[at])) continue
      range.setStart(node, at)
      range.setEnd(node, at + 1)
      const rect = [...range.getClientRects()].filter(({ width }) => width > 0.5).at(-1)
      if (!rect) continue
      // on another line it also begins on the other side; letters of another typeface are higher, on the same one
      const isBack = before && (/\p{sc=Arab}|\p{sc=Hebr}/u.test(node.data[at]) ? rect.left > before.left : rect.left < before.left)
      if (isBack && Math.abs(rect.top - before.top) > 0.6 * rect.height) return true
      before = rect
    }
    return false
  }

  // Shortened within a word?
  function cut({ element, node }) {
    const whole = element.title
    const shown = bare(node.data)
    if (!shown.endsWith("…") || !whole || whole.endsWith("…")) return null
    const part = shown.slice(0, -1)
    if (!whole.startsWith(part) || !part) return null
    const rest = whole.slice(part.length)
    if (!/[\p{L}\p{N}]$/u.test(part) || !/^[\p{L}\p{N}]/u.test(rest)) return null
    const word = part.match(/[^\s]+$/u)[0] + rest.match(/^[^\s]*/u)[0]
    return !SPACED.test(word.replace(/[^\p{L}\p{M}\p{N}]/gu, "")) || word.length > MONSTER ? null : word
  }

  // The middle of a line, where its letters are: lines of display type are set closer than their boxes are high.
  function core({ left, top, right, bottom }) {
    const part = (bottom - top) * 0.3
    return { left, right, top: top + part, bottom: bottom - part }
  }

  function meet(a, b) {
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK
  }

  function look(scope, where, { scrolls = false } = {}) {
    const faults = []
    for (const card of scope.querySelectorAll(".card")) card.style.contentVisibility = "visible"
    const told = (element) => bare(element.textContent).trim().slice(0, 60)
    const found = texts(scope)
    for (const each of found) {
      const say = (what, more = "") => faults.push(`${where}: ${what} <${each.element.className || each.element.localName}> ${told(each.element)} ${more}`)
      for (const frame of frames(each.element, scrolls)) {
        const out = each.rects.map(core).find(({ left, top, right, bottom }) => left < frame.left - SLACK || right > frame.right + SLACK || top < frame.top - SLACK || bottom > frame.bottom + SLACK)
        if (out) say("outside", JSON.stringify([out.left, out.top, out.right, out.bottom].map(Math.round)))
      }
      for (const word of each.element.closest(CELLS) ? [] : broken(each)) say("broken", word)
      const word = cut(each)
      if (word) say("cut", word)
    }
    for (let i = 0; i < found.length; i++) {
      for (let j = i + 1; j < found.length; j++) {
        const [a, b] = [found[i], found[j]]
        if (a.element.contains(b.element) || b.element.contains(a.element)) continue
        if (scrolls && stays(a.element) !== stays(b.element)) continue
        if (a.rects.some((one) => b.rects.some((other) => meet(core(one), core(other))))) faults.push(`${where}: ${told(a.element)} lies on ${told(b.element)}`)
      }
    }
    return faults
  }

  function name(text) {
    const words = text.split(/\s+/).filter(Boolean)
    for (const title of document.querySelectorAll(".title")) {
      title.replaceChildren(...words.flatMap((word, i) => {
        const span = Object.assign(document.createElement("span"), { textContent: word, className: i === 1 ? "lit" : "" })
        return i ? [" ", span] : [span]
      }))
    }
  }

  // drawn: {name, texts, credit, team, place, sponsor, titles}
  async function render(drawn) {
    const { rail, scenes, thanks, turns, mosaic } = globalThis.wall
    const media = globalThis.wall.picture
    await document.fonts.load('600 20px "Noto Emoji Ink"', "🎉")
    name(drawn.name)
    rail.programme = drawn.titles.map((title, i) => ({ at: `1${i}:30`, title }))
    rail.tick(new Date(Date.UTC(2015, 10, 7, 14 + (render.turn = (render.turn ?? 0) + 1) % 2, 50)))
    thanks.plan([{ id: "s", name: drawn.sponsor, position: 0, share: 33, logo: null }])
    for (const key of turns.keys) turns.change(key, null)
    const items = drawn.texts.map((text, i) => ({
      id: `d${render.turn}-${i}`, kind: i % 3 === 2 ? "quote" : "post", text, credit: drawn.credit, team: drawn.team, place: drawn.place,
      alt: {}, media: i % 2 ? [] : [media[i % media.length]], approved_at: new Date(Date.now() - i * 60_000).toISOString(),
    }))
    turns.begin(items.map((item) => [item.id, item]))
    await mosaic.build({ quiet: true })
    rail.fit()
    const faults = look(document.querySelector(".rail"), "rail").concat(look(document.querySelector("#stage"), "hang"))
    const [first, second, third] = items
    const plans = [
      ["hero", { items: [first] }], ["hero", { items: [second] }], ["trio", { items: [first, second, third] }],
      ["team", { title: drawn.team, counts: { items: 12, people: 3 }, seen: items.filter((item) => item.media.length) }],
      ["programme", { moment: { at: "16:30", minutes: 12, title: drawn.titles[0] } }],
      ["join", {}], ["sponsor", { name: drawn.sponsor.fr ?? drawn.sponsor.en }], ["card", {}],
      ["message", { text: drawn.message }], ["identify", { number: 12, name: drawn.credit }],
    ]
    const covers = { ...scenes, ...globalThis.wall.covers }
    for (const [scene, plan] of plans) {
      await covers[scene].prepare({ ...plan, scene })
      document.documentElement.dataset.scene = scene
      covers[scene].show({ ...plan, scene, fresh: true }, () => null)
      for (const moving of document.getAnimations()) moving.finish()
      thanks.fit()
      faults.push(...look(covers[scene].section, scene))
      const band = document.querySelector(".band")
      if (band.checkVisibility() && !covers[scene].section.matches(".cover")) faults.push(...look(band, `band of ${scene}`))
      covers[scene].hide()
    }
    delete document.documentElement.dataset.scene
    return [...new Set(faults)]
  }

  globalThis.fitting = { look, render, texts }
})()
