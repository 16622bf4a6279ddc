// The charts' own bundle, fetched only by pages that have one. Data comes as JSON, never as code.
import * as echarts from "echarts/core"
import { BarChart, FunnelChart, LineChart } from "echarts/charts"
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components"
import { CanvasRenderer } from "echarts/renderers"

echarts.use([BarChart, LineChart, FunnelChart, GridComponent, DatasetComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer])

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

// light-dark() has to be resolved by an element before a canvas can use it.
function colour(name) {
  const probe = document.createElement("i")
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const found = getComputedStyle(probe).color
  probe.remove()
  return found
}

const fade = (rgb, part) => `rgba(${rgb.match(/[\d.]+/g).slice(0, 3).join(",")},${part})`

function palette() {
  return [colour("--chart"), ...(matchesDark() ? ["#6fd3c4", "#c4a5f5", "#8d9bab", "#e3b07a"] : ["#2f8f83", "#7a5bb8", "#7d8896", "#b0773a"])]
}
const matchesDark = () => document.documentElement.dataset.bsTheme === "dark"

// {kind: "bar"|"line"|"funnel", labels: [...], series: [{name, values}], unit, horizontal, stacked}
function option(data) {
  const ink = colour("--ink"), soft = colour("--ink-soft"), line = colour("--line")
  const font = { fontFamily: style("--font-sans-serif"), color: ink }
  const shared = {
    color: palette(), textStyle: font, animationDuration: 300, aria: { enabled: true },
    tooltip: { trigger: data.kind === "funnel" ? "item" : "axis", renderMode: "richText", backgroundColor: colour("--raised"), borderColor: line, textStyle: font, axisPointer: { type: "line" } },
    legend: data.series.length > 1 ? { top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: font } : undefined,
  }
  if (data.kind === "funnel") {
    const [only] = data.series
    return { ...shared, series: [{ type: "funnel", sort: "none", left: 8, right: 120, top: 8, bottom: 8, gap: 2, minSize: "6%", label: { position: "right", color: ink, formatter: "{b}  {c}" }, labelLine: { show: false }, itemStyle: { borderWidth: 0 }, data: only.values.map((value, n) => ({ value, name: data.labels[n], itemStyle: { color: fade(shared.color[0], 1 - (n * 0.6) / Math.max(data.labels.length - 1, 1)) } })) }] }
  }
  const names = { type: "category", data: data.labels, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft, hideOverlap: true }, inverse: Boolean(data.horizontal) }
  const values = { type: "value", splitLine: { lineStyle: { color: line } }, axisLabel: { color: soft }, minInterval: data.whole === false ? undefined : 1 }
  return {
    ...shared, grid: { left: 4, right: 12, top: shared.legend ? 34 : 12, bottom: 4, containLabel: true },
    xAxis: data.horizontal ? values : names, yAxis: data.horizontal ? names : values,
    series: data.series.map((one) => ({ type: data.kind, name: one.name, data: one.values, stack: data.stacked ? "all" : undefined, barMaxWidth: 28, showSymbol: false, symbolSize: 6, lineStyle: { width: 2 }, label: { show: data.kind === "bar" && data.series.length === 1, position: data.horizontal ? "right" : "top", color: soft }, emphasis: { focus: "series" } })),
  }
}

export function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent)
  const chart = echarts.getInstanceByDom(place) || echarts.init(place, null, { renderer: "canvas" })
  chart.setOption(option(data), true)
  chart.off("click")
  chart.on("click", (hit) => { const to = data.links?.[hit.dataIndex]; if (to) location.assign(to) })
  if (place.dataset.drawn) return
  place.dataset.drawn = "yes"
  new ResizeObserver(() => chart.resize()).observe(place)
  document.addEventListener("dengta:theme", () => requestAnimationFrame(() => chart.setOption(option(data), true)))
}
