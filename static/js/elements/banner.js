// The banner of announcements on every page of the crew: shown until someone says that they have read it, or until
// its time is over. A phone remembers which ones were read; the server counts the people.
import { call } from "../lib/api.js"
import { follow } from "../lib/live.js"
import { inPageLanguage, languageOf, say } from "../lib/say.js"

const READ = "announcements-read"
const MOST = 50 // ids that are remembered

export function begin() {
  const said = follow("announcements", null, { onChange: show })
  let timer = null
  let bar = null

  function show() {
    clearTimeout(timer)
    const now = Date.now()
    const due = [...said.items.values()]
      .filter((each) => Date.parse(each.until) > now && !read().includes(each.id))
      .filter(({ to, role }) => to !== "role" || role === document.body.dataset.role)
      .filter(({ by }) => by.id !== document.body.dataset.person)
    const newest = due.sort((a, b) => b.sent_at.localeCompare(a.sent_at))[0]
    if (!newest) {
      bar?.remove()
      bar = null
      return
    }
    bar ??= made()
    bar.dataset.id = newest.id
    bar.querySelector("p").textContent = inPageLanguage(newest.text)
    bar.querySelector("p").lang = languageOf(newest.text) ?? ""
    bar.querySelector("small").textContent = newest.by.name
    timer = setTimeout(show, Math.min(Date.parse(newest.until) - now, 2 ** 31 - 1))
  }

  function made() {
    const link = document.createElement("link")
    Object.assign(link, { rel: "stylesheet", href: import.meta.resolve("../../css/banner.css") })
    document.head.append(link)
    const aside = document.createElement("aside")
    aside.className = "announced"
    aside.setAttribute("role", "alert")
    const button = document.createElement("button")
    Object.assign(button, { type: "button", textContent: say("announced.read") })
    button.addEventListener("click", () => {
      const { id } = aside.dataset
      localStorage.setItem(READ, JSON.stringify([...read(), id].slice(-MOST)))
      call("POST", `/api/v1/announcements/${id}/receipt`).catch(() => {})
      show()
    })
    aside.append(document.createElement("p"), document.createElement("small"), button)
    document.querySelector("main").before(aside)
    return aside
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(READ)) ?? []
  } catch {
    return []
  }
}
