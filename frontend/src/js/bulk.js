// Picking many rows: all, ranges with Shift, and the bar that says how many.
import { word } from "./words.js"

let last = null

const boxes = (place) => [...place.querySelectorAll("tbody .pick input[type=checkbox], li .pick input[type=checkbox]")]

function show(place) {
  const all = boxes(place), picked = all.filter((box) => box.checked).length
  const head = place.querySelector("[data-pick-all]")
  if (head) { head.checked = picked > 0 && picked === all.length; head.indeterminate = picked > 0 && picked < all.length }
  const bar = place.querySelector(".bulk-bar")
  if (!bar) return
  bar.hidden = picked === 0
  bar.querySelector("[data-count]").textContent = word("picked", { n: picked })
  place.classList.toggle("picking", picked > 0 || place.dataset.picking === "yes")
}

export function start() {
  for (const place of document.querySelectorAll("[data-bulk]")) show(place)
  document.body.addEventListener("htmx:afterSettle", () => { for (const place of document.querySelectorAll("[data-bulk]")) show(place) })
  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-bulk]")
    if (!place) return
    if (event.target.closest("[data-pick-none]")) {
      for (const box of boxes(place)) box.checked = false
      delete place.dataset.picking
      return show(place)
    }
    if (event.target.closest("[data-pick-mode]")) {
      place.dataset.picking = place.dataset.picking === "yes" ? "no" : "yes"
      return show(place)
    }
    const box = event.target.closest("input[type=checkbox]")
    if (!box) return
    const all = boxes(place)
    if (box.matches("[data-pick-all]")) for (const one of all) one.checked = box.checked
    else if (event.shiftKey && last && all.includes(last) && all.includes(box)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b)
      for (const one of all.slice(from, to + 1)) one.checked = box.checked
    }
    if (all.includes(box)) last = box
    show(place)
  })
}
