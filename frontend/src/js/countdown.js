// Clocks that run: `<time class="countdown" data-due="ISO" data-soon="300">`. The server's time rules, not the phone's.
import { word } from "./words.js"

let ahead = 0

export function spell(seconds) {
  const all = Math.abs(Math.trunc(seconds)), days = Math.trunc(all / 86400), hours = Math.trunc(all / 3600) % 24
  const two = (n) => String(n).padStart(2, "0")
  if (days) return word("days_hours", { d: days, h: hours })
  const clock = `${two(Math.trunc(all / 60) % 60)}:${two(all % 60)}`
  return hours ? `${hours}:${clock}` : clock
}

function tick() {
  const now = Date.now() + ahead
  for (const chip of document.querySelectorAll(".countdown[data-due]")) {
    const left = (Date.parse(chip.dataset.due) - now) / 1000
    const state = left < 0 ? "late" : left <= Number(chip.dataset.soon || 300) ? "soon" : "calm"
    if (chip.dataset.state !== state) chip.dataset.state = state
    const text = word(left < 0 ? "over" : "left", { t: spell(left) })
    const place = chip.querySelector(".countdown-text")
    if (place && place.textContent !== text) place.textContent = text
  }
}

export function start() {
  const sent = document.documentElement.dataset.now
  if (sent) ahead = Date.parse(sent) - Date.now()
  if (Math.abs(ahead) < 2000 || Number.isNaN(ahead)) ahead = 0
  tick()
  setInterval(() => { if (!document.hidden) tick() }, 1000)
  document.addEventListener("visibilitychange", tick)
}
