// Hyphenates the long words of a page as they appear. The patterns are fetched only once a page has such a word.
import { scriptUrl } from "./trusted.js"

const PARTS = ["hyphen", "hyphen-fr", "hyphen-en"]
const LONG = 18 // characters: shorter words fit the narrowest column at any size in use
const WILD = new RegExp(`[^\\s\u00ad\u200b]{${LONG},}|\\p{Mn}{4}`, "u") // a long word, or a letter with a stack of marks
const EXACT = "script, style, template, textarea, select, code, pre, [contenteditable], [data-exact]"
let fetched = null // a promise of the patterns
let words = null // soft.js, once it is loaded

// Start once the rest of the page has loaded.
if (document.readyState === "loading") await new Promise((done) => addEventListener("DOMContentLoaded", done))
soft(document.body)
new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) if (node.isConnected) soft(node)
}).observe(document.body, { childList: true, characterData: true, subtree: true })

function soft(root) {
  const found = texts(root).filter((node) => WILD.test(node.data) && !node.parentElement.closest(EXACT))
  if (!found.length) return
  if (words) return found.forEach(open)
  fetched ??= Promise.all([import("./soft.js"), ...PARTS.map(load)]).then(([module]) => (words = module))
  fetched.then(() => found.forEach((node) => node.isConnected && open(node)), () => {}) // without patterns a word breaks anywhere
}

function open(node) {
  const softened = words.soften(words.tame(node.data), node.parentElement.closest("[lang]")?.lang, LONG)
  if (softened !== node.data) node.data = softened
}

function texts(root) {
  if (root.nodeType === Node.TEXT_NODE) return [root]
  const found = []
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) found.push(walker.currentNode)
  return found
}

function load(name) {
  return new Promise((done, fail) => {
    const script = document.createElement("script")
    Object.assign(script, { src: scriptUrl(`/static/vendor/hyphen-1.14.1/${name}.js`), onload: done, onerror: fail })
    document.head.append(script)
  })
}
