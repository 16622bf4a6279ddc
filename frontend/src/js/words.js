// Sentences that scripts show; the server wrote them in the user's language.
let words = null

export function word(key, values = {}) {
  if (!words) words = JSON.parse(document.getElementById("words")?.textContent || "{}")
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "")
}

export function icon(name) {
  const sprite = document.documentElement.dataset.icons
  return `<svg class="icon" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`
}

// Is the person writing? Then single keys and refreshes keep away.
export function isTyping(target = document.activeElement) {
  return Boolean(target?.closest?.("input:not([type=checkbox], [type=radio], [type=button]), select, textarea, [contenteditable=true]"))
}
