// How large to show each logo, so that none looks larger than another. Pure.
//
// The eye weighs ink as well as extent: a logo's weight is its area times the root of the fraction of it that is
// covered. All get the same weight, the largest that every one of them can have in the box, except that a logo of
// extreme shape does not shrink the others.
const MIN_WEIGHT = 0.5 // of the median

// logos: [{width, height, ink}], box: {width, height}, filled: the minimum for each, as a fraction of its own largest
// weight → [{width, height}]
export function evenly(logos, box, filled = 0) {
  const most = logos.map((logo) => largest(logo, box))
  const median = [...most].sort((a, b) => a - b)[Math.floor(most.length / 2)]
  const weight = Math.max(Math.min(...most), MIN_WEIGHT * median)
  return logos.map((logo, i) => sized(logo, Math.min(Math.max(weight, filled * most[i]), most[i])))
}

// The weight of a logo that fills the box.
function largest(logo, box) {
  const ratio = logo.width / logo.height
  const width = Math.min(box.width, box.height * ratio)
  return ((width * width) / ratio) * Math.sqrt(logo.ink)
}

function sized({ width, height, ink }, weight) {
  const ratio = width / height
  const high = Math.sqrt(weight / Math.sqrt(ink) / ratio)
  return { width: high * ratio, height: high }
}
