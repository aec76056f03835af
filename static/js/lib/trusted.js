// The trusted-types policy: the page may load scripts only from our own static files.
const policy = globalThis.trustedTypes?.createPolicy("mixroom", {
  createScriptURL: (url) => {
    if (!/^\/(static\/|sw\.js)/.test(url)) throw new TypeError(`not a script of ours: ${url}`)
    return url
  },
})

export function scriptUrl(url) {
  return policy ? policy.createScriptURL(url) : url
}
