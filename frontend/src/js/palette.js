// Ctrl/⌘ K: records by name, pinyin initials, last four digits or plate; verbs of the open record; places.
import { isTyping } from "./words.js"

let asked = 0, timer = 0, stopped = null

function parts() {
  const dialog = document.getElementById("palette")
  return dialog && { dialog, input: dialog.querySelector("input"), list: dialog.querySelector(".palette-list") }
}

async function look() {
  const { dialog, input, list } = parts(), mine = ++asked
  stopped?.abort()
  stopped = new AbortController()
  const address = new URL(dialog.dataset.url, location.href)
  address.searchParams.set("q", input.value)
  address.searchParams.set("on", document.body.dataset.record || "")
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: stopped.signal })
    if (!answer.ok || answer.redirected || mine !== asked) return
    list.innerHTML = await answer.text()
    window.htmx.process(list)
    choose(0)
  } catch (problem) { if (problem.name !== "AbortError") throw problem }
}

function choose(index) {
  const { input, list } = parts(), all = [...list.querySelectorAll("[role=option]")]
  all.forEach((one, n) => one.setAttribute("aria-selected", String(n === index)))
  input.setAttribute("aria-activedescendant", all[index]?.id || "")
  all[index]?.scrollIntoView({ block: "nearest" })
}

function onKey(event) {
  const all = [...parts().list.querySelectorAll("[role=option]")]
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true")
  if (event.key === "ArrowDown") choose((at + 1) % all.length)
  else if (event.key === "ArrowUp") choose((at - 1 + all.length) % all.length)
  else if (event.key === "Enter") all[Math.max(at, 0)]?.click()
  else return
  event.preventDefault()
}

export function openPalette() {
  const found = parts()
  if (!found || found.dialog.open) return
  found.dialog.showModal()
  found.input.select()
  look()
}

export function start() {
  const found = parts()
  if (!found) return
  if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const kbd of document.querySelectorAll(".search-open kbd")) kbd.textContent = "⌘ K"
  found.input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 120) })
  found.input.addEventListener("keydown", onKey)
  found.list.addEventListener("click", (event) => { if (event.target.closest("[role=option]")) found.dialog.close() })
  found.dialog.addEventListener("click", (event) => { if (event.target === found.dialog) found.dialog.close() })
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) openPalette() })
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette() }
    else if (event.key === "/" && !isTyping(event.target) && !document.querySelector("dialog[open]")) { event.preventDefault(); openPalette() }
  })
}
