// Keyboard paths: g + letter goes to a place, j/k walk a list, Enter opens, x picks, data-key buttons answer their key.
// Single keys can be switched off (WCAG 2.1.4) in the help that "?" opens.
import { isTyping } from "./words.js"

let waiting = 0

const off = () => localStorage.getItem("dengta_keys") === "off"

function rows() {
  return [...document.querySelectorAll("main [data-rows] :is(tbody tr, li[data-row])")].filter((row) => row.offsetParent !== null)
}

function walk(step) {
  const all = rows(), at = all.findIndex((row) => row.classList.contains("current-row"))
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)]
  if (!next) return
  all[at]?.classList.remove("current-row")
  next.classList.add("current-row")
  const link = next.querySelector("a, button, input")
  link?.focus({ preventScroll: true })
  next.scrollIntoView({ block: "nearest" })
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target) || off()) return
  if (document.querySelector("dialog[open]")) return
  const key = event.key
  if (waiting) {
    clearTimeout(waiting)
    waiting = 0
    const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`)
    if (place) { event.preventDefault(); place.click() }
    return
  }
  const current = document.querySelector(".current-row")
  if (key === "g") waiting = setTimeout(() => { waiting = 0 }, 1200)
  else if (key === "j") walk(1)
  else if (key === "k") walk(-1)
  else if (key === "x" && current) current.querySelector(".pick input")?.click()
  else if (key === "?") document.getElementById("keys-help")?.showModal()
  else {
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`)
    if (!button || button.disabled || button.offsetParent === null) return
    event.preventDefault()
    button.click()
    if (button.matches("input, select, textarea")) button.focus()
  }
}

export function start() {
  document.addEventListener("keydown", onKey)
  const box = document.getElementById("keys-on")
  if (!box) return
  box.checked = !off()
  box.addEventListener("change", () => localStorage.setItem("dengta_keys", box.checked ? "on" : "off"))
}
