// Where a picture lies in the frame of a channel: it fills it, and its focus point stays in sight.
// mixroom/plan/cropping.py does the same. Pure.

export function placed(width, height, crop, [fx, fy]) {
  if (!width || !height) return { x: 0, y: 0, width: crop.width, height: crop.height }
  const scale = Math.max(crop.width / width, crop.height / height)
  const [wide, high] = [width * scale, height * scale]
  const x = between(crop.width / 2 - fx * wide, crop.width - wide)
  const y = between(crop.height / 2 - fy * high, crop.height - high)
  return { x: cut(x), y: cut(y), width: cut(wide), height: cut(high) }
}

function between(wanted, least) {
  return Math.min(0, Math.max(least, wanted))
}

function cut(number) {
  return Math.round(number * 100) / 100 + 0
}
