// Draws what stands in the tables of a page. Without it the tables are there; with it they are
// folded below each drawing, which is not read aloud.
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, SVGRenderer])

const HEIGHT = 260
const drawn = []

for (const place of document.querySelectorAll('[data-chart]')) start(place)
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
addEventListener('resize', () => requestAnimationFrame(resizeAll))

function start (place) {
  const table = document.getElementById(place.dataset.table)
  const figures = read(table)
  if (figures.series.length === 0 || figures.labels.length === 0) return
  for (const each of [place, legendOf(table)]) if (each) each.hidden = false
  const chart = init(place, null, { renderer: 'svg', height: HEIGHT })
  drawn.push({ chart, figures })
  chart.setOption(option(figures))
  table.closest('details').open = false
}

function legendOf (table) {
  return document.querySelector(`[data-legend="${table.id}"]`)
}

function drawAll () {
  for (const { chart, figures } of drawn) chart.setOption(option(figures), { notMerge: true })
}

function resizeAll () {
  for (const { chart } of drawn) chart.resize({ height: HEIGHT })
}

// What a table says: the names of its rows, a series for each head that asks for one, a limit.
function read (table) {
  const heads = [...table.tHead.rows[0].cells]
  const rows = [...table.tBodies[0].rows]
  const { limit } = table.dataset
  return {
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.flatMap((head, column) => head.dataset.series ? [seriesOf(head, rows, column)] : []),
    limit: numberOf(limit)
  }
}

function seriesOf (head, rows, column) {
  return {
    type: head.dataset.series,
    name: head.textContent.trim(),
    unit: head.dataset.unit ?? '',
    values: rows.map((row) => numberOf(row.cells[column].dataset.value))
  }
}

function numberOf (text) {
  return text === undefined || text === '' ? null : Number(text)
}

function option ({ labels, series, limit }) {
  const ink = colours()
  return {
    animation: false,
    textStyle: { fontFamily: ink.font, color: ink.slate },
    grid: { left: 48, right: series.length > 1 ? 56 : 16, top: 36, bottom: 36 },
    xAxis: {
      type: 'category',
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.slate, hideOverlap: true }
    },
    yAxis: series.map((each) => axis(each, ink, limit)),
    series: [...series.map((each, index) => shape(each, index, ink)), ...limitLine(limit, labels, ink)]
  }
}

function axis (each, ink, limit) {
  const percent = each.unit === '%'
  return {
    type: 'value',
    name: each.unit,
    min: 0,
    max: percent ? 100 : limit ? ({ max }) => Math.ceil(Math.max(max, limit) * 1.15) : undefined,
    minInterval: percent || limit ? 0 : 1,
    nameTextStyle: { color: ink.slate },
    axisLabel: { color: ink.slate },
    splitLine: { show: !percent, lineStyle: { color: ink.line } }
  }
}

function shape (each, index, ink) {
  const colour = each.type === 'bar' ? ink.plateau : ink.pine
  return {
    type: each.type,
    name: each.name,
    yAxisIndex: index,
    data: each.values,
    silent: true,
    barMaxWidth: 40,
    symbolSize: 8,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 3 },
    label: { show: each.type === 'bar', position: 'top', color: ink.ink, formatter: shown }
  }
}

function shown ({ value }) {
  return value ? String(value) : ''
}

// What is promised, as a dashed line across.
function limitLine (limit, labels, ink) {
  if (!limit) return []
  return [{
    type: 'line',
    data: labels.map(() => limit),
    silent: true,
    symbol: 'none',
    lineStyle: { color: ink.saffron, type: 'dashed', width: 2 }
  }]
}

function colours () {
  const style = getComputedStyle(document.documentElement)
  const names = ['ink', 'slate', 'line', 'plateau', 'pine', 'saffron', 'font']
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]))
}
