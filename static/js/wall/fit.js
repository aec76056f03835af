// Sets words as large as their box allows.
export function fit(words, { width, height, most, least }) {
  words.classList.remove("cut")
  let low = least
  let high = most
  if (!holds(words, low, width, height)) {
    // too long, or with a word too long, even at the smallest size that can be read from afar: cut, with an ellipsis
    words.classList.add("cut")
    const leading = parseFloat(getComputedStyle(words).lineHeight) || low * 1.1
    words.style.setProperty("--lines", String(Math.max(1, Math.floor(height / leading))))
    return low
  }
  while (high - low > 1) {
    const size = (low + high) / 2
    if (holds(words, size, width, height)) low = size
    else high = size
  }
  words.style.fontSize = `${low}px`
  return low
}

// How high words are at a size; more than any box where one of them is wider than the box.
export function natural(words, size, width) {
  words.classList.remove("cut")
  words.style.fontSize = `${size}px`
  return words.scrollWidth <= width + 1 ? words.scrollHeight : Infinity
}

function holds(words, size, width, height) {
  words.style.fontSize = `${size}px`
  return words.scrollHeight <= height + 1 && words.scrollWidth <= width + 1
}

// Words on one line, no wider than their box. More than once, for small type is cut wider than large.
export function fitLine(words, most) {
  let size = most
  for (let n = 0; n < 4; n++) {
    words.style.fontSize = `${size}px`
    const over = words.scrollWidth / words.clientWidth
    if (over <= 1) return
    size /= over
  }
}
