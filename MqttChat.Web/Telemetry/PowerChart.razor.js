// One chart over uPlot. Blazor hands over a series once, then new points only; the window moves on by itself, on one timer
// for all charts of the page. Times are drawn in the browser's own zone.
import uPlot from '../lib/uplot/uPlot.esm.js';
import { DayBars, language } from './dayBars.js';

const open = new Set();
const maxPoints = 6000;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const dark = matchMedia('(prefers-color-scheme: dark)');
const forced = matchMedia('(forced-colors: active)');
let ticker = 0;
let hiddenSince = 0;

function addStyles() {
  if (document.querySelector('link[data-uplot]')) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/lib/uplot/uPlot.min.css';
  link.dataset.uplot = '';
  document.head.append(link);
}

const tick = () => { if (!document.hidden) for (const chart of open) chart.tick(); };
const recolour = () => { for (const chart of open) chart.recolour(); };
const catchUp = () => { for (const chart of open) chart.catchUp(); };

function onVisibility() {
  if (document.hidden) {
    hiddenSince = Date.now();
  } else if (hiddenSince && Date.now() - hiddenSince > 30_000) {
    catchUp();
  } else {
    tick();
  }
}

const themes = new MutationObserver(recolour);

function join(chart) {
  if (open.size === 0) {
    ticker = setInterval(tick, 1000);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    dark.addEventListener('change', recolour);
    forced.addEventListener('change', recolour);
    document.addEventListener('visibilitychange', onVisibility);
    document.addEventListener('mqttchat:reconnected', catchUp);
  }
  open.add(chart);
}

function leave(chart) {
  open.delete(chart);
  if (open.size > 0) return;
  clearInterval(ticker);
  themes.disconnect();
  dark.removeEventListener('change', recolour);
  forced.removeEventListener('change', recolour);
  document.removeEventListener('visibilitychange', onVisibility);
  document.removeEventListener('mqttchat:reconnected', catchUp);
}

const number = (value, digits, fixed) =>
  new Intl.NumberFormat(language(), { maximumFractionDigits: digits, minimumFractionDigits: fixed ? digits : 0 }).format(value);

// The same rule as PlugWords.Watts.
function watts(value) {
  if (value == null) return '–';
  const size = Math.abs(value);
  if (size < 9.95) return `${number(value, 1, false)} W`;
  if (size < 999.5) return `${number(value, 0, false)} W`;
  return size < 9995 ? `${number(value / 1000, 2, true)} kW` : `${number(value / 1000, 1, true)} kW`;
}

// Whole steps on the axis need no decimals.
const axisWatts = value => Math.abs(value) >= 1000 ? `${number(value / 1000, 2, false)} kW` : `${number(value, 1, false)} W`;

// Each line comes as its number, milliseconds before now of its first point, steps in milliseconds to each next one (a negative
// number repeats the step before it so many times), and watts. All points in order of time: line, seconds, watts.
function unpack(now, packed) {
  const points = [];
  for (const { line, before, steps, watts } of packed) {
    const times = [now - before];
    let last = 0;
    for (const step of steps) {
      if (step >= 0) last = step;
      for (let left = step < 0 ? -step : 1; left > 0; left--) times.push(times.at(-1) + last);
    }
    times.forEach((at, i) => points.push([line, at / 1000, watts[i]]));
  }
  return points.sort((one, other) => one[1] - other[1]);
}

// With the system's few colours lines differ by their strokes, in the key as in the plot.
const dashes = [{ name: 'solid', stroke: [] }, { name: 'dashed', stroke: [8, 5] }, { name: 'dotted', stroke: [2, 3] }];

// A day and more has a step every few pixels, which a broad line would fill.
const lineWidth = seconds => seconds > 7200 ? 1.25 : 2;

class Chart {
  constructor(host, dotnet, texts) {
    this.host = host;
    this.dotnet = dotnet;
    this.texts = texts;
    this.offset = 0;
    this.seconds = 900;
    this.x = [];
    this.lines = [];
    this.names = [];
    this.drawnAt = 0;
    this.frame = 0;
    this.legend = this.child('ul', 'power-chart-key');
    this.legend.hidden = true;
    this.plotBox = this.child('div', 'power-chart-plot');
    this.plotBox.tabIndex = 0;
    this.plotBox.setAttribute('role', 'application');
    this.plotBox.setAttribute('aria-roledescription', texts.help);
    this.plotBox.setAttribute('aria-label', texts.label);
    this.plotBox.addEventListener('keydown', event => this.key(event));
    this.plotBox.addEventListener('blur', () => this.point(null));
    this.plotBox.addEventListener('focus', () => this.fillTable());
    this.tip = this.child('div', 'power-chart-tip');
    this.tip.hidden = true;
    this.spoken = this.child('div', 'mc-hidden');
    this.spoken.setAttribute('role', 'status');
    this.empty = this.child('p', 'power-chart-empty');
    this.empty.textContent = texts.empty;
    this.empty.hidden = true;
    this.table = this.child('div', 'mc-hidden');
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.plotBox);
    join(this);
  }

  child(tag, name) {
    const element = document.createElement(tag);
    element.className = name;
    this.host.append(element);
    return element;
  }

  now() { return (Date.now() + this.offset) / 1000; }

  load(series) {
    this.showBars(false);
    this.offset = series.now - Date.now();
    this.seconds = series.seconds;
    this.span = series.span;
    this.x = [];
    this.lines = series.lines.map(() => []);
    this.add(series.now, series.points);
    const width = lineWidth(series.seconds);
    if (!this.plot || width !== this.width || series.lines.join('\n') !== this.names.join('\n')) {
      this.width = width;
      this.names = series.lines;
      this.build();
    }
    this.fillLegend();
    this.draw();
    this.fillTable();
  }

  // One line needs no key: the chart's own name says what it is.
  fillLegend() {
    this.legend.hidden = this.names.length < 2;
    this.legend.replaceChildren(...this.names.map((name, i) => {
      const row = document.createElement('li');
      row.textContent = name;
      row.style.setProperty('--line', this.palette.lines[i % this.palette.lines.length]);
      row.style.setProperty('--dash', dashes[i % dashes.length].name);
      return row;
    }));
  }

  loadDays(days) {
    this.showBars(true);
    this.bars.load(days);
  }

  today(kilowattHours) { this.bars?.today(kilowattHours); }

  // One of the two is there; the other keeps what it has.
  showBars(shown) {
    this.tip.hidden = true;
    if (shown) {
      this.empty.hidden = true;
      this.bars ??= new DayBars(this);
    }
    if (this.bars) this.bars.box.hidden = !shown;
    this.plotBox.hidden = shown;
    this.legend.hidden = shown || this.names.length < 2;
  }

  append(now, points) {
    this.offset = now - Date.now();
    this.add(now, points);
    // A page that stays open for hours takes buckets again instead of every reading since.
    if (this.x.length > maxPoints / 2) this.catchUp();
    this.draw();
  }

  // Lines have times of their own: "undefined" joins over a time that is another line's, "null" is a break.
  add(now, packed) {
    for (const [number, at, watts] of unpack(now, packed)) {
      const line = this.lines[number];
      if (!line) continue;
      let place = this.x.length;
      while (place > 0 && this.x[place - 1] > at) place--;
      if (this.x[place - 1] === at) {
        line[place - 1] = watts;
        continue;
      }
      this.x.splice(place, 0, at);
      for (const other of this.lines) other.splice(place, 0, undefined);
      line[place] = watts;
    }
    this.trim();
  }

  // One point before the window stays: the line comes in from the left edge.
  trim() {
    const from = this.now() - this.seconds;
    let gone = 0;
    while (gone < this.x.length - 1 && this.x[gone + 1] < from) gone++;
    gone = Math.max(gone, this.x.length - maxPoints);
    if (gone <= 0) return;
    for (const line of this.lines) {
      const kept = line.slice(0, gone + 1).findLast(value => value !== undefined);
      line.splice(0, gone);
      if (line[0] === undefined) line[0] = kept;
    }
    this.x.splice(0, gone);
  }

  // What was reported last holds until now, or until a break says that nobody knows.
  shown() {
    const now = this.now();
    const ends = this.x.length > 0 && this.x.at(-1) < now;
    return [
      ends ? [...this.x, now] : this.x,
      ...this.lines.map(line => ends ? [...line, line.findLast(value => value !== undefined)] : line),
    ];
  }

  // As the browser resolves them: a canvas knows neither the tokens nor the system's colours.
  colours() {
    const probe = document.createElement('i');
    probe.style.cssText = 'display:none;forced-color-adjust:none';
    this.host.append(probe);
    const get = name => {
      probe.style.color = name.startsWith('--') ? `var(${name})` : name;
      return getComputedStyle(probe).color;
    };
    this.palette = {
      lines: (forced.matches ? ['CanvasText', 'LinkText'] : ['--mc-chart', '--mc-accent', '--mc-good', '--mc-bad', '--mc-muted']).map(get),
      fill: get(forced.matches ? 'transparent' : '--mc-chart-fill'), text: get(forced.matches ? 'CanvasText' : '--mc-muted'),
      grid: get(forced.matches ? 'GrayText' : '--mc-line'),
      font: getComputedStyle(document.documentElement).getPropertyValue('--mc-font').trim() || 'sans-serif',
    };
    probe.remove();
  }

  build() {
    addStyles();
    this.colours();
    this.plot?.destroy();
    const palette = () => this.palette;
    const axis = {
      stroke: () => palette().text,
      font: `12px ${this.palette.font}`,
      grid: { stroke: () => palette().grid, width: 1 },
      ticks: { stroke: () => palette().grid, width: 1, size: 4 },
    };
    const stepped = uPlot.paths.stepped({ align: 1 });
    this.plot = new uPlot({
      width: Math.max(120, this.plotBox.clientWidth),
      height: Math.max(120, this.plotBox.clientHeight),
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 8 } },
      scales: {
        x: { time: true, range: () => [this.now() - this.seconds, this.now()] },
        y: { range: (_, low, high) => this.range(low, high) },
      },
      axes: [
        { ...axis, space: 64, size: 30, values: (_, splits) => splits.map(at => this.tickLabel(at)) },
        { ...axis, size: 64, values: (_, splits) => splits.map(axisWatts) },
      ],
      series: [{}, ...this.names.map((name, i) => ({
        label: name,
        stroke: () => palette().lines[i % palette().lines.length],
        fill: this.names.length === 1 ? () => palette().fill : undefined,
        width: this.width,
        dash: forced.matches ? dashes[i % dashes.length].stroke : undefined,
        paths: stepped,
        points: { show: false },
        spanGaps: false,
      }))],
      hooks: { setCursor: [plot => this.showTip(plot)] },
    }, this.shown(), this.plotBox);
  }

  range(low, high) {
    if (low == null) return [0, 100];
    const [, top] = uPlot.rangeNum(0, Math.max(high, 10), 0.1, true);
    const bottom = low < 0 ? uPlot.rangeNum(low, 0, 0.1, true)[0] : 0;
    return [bottom, top];
  }

  // Over days a date stands where its day begins, and nowhere twice.
  tickLabel(at) {
    return this.seconds > 86_400 && new Date(at * 1000).getHours() !== 0 ? '' : this.clock(at, false);
  }

  // On the axis as short as can be; whole ("exact") where one point is told.
  clock(at, exact) {
    const days = this.seconds > 86_400;
    const write = format => new Intl.DateTimeFormat(language(), format).format(at * 1000);
    const time = exact || !days ? write({ timeStyle: exact && this.seconds <= 3600 ? 'medium' : 'short' }) : '';
    return days ? `${write({ month: 'short', day: 'numeric' })} ${time}`.trim() : time;
  }

  draw() {
    if (this.frame || document.hidden || this.plotBox.hidden) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.plot) return;
      this.drawnAt = performance.now();
      this.trim();
      this.empty.hidden = this.lines.some(line => line.some(value => value != null));
      this.plot.setData(this.shown());
      if (this.focusAt != null) this.point(this.focusAt);
    });
  }

  // Moves on when the window has moved by about a pixel.
  tick() {
    const pixel = 1000 * this.seconds / Math.max(200, this.plotBox.clientWidth);
    if (performance.now() - this.drawnAt >= Math.max(pixel, calm.matches ? 10_000 : 1000) - 50) this.draw();
  }

  recolour() {
    if (!this.plot) return;
    this.build();
    this.fillLegend();
  }

  resize() {
    if (this.plot && this.plotBox.clientWidth > 0) {
      this.plot.setSize({ width: this.plotBox.clientWidth, height: this.plotBox.clientHeight });
    }
  }

  valueAt(line, index) {
    for (let i = index; i >= 0; i--) if (line[i] !== undefined) return line[i];
    return null;
  }

  describe(index) {
    const [x, ...lines] = this.shown();
    const values = lines.map((line, i) => `${this.names.length > 1 ? `${this.names[i]}: ` : ''}${watts(this.valueAt(line, index))}`);
    return [this.clock(x[index], true), ...values];
  }

  showTip(plot) {
    const index = plot.cursor.idx;
    if (index == null || plot.cursor.left < 0 || this.x.length === 0) {
      this.tip.hidden = true;
      return;
    }
    this.tip.replaceChildren(...this.describe(index).map((text, i) => {
      const row = document.createElement(i === 0 ? 'div' : 'strong');
      row.textContent = text;
      return row;
    }));
    this.tip.hidden = false;
    const left = plot.over.offsetLeft + plot.cursor.left;
    const room = this.host.clientWidth - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.max(0, Math.min(left + 14, room))}px`;
  }

  key(event) {
    const [x] = this.shown();
    if (x.length === 0) return;
    const from = this.now() - this.seconds;
    const first = x.findIndex(at => at >= from);
    const last = x.length - 1;
    const here = this.focusAt == null ? last + 1 : x.findLastIndex(at => at <= this.focusAt);
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: first, End: last }[event.key];
    if (event.key === 'Escape') {
      this.point(null);
    } else if (next !== undefined) {
      event.preventDefault();
      const index = Math.min(last, Math.max(first, next));
      this.point(x[index]);
      this.spoken.textContent = this.describe(index).join(', ');
    }
  }

  point(at) {
    this.focusAt = at;
    if (!this.plot) return;
    this.plot.setCursor(at == null ? { left: -10, top: -10 } : { left: this.plot.valToPos(at, 'x'), top: 0 });
  }

  // For screen readers: at most twelve rows, made here, so that they cost nothing on the wire.
  fillTable() {
    if (this.plotBox.hidden) return;
    const [x, ...lines] = this.shown();
    const step = this.seconds / 12;
    const from = this.now() - this.seconds;
    const table = document.createElement('table');
    table.createCaption().textContent = `${this.texts.label}, ${this.span}`;
    const head = table.createTHead().insertRow();
    for (const text of [this.texts.time, ...this.names.flatMap(name => this.names.length > 1
      ? [`${name}: ${this.texts.mean}`, `${name}: ${this.texts.highest}`] : [this.texts.mean, this.texts.highest])]) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = text;
      head.append(cell);
    }
    const body = table.createTBody();
    for (let part = 0; part < 12; part++) {
      const row = body.insertRow();
      row.insertCell().textContent = this.clock(from + part * step, this.seconds > 86_400);
      for (const line of lines) {
        const values = line.filter((value, i) => value != null && x[i] >= from + part * step && x[i] < from + (part + 1) * step);
        row.insertCell().textContent = watts(values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);
        row.insertCell().textContent = watts(values.length ? Math.max(...values) : null);
      }
    }
    this.table.replaceChildren(table);
  }

  catchUp() {
    this.dotnet.invokeMethodAsync('CatchUpAsync').catch(() => { /* no circuit now: its return asks again */ });
  }

  dispose() {
    leave(this);
    cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
    this.plot?.destroy();
    this.plot = null;
    this.host.replaceChildren();
  }
}

export const create = (host, dotnet, texts) => new Chart(host, dotnet, texts);
