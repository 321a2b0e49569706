// One bar a day inside a power chart: plain boxes, which take the theme's colours by themselves. Days are the house's own, and
// come as the first one's date, so that no zone of the browser's moves them.

// Dates and numbers as the page's others: in the format that the server found for this viewer.
export const language = () => document.documentElement.dataset.format || document.documentElement.lang || undefined;
const number = (value, least, most) =>
  new Intl.NumberFormat(language(), { minimumFractionDigits: least, maximumFractionDigits: most }).format(value);

// The same rule as PlugWords.Energy.
function energy(value) {
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${number(value, digits, digits)} kWh`;
}

// Three to five whole steps up to a bit above the highest bar.
function steps(highest) {
  const rough = Math.max(highest, 0.04) / 4;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find(one => one * magnitude >= rough * 0.999) * magnitude;
  return { step, top: step * Math.max(1, Math.ceil(highest / step - 0.001)) };
}

function element(tag, name, parent, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

export class DayBars {
  constructor(chart) {
    this.chart = chart;
    this.texts = chart.texts.days;
    this.box = element('div', 'day-bars');
    chart.plotBox.after(this.box);
    this.sum = element('p', 'day-bars-sum mc-figure', this.box);
    this.plot = element('div', 'day-bars-plot', this.box);
    this.plot.tabIndex = 0;
    this.plot.setAttribute('role', 'application');
    this.plot.setAttribute('aria-roledescription', chart.texts.help);
    this.plot.setAttribute('aria-label', this.texts.label);
    this.grid = element('div', 'day-bars-grid', this.plot);
    this.columns = element('div', 'day-bars-columns', this.plot);
    this.plot.addEventListener('keydown', event => this.key(event));
    this.plot.addEventListener('blur', () => this.point(null));
    this.columns.addEventListener('pointermove', event => this.point(this.placeOf(event)));
    this.columns.addEventListener('pointerdown', event => this.point(this.placeOf(event)));
    // A finger that is lifted leaves too: what it chose stays to be read until another place is touched.
    this.columns.addEventListener('pointerleave', event => { if (event.pointerType !== 'touch') this.point(null); });
  }

  load(days) {
    this.span = days.span;
    this.first = Date.parse(`${days.first}T00:00:00Z`);
    this.energy = days.energy;
    this.parts = new Set(days.parts);
    this.draw();
  }

  today(kilowattHours) {
    this.energy[this.energy.length - 1] = kilowattHours;
    this.draw();
  }

  date(place, format) {
    return new Intl.DateTimeFormat(language(), { timeZone: 'UTC', ...format }).format(this.first + place * 86_400_000);
  }

  cost(kilowattHours) {
    return this.texts.price > 0 ? new Intl.NumberFormat(language(), {
      style: 'currency', currency: this.texts.currency, currencyDisplay: 'narrowSymbol',
    }).format(kilowattHours * this.texts.price).replace('￥', '¥') : '';
  }

  note(place) {
    const notes = this.energy[place] == null ? [this.texts.none] : this.parts.has(place) ? [this.texts.part] : [];
    if (place === this.energy.length - 1) notes.push(this.texts.soFar);
    return notes.join(', ');
  }

  describe(place) {
    const value = this.energy[place];
    return [
      this.date(place, { weekday: 'short', month: 'short', day: 'numeric' }),
      value == null ? '' : [energy(value), this.cost(value)].filter(Boolean).join(' · '),
      this.note(place),
    ].filter(Boolean);
  }

  draw() {
    const known = this.energy.filter(value => value != null);
    const { step, top } = steps(Math.max(0, ...known));
    this.chart.empty.hidden = known.length > 0;
    this.grid.replaceChildren();
    for (let at = 0; known.length > 0 && at <= top + step / 2; at += step) {
      const line = element('div', 'day-bars-line', this.grid);
      line.style.bottom = `${100 * at / top}%`;
      element('span', '', line, `${number(at, 0, 3)} kWh`);
    }
    this.columns.classList.toggle('many', this.energy.length > 7);
    this.columns.replaceChildren(...this.energy.map((value, place) => this.column(value, place, top)));
    this.fillSum(known);
    this.fillTable();
    if (this.at != null) this.point(this.at);
  }

  column(value, place, top) {
    const last = this.energy.length - 1;
    const column = element('div', 'day-bars-day');
    column.classList.toggle('none', value == null);
    column.classList.toggle('part', this.parts.has(place));
    column.classList.toggle('today', place === last);
    column.classList.toggle('monday', this.isMonday(place));
    // Where there is little room, the name of the running week makes way for today's.
    column.classList.toggle('late', last - place < 8);
    element('i', '', column).style.height = value == null ? '' : `${Math.max(0, 100 * value / top)}%`;
    const name = element('span', '', column, this.name(place, last));
    if (this.energy.length <= 7 && place < last) name.dataset.short = this.date(place, { weekday: 'short' });
    return column;
  }

  isMonday(place) { return this.energy.length > 7 && new Date(this.first + place * 86_400_000).getUTCDay() === 1; }

  // Of many days only today and the Mondays are named; all dates are in the tip and in the table.
  name(place, last) {
    if (place === last) return new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(0, 'day');
    if (this.energy.length <= 7) return this.date(place, { weekday: 'short', day: 'numeric' });
    return this.isMonday(place) && last - place > 3
      ? this.date(place, { month: document.documentElement.lang === 'ja' ? 'numeric' : 'short', day: 'numeric' }) : '';
  }

  // The mean is that of whole days: today and what was heard in part would pull it down.
  fillSum(known) {
    const total = known.reduce((sum, value) => sum + value, 0);
    const whole = this.energy.filter((value, place) => value != null && !this.parts.has(place) && place < this.energy.length - 1);
    const mean = whole.reduce((sum, value) => sum + value, 0) / whole.length;
    this.sum.replaceChildren();
    if (known.length === 0) return;
    element('strong', '', this.sum, [`${this.texts.total} ${energy(total)}`, this.cost(total)].filter(Boolean).join(' · '));
    if (whole.length > 1) element('span', '', this.sum, this.texts.mean.replace('{0}', energy(mean)));
    if (this.parts.size > 0) element('span', 'day-bars-key', this.sum, this.texts.part);
  }

  fillTable() {
    const table = document.createElement('table');
    table.createCaption().textContent = `${this.texts.label}, ${this.span}`;
    const head = table.createTHead().insertRow();
    const titles = [this.texts.day, this.texts.energy, ...(this.texts.price > 0 ? [this.texts.cost] : []), this.texts.note];
    for (const text of titles) element('th', '', head, text).scope = 'col';
    const body = table.createTBody();
    this.energy.forEach((value, place) => {
      const row = body.insertRow();
      const cells = [value == null ? '–' : energy(value), ...(this.texts.price > 0 ? [value == null ? '–' : this.cost(value)] : []), this.note(place)];
      element('th', '', row, this.date(place, { weekday: 'short', month: 'short', day: 'numeric' })).scope = 'row';
      for (const text of cells) row.insertCell().textContent = text;
    });
    this.chart.table.replaceChildren(table);
  }

  placeOf(event) {
    const { left, width } = this.columns.getBoundingClientRect();
    return Math.min(this.energy.length - 1, Math.max(0, Math.floor((event.clientX - left) / width * this.energy.length)));
  }

  key(event) {
    const last = this.energy.length - 1;
    const here = this.at ?? last + 1;
    const next = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape') {
      this.point(null);
    } else if (next !== undefined) {
      event.preventDefault();
      this.point(Math.min(last, Math.max(0, next)));
      this.chart.spoken.textContent = this.describe(this.at).join(', ');
    }
  }

  point(place) {
    this.columns.querySelector('.here')?.classList.remove('here');
    this.at = place;
    const tip = this.chart.tip;
    tip.hidden = place == null;
    if (place == null) return;
    const column = this.columns.children[place];
    column.classList.add('here');
    tip.replaceChildren(...this.describe(place).map((text, i) => element(i === 1 && this.energy[place] != null ? 'strong' : 'div', '', null, text)));
    const host = this.chart.host.getBoundingClientRect();
    const { left, width } = column.getBoundingClientRect();
    const middle = left + width / 2 - host.left;
    tip.style.left = `${Math.max(0, Math.min(middle - tip.offsetWidth / 2, host.width - tip.offsetWidth))}px`;
  }
}
