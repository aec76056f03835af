// Replaces the browser's broken-image icon with the picture's colour, and requests the picture once more after a
// while: on bad Wi-Fi that is usually enough.
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
