// Fetches the charts' bundle when a page, or a fragment that came later, has a chart.
function load(root) {
  const places = [...(root.querySelectorAll?.("[data-chart]") ?? [])].filter((place) => !place.dataset.drawn)
  if (!places.length) return
  import(/* @vite-ignore */ new URL(document.documentElement.dataset.charts, location.href).href).then(({ draw }) => places.forEach(draw))
}

export function start() {
  load(document)
  document.body.addEventListener("htmx:afterSettle", (event) => load(event.detail.target))
  document.body.addEventListener("dengta:refreshed", (event) => load(event.target))
}
