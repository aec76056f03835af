// How much waits for a person, on the app's icon: what is still on the phone, and what came back.
export function badge(n) {
  const told = n > 0 ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.()
  told?.catch(() => {})
}
