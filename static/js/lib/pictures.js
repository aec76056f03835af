// A small picture that does not load leaves its colour, not the browser's torn paper. It is asked for
// once more after a while: on bad Wi-Fi that is usually all it takes.
const AGAIN = 6000

addEventListener("error", (event) => mark(event.target, true), true)
addEventListener("load", (event) => mark(event.target, false), true)

function mark(image, broken) {
  if (!(image instanceof HTMLImageElement)) return
  image.closest(".picture")?.toggleAttribute("data-broken", broken)
  if (!broken || image.tried === image.src) return
  image.tried = image.src
  setTimeout(() => {
    if (image.isConnected && image.tried === image.src) image.src = image.tried
  }, AGAIN)
}
