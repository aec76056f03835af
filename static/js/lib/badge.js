// The number on the app's icon: submissions that wait on this phone plus those that were returned.
export function badge(n) {
  const told = n > 0 ? navigator.setAppBadge?.(n) : navigator.clearAppBadge?.()
  told?.catch(() => {})
}
