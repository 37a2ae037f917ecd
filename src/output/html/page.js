"use strict";
(() => {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const MINUS = "\u2212";

  // Elements; text always through textContent, because names are users' own.
  const shape = (tag, attributes = {}, parent = null) => {
    const node = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (parent) parent.append(node);
    return node;
  };
  const element = (tag, className, text, parent) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    if (parent) parent.append(node);
    return node;
  };

  // Numbers, as the tables of the program print them.
  const significant = (value) => {
    if (!(value > 0)) return "0";
    const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(value))));
    return value.toFixed(decimals);
  };
  const power = (decade) => {
    if (decade === null) return "\u2013";
    const exponent = Math.floor(decade + 1e-9);
    const mantissa = 10 ** (decade - exponent);
    if (exponent >= -2 && exponent <= 3) return String(Number((10 ** decade).toPrecision(3)));
    return `${mantissa.toFixed(2)}×10${superscript(exponent)}`;
  };
  const superscript = (n) => String(n).replace(/-/g, "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
  const percent = (share) => (100 * share).toFixed(1);
  const shortNumber = (value, digits) => Number(value.toPrecision(digits)).toString().replace("-", MINUS);

  // A drawing with axes. Both axes are in their own drawn units: log10 of what
  // they show, or linear.
  class Plot {
    constructor(place, options) {
      this.place = place;
      this.options = options;
      this.svg = null;
      this.at = null;
      place.tabIndex = options.read ? 0 : -1;
      place.setAttribute("role", "group");
      this.tip = element("div", "tip", undefined, place);
      this.tip.hidden = true;
      this.tip.setAttribute("role", "status");
      if (options.read) this.listen();
      Plot.all.push(this);
      new ResizeObserver(() => this.resized()).observe(place);
      this.resized();
    }
    resized() {
      this.fit(Math.round(this.place.clientWidth));
    }
    fit(width) {
      if (width < 40 || width === this.width) return;
      this.width = width;
      this.height = Math.round(this.options.height(width));
      this.draw();
    }
    draw() {
      if (!this.width) return;
      const { left = 58, right = 12, top = 8, bottom = 40 } = this.options.margins ?? {};
      this.box = { left, top, right: this.width - right, bottom: this.height - bottom };
      const svg = shape("svg", { viewBox: `0 0 ${this.width} ${this.height}`, role: "img" });
      svg.setAttribute("aria-label", this.place.getAttribute("aria-label") ?? "");
      this.svg?.remove();
      this.svg = svg;
      this.place.prepend(svg);
      this.axes();
      const id = `inside-${Plot.count++}`;
      const clip = shape("clipPath", { id }, svg);
      const { right: x1, bottom: y1 } = this.box;
      shape("rect", { x: left, y: top, width: x1 - left, height: y1 - top }, clip);
      this.inside = shape("g", { "clip-path": `url(#${id})` }, svg);
      this.above = shape("g", {}, svg);
      this.options.draw(this);
      this.pointer = shape("g", {}, svg);
      if (this.at !== null) this.show(this.at);
    }
    x(value) {
      const { x } = this.options, { left, right } = this.box;
      return left + ((value - x.low) / (x.high - x.low)) * (right - left);
    }
    y(value) {
      const { y } = this.options, { top, bottom } = this.box;
      return bottom - ((value - y.low) / (y.high - y.low)) * (bottom - top);
    }
    axes() {
      const { x, y } = this.options, { left, right, top, bottom } = this.box;
      const grid = shape("g", {}, this.svg);
      for (const tick of ticks(x, right - left, x.log ? 46 : 64)) {
        const at = this.x(tick.at);
        shape("path", { d: `M${at} ${top}V${bottom}`, class: tick.text ? "grid" : "grid minor" }, grid);
        if (tick.text) this.text(at, bottom + 16, tick.text, { "text-anchor": "middle" });
      }
      for (const tick of ticks(y, bottom - top, 26)) {
        const at = this.y(tick.at);
        shape("path", { d: `M${left} ${at}H${right}`, class: tick.text ? "grid" : "grid minor" }, grid);
        if (tick.text) this.text(left - 7, at + 4, tick.text, { "text-anchor": "end" });
      }
      shape("path", { d: `M${left} ${top}V${bottom}H${right}`, class: "frame" }, grid);
      if (x.label) this.text((left + right) / 2, this.height - 4, x.label, { "text-anchor": "middle", class: "axis" });
      if (y.label) {
        const middle = (top + bottom) / 2;
        this.text(11, middle, y.label, { "text-anchor": "middle", class: "axis", transform: `rotate(-90 11 ${middle})` });
      }
    }
    text(x, y, text, attributes = {}, parent = this.svg) {
      const node = shape("text", { x: x.toFixed(1), y: y.toFixed(1), ...attributes }, parent);
      node.textContent = text;
      return node;
    }
    line(xs, ys, className, parent = this.inside) {
      return shape("path", { d: this.path(xs, ys), class: className }, parent);
    }
    path(xs, ys) {
      let d = "", down = false;
      for (let i = 0; i < xs.length; i++) {
        if (ys[i] === null || ys[i] === undefined) { down = false; continue; }
        d += `${down ? "L" : "M"}${this.x(xs[i]).toFixed(1)} ${this.y(ys[i]).toFixed(1)}`;
        down = true;
      }
      return d;
    }
    listen() {
      const nearest = (event) => {
        const seen = this.svg.getBoundingClientRect();
        const at = ((event.clientX - seen.left) / seen.width) * this.width;
        const { left, right } = this.box, { x } = this.options;
        const value = x.low + ((at - left) / (right - left)) * (x.high - x.low);
        const list = this.options.read.x;
        let best = 0;
        for (let i = 1; i < list.length; i++) {
          if (Math.abs(list[i] - value) < Math.abs(list[best] - value)) best = i;
        }
        return best;
      };
      this.place.addEventListener("pointermove", (event) => this.show(nearest(event)));
      this.place.addEventListener("pointerdown", (event) => this.show(nearest(event)));
      this.place.addEventListener("pointerleave", () => this.hide());
      this.place.addEventListener("blur", () => this.hide());
      this.place.addEventListener("keydown", (event) => {
        const last = this.options.read.x.length - 1;
        const step = event.shiftKey ? 10 : 1;
        const at = this.at ?? Math.round(last / 2);
        const moves = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: last };
        if (event.key === "Escape") this.hide();
        if (!(event.key in moves)) return;
        event.preventDefault();
        this.show(Math.min(last, Math.max(0, moves[event.key])));
      });
    }
    hide() {
      this.at = null;
      this.tip.hidden = true;
      this.pointer?.replaceChildren();
    }
    show(i) {
      this.at = i;
      const read = this.options.read;
      const at = this.x(read.x[i]);
      const rows = read.rows(i).filter((row) => row.y !== null && row.y !== undefined);
      this.pointer.replaceChildren();
      shape("path", { d: `M${at} ${this.box.top}V${this.box.bottom}`, class: "cross" }, this.pointer);
      const shown = rows.sort((a, b) => b.y - a.y);
      for (const row of shown) {
        const y = this.y(row.y);
        if (y < this.box.top - 1 || y > this.box.bottom + 1) continue;
        const dot = shape("circle", { cx: at, cy: y, r: 3.5, class: "dot-mark" }, this.pointer);
        if (row.colour) dot.style.fill = row.colour;
      }
      this.tip.replaceChildren();
      element("b", "", read.head(i), this.tip);
      for (const row of shown.slice(0, 12)) {
        const line = element("div", "", undefined, this.tip);
        const label = element("span", "", undefined, line);
        const dot = element("i", "", undefined, label);
        if (row.colour) dot.style.setProperty("--dot", row.colour);
        label.append(row.label);
        element("span", "", row.text, line);
      }
      if (shown.length > 12) element("div", "note", `… and ${shown.length - 12} more`, this.tip);
      this.tip.hidden = false;
      const scale = this.place.clientWidth / this.width;
      const beside = at * scale + 14;
      const room = this.place.clientWidth - this.tip.offsetWidth;
      this.tip.style.left = `${beside <= room ? beside : Math.max(0, at * scale - this.tip.offsetWidth - 14)}px`;
      this.tip.style.top = `${this.box.top + 6}px`;
    }
  }
  Plot.count = 0;
  Plot.all = [];

  // Places of grid lines; those with a text are labelled.
  const ticks = (axis, length, room) => {
    if (axis.ticks) return axis.ticks;
    const { low, high } = axis;
    const found = [];
    if (axis.log) {
      const decades = high - low;
      const every = Math.max(1, Math.ceil((decades * room) / length));
      const name = axis.plain ? plainDecade : (e) => `10${superscript(e)}`;
      const fine = decades < 2.2 && length / decades > 3 * room;
      for (let e = Math.floor(low); e <= Math.ceil(high); e++) {
        for (let m = 1; m < 10; m++) {
          const at = e + Math.log10(m);
          if (at < low - 1e-9 || at > high + 1e-9) continue;
          const labelled = m === 1 ? e % every === 0 : fine && (m === 2 || m === 5);
          if (m > 1 && every > 1) continue;
          if (m > 1 && decades > 6) continue;
          found.push({ at, text: labelled ? (m === 1 ? name(e) : axis.plain ? plainDecade(e, m) : `${m}·10${superscript(e)}`) : "" });
        }
      }
      return found;
    }
    const raw = ((high - low) * room) / length;
    const base = 10 ** Math.floor(Math.log10(raw));
    const step = base * [1, 2, 5, 10].find((m) => m * base >= raw);
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      found.push({ at: k * step, text: axis.text ? axis.text(k * step) : shortNumber(k * step, 6) });
    }
    return found;
  };
  const plainDecade = (e, m = 1) => {
    const value = m * 10 ** e;
    if (value >= 1000) return `${Number((value / 1000).toPrecision(6))}k`;
    return String(Number(value.toPrecision(6)));
  };

  const decades = (list) => list.map((value) => (value === null ? null : Math.log10(value)));
  const extent = (lists) => {
    let low = Infinity, high = -Infinity;
    for (const list of lists) {
      for (const value of list) {
        if (value === null) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return low < high ? [low, high] : [low - 1, low + 1].map((v) => (Number.isFinite(v) ? v : 0));
  };
  const colourOf = (node) => getComputedStyle(node).stroke;
  const lookOf = (curve) => (curve === 0 ? "curve all" : `curve c${(curve - 1) % 7} d${Math.floor((curve - 1) / 7) % 3}`);

  // Mean spectra, with curves that can be switched off.
  for (const place of document.querySelectorAll("[data-spectrum]")) {
    const spectrum = data.spectra[place.dataset.spectrum];
    const legend = document.querySelector(`[data-legend="${place.dataset.spectrum}"]`);
    const boxes = [...legend.querySelectorAll("input")];
    const is_on = (curve) => boxes.find((box) => box.dataset.curve === String(curve))?.checked ?? false;
    const x = decades(spectrum.frequency);
    const [low, high] = extent(spectrum.curves.map((curve) => curve.power));
    const margin = 0.04 * (high - low);
    let drawn = new Map();
    const plot = new Plot(place, {
      height: (width) => Math.min(430, Math.max(270, width * 0.46)),
      x: { low: x[0], high: x[x.length - 1], log: true, plain: true, label: spectrum.axis },
      y: { low: low - margin, high: high + margin, log: true, label: spectrum.power },
      draw(plot) {
        drawn = new Map();
        // All on top of its classes.
        for (let i = spectrum.curves.length - 1; i >= 0; i--) {
          if (!is_on(i)) continue;
          drawn.set(i, plot.line(x, spectrum.curves[i].power, lookOf(i)));
        }
        if (spectrum.law && is_on("law")) {
          plot.line(spectrum.law.map((end) => Math.log10(end[0])), spectrum.law.map((end) => end[1]), "law");
        }
      },
      read: {
        x,
        head: (i) => `${significant(spectrum.frequency[i])} ${spectrum.unit}`,
        rows: (i) =>
          [...drawn].map(([curve, path]) => ({
            label: spectrum.curves[curve].class,
            y: spectrum.curves[curve].power[i],
            text: power(spectrum.curves[curve].power[i]),
            colour: colourOf(path),
          })),
      },
    });
    legend.addEventListener("change", () => plot.draw());
    for (const button of legend.querySelectorAll("[data-classes]")) {
      button.addEventListener("click", () => {
        for (const box of boxes) {
          if (box.dataset.curve !== "0" && box.dataset.curve !== "law") box.checked = button.dataset.classes === "on";
        }
        plot.draw();
      });
    }
  }

  // The rising tide.
  const tide = data.tide;
  if (tide) {
    const slider = document.getElementById("t");
    const schedule = document.getElementById("schedule");
    const choice = document.getElementById("class");
    const now = () => {
      const s = Number(schedule.value), k = Number(slider.value);
      const { t, alpha, sigma } = tide.schedules[s];
      // The noise in units of the data; infinite where no data are left.
      return { s, k, t: t[k], alpha: alpha[k], sigma: sigma[k], ratio: sigma[k] / alpha[k] };
    };
    const study = (panel) => panel.studies.find((one) => choice && one.class === choice.value) ?? panel.studies[0];
    const floorOf = (panel, ratio) => Math.log10(tide.tau * ratio * ratio);

    const tidePanel = (place) => {
      const panel = tide.panels[place.dataset.panel];
      const x = decades(panel.frequency);
      const [low, high] = extent(panel.studies.map((one) => one.snr));
      const margin = 0.08 * (high - low) + 0.2;
      let current = null;
      const compute = () => {
        const level = now(), one = study(panel), { ratio } = level;
        const noise = ratio * ratio;
        const sum = one.snr.map((value, i) => {
          const bias = one.noise ? 10 ** one.noise[i] : 1;
          return value === null || !Number.isFinite(noise) ? null : Math.log10(10 ** value + noise * bias);
        });
        current = { level, one, sum, floor: floorOf(panel, ratio) };
      };
      const plot = new Plot(place.querySelector(".plot"), {
        height: (width) => Math.min(330, Math.max(230, width * 0.72)),
        margins: { bottom: 52 },
        x: { low: x[0], high: x[x.length - 1], log: true, plain: true, label: panel.axis },
        y: { low: low - margin, high: high + margin, log: true, label: panel.power },
        draw(plot) {
          compute();
          const { one, sum, level } = current;
          const { left, right, top, bottom } = plot.box;
          const clamped = Math.min(high + margin, Math.max(low - margin, current.floor));
          const sea = plot.y(clamped);
          shape("rect", { x: left, y: sea, width: right - left, height: Math.max(0, bottom - sea), class: "water" }, plot.inside);
          for (const [from, to] of stretches(one.snr, current.floor)) {
            shape("path", { d: drownedArea(plot, x, one.snr, from, to, clamped), class: "drowned" }, plot.inside);
          }
          plot.line(x, sum, "sum");
          plot.line(x, one.snr, "curve all");
          if (current.floor > low - margin && current.floor < high + margin) {
            shape("path", { d: `M${left} ${sea}H${right}`, class: "floor" }, plot.inside);
          }
          rug(plot, x, one.snr, current.floor);
          const f_max = one.f_max[level.s][level.k];
          if (f_max > 0) {
            const at = plot.x(Math.log10(f_max));
            shape("path", { d: `M${at} ${top}V${bottom}`, class: "cross" }, plot.above);
            const end = at > (left + right) / 2;
            plot.text(at + (end ? -5 : 5), top + 12, "f max", { class: "mark", "text-anchor": end ? "end" : "start" }, plot.above);
          }
        },
        read: {
          x,
          head: (i) => `${significant(panel.frequency[i])} ${panel.unit}`,
          rows: (i) => [
            { label: "data", y: current.one.snr[i], text: power(current.one.snr[i]) },
            { label: "noise floor", y: Number.isFinite(current.floor) ? current.floor : null, text: power(current.floor), colour: "var(--water)" },
            { label: "data with noise", y: current.sum[i], text: power(current.sum[i]), colour: "var(--soft)" },
          ],
        },
      });
      const reading = (name) => place.querySelector(`[data-reading="${name}"]`);
      const update = () => {
        plot.draw();
        const { level, one } = current;
        const of = (name) => `results[${one.result}].${name}@${tide.schedules[level.s].name}[${level.k}]`;
        const f_max = one.f_max[level.s][level.k], share = one.share[level.s][level.k];
        const highest = reading("f_max"), left = reading("share");
        highest.textContent = f_max > 0 ? `${significant(f_max)} ${panel.unit}` : "nothing left";
        highest.dataset.noise = of("f_max");
        left.textContent = `${percent(share)} %`;
        left.dataset.noise = of("share");
        return `${panel.title}: ${left.textContent} of the band left, f max ${highest.textContent}`;
      };
      return update;
    };

    // Runs of neighbouring points at or under the floor.
    const stretches = (list, floor) => {
      const found = [];
      for (let i = 0; i < list.length; i++) {
        if (list[i] === null || list[i] > floor) continue;
        const from = i;
        while (i + 1 < list.length && list[i + 1] !== null && list[i + 1] <= floor) i++;
        found.push([from, i]);
      }
      return found;
    };
    // Where the line between two points meets the floor.
    const meeting = (x, y, a, b, floor) => x[a] + ((floor - y[a]) / (y[b] - y[a])) * (x[b] - x[a]);
    const ends = (x, y, from, to, floor) => {
      const before = from > 0 && y[from - 1] !== null ? meeting(x, y, from - 1, from, floor) : x[from];
      const after = to + 1 < x.length && y[to + 1] !== null ? meeting(x, y, to, to + 1, floor) : x[to];
      return [before, after];
    };
    const drownedArea = (plot, x, y, from, to, floor) => {
      const [before, after] = ends(x, y, from, to, floor);
      let d = `M${plot.x(before)} ${plot.y(floor)}`;
      for (let i = from; i <= to; i++) d += `L${plot.x(x[i]).toFixed(1)} ${plot.y(y[i]).toFixed(1)}`;
      return `${d}L${plot.x(after)} ${plot.y(floor)}Z`;
    };
    // Below the axis: what is left, and what is drowned.
    const rug = (plot, x, y, floor) => {
      const { left, right, bottom } = plot.box;
      const place = { y: bottom + 22, height: 5, rx: 1 };
      shape("rect", { x: left, width: right - left, class: "rest", ...place }, plot.svg);
      for (const [from, to] of stretches(y, floor)) {
        const [before, after] = ends(x, y, from, to, floor).map((value) => plot.x(value));
        shape("rect", { x: before, width: Math.max(0.5, after - before), fill: "var(--paper)", ...place }, plot.svg);
        shape("rect", { x: before, width: Math.max(0.5, after - before), class: "gone", ...place }, plot.svg);
      }
    };

    const panels = [...document.querySelectorAll("[data-panel]")].map(tidePanel);

    // Share of the band over time, all representations.
    const keys = document.getElementById("left-key");
    tide.panels.forEach((panel, i) => {
      const key = element("span", "", undefined, keys);
      const swatch = shape("svg", { viewBox: "0 0 22 8", class: "swatch", "aria-hidden": "true" }, key);
      shape("path", { d: "M0 4H22", class: lookOf(i + 1) }, swatch);
      key.append(` ${panel.title}`);
    });
    const times = tide.schedules[0].t.map((_, k) => k / 100);
    let lines = [];
    const leftPlot = new Plot(document.getElementById("left"), {
      height: (width) => Math.min(240, Math.max(190, width * 0.3)),
      x: { low: 0, high: 1, label: "time t" },
      y: { low: 0, high: 1.02, text: (value) => `${Math.round(100 * value)} %` },
      draw(plot) {
        const { s, k } = now();
        lines = tide.panels.map((panel, i) => plot.line(times, study(panel).share[s], lookOf(i + 1)));
        shape("path", { d: `M${plot.x(k / 100)} ${plot.box.top}V${plot.box.bottom}`, class: "floor" }, plot.above);
      },
      read: {
        x: times,
        head: (k) => `t = ${tide.schedules[now().s].t[k].toFixed(2)}`,
        rows: (k) =>
          tide.panels.map((panel, i) => {
            const share = study(panel).share[now().s][k];
            return { label: panel.title, y: share, text: `${percent(share)} %`, colour: colourOf(lines[i]) };
          }),
      },
    });

    const sci = (value) => (value === 0 || !Number.isFinite(value) ? "" : shortNumber(value, 3));
    let saying = 0;
    const update = () => {
      const level = now();
      const t = level.t.toFixed(level.t > 0 && level.t < 0.005 ? 3 : 2);
      document.getElementById("t-value").textContent = t;
      const snr = -20 * Math.log10(level.ratio);
      const db = Number.isFinite(snr) ? `${shortNumber(Number(snr.toFixed(1)), 4)} dB` : snr > 0 ? "∞" : `${MINUS}∞`;
      document.getElementById("levels").textContent =
        `data × ${sci(level.alpha) || level.alpha}, noise × ${sci(level.sigma) || level.sigma}, log-SNR ${db}`;
      document.getElementById("convention").textContent = tide.schedules[level.s].convention;
      slider.setAttribute("aria-valuetext", `t = ${t}`);
      const said = panels.map((panel) => panel());
      leftPlot.draw();
      // Once the slider rests, so that a reader is not interrupted by itself.
      clearTimeout(saying);
      saying = setTimeout(() => {
        document.getElementById("tide-summary").textContent = `t = ${t}. ${said.join(". ")}`;
      }, 400);
    };
    for (const control of [slider, schedule, choice]) control?.addEventListener("input", update);
    update();
  }

  // Spectrograms.
  const MAGMA = [
    [0, 0, 4], [20, 14, 54], [59, 15, 112], [100, 26, 128], [140, 41, 129], [183, 55, 121],
    [222, 73, 104], [247, 112, 92], [254, 159, 109], [254, 207, 146], [252, 253, 191],
  ];
  const magma = (t) => {
    const at = t * (MAGMA.length - 1);
    const first = Math.min(MAGMA.length - 2, Math.floor(at));
    return MAGMA[first].map((low, c) => low + (at - first) * (MAGMA[first + 1][c] - low));
  };
  const hertz = (value) => (value >= 1000 ? `${Number((value / 1000).toPrecision(2))}k` : String(Math.round(value)));
  for (const place of document.querySelectorAll("[data-spectrogram]")) {
    const shown = data.spectrograms[place.dataset.spectrogram];
    const bytes = Uint8Array.from(atob(shown.levels), (c) => c.charCodeAt(0));
    const rows = shown.frequency.length, columns = shown.time.length;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [columns, rows];
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(columns, rows);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        pixels.data.set([...magma(bytes[r * columns + c] / 255), 255], ((rows - 1 - r) * columns + c) * 4);
      }
    }
    context.putImageData(pixels, 0, 0);
    const step = columns > 1 ? shown.time[1] - shown.time[0] : 1;
    // The row of a frequency, between those of the table.
    const rowOf = (f) => {
      const above = shown.frequency.findIndex((one) => one >= f);
      if (above <= 0) return above === 0 && shown.frequency[0] === f ? 0 : null;
      const [low, high] = [shown.frequency[above - 1], shown.frequency[above]];
      return above - 1 + (f - low) / (high - low);
    };
    const octaves = [];
    for (let f = 16000; f >= 125; f /= 2) {
      const at = rowOf(f);
      const clear = octaves.length === 0 || octaves[octaves.length - 1].at - at > 0.09 * rows;
      if (at !== null && clear) octaves.push({ at, text: hertz(f) });
    }
    const level = (byte) => shown.low + (byte / 255) * (shown.high - shown.low);
    new Plot(place, {
      height: (width) => width * 0.78,
      margins: { left: 44, right: 4, top: 4, bottom: 36 },
      x: { low: shown.time[0] - step / 2, high: shown.time[columns - 1] + step / 2, label: "time (s)" },
      y: { low: -0.5, high: rows - 0.5, label: "Hz", ticks: octaves },
      draw(plot) {
        const { left, right, top, bottom } = plot.box;
        shape("image", {
          href: canvas.toDataURL(), x: left, y: top, width: right - left, height: bottom - top, preserveAspectRatio: "none",
        }, plot.inside);
      },
      read: {
        x: shown.time,
        head: (c) => `${(shown.start + shown.time[c]).toFixed(2)} s into the clip`,
        rows: (c) => {
          let best = 0;
          for (let r = 1; r < rows; r++) if (bytes[r * columns + c] > bytes[best * columns + c]) best = r;
          const text = `${Math.round(level(bytes[best * columns + c]))} ${shown.unit}`.replace("-", MINUS);
          return [{ label: `strongest: ${hertz(shown.frequency[best])} Hz`, y: best, text }];
        },
      },
    });
  }

  // On paper everything is open, and stays as it was on the screen afterwards.
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
    // Plots across the page are drawn for paper, however narrow the screen is.
    for (const plot of Plot.all) if (!plot.place.closest(".panel, figure")) plot.fit(700);
  });
  window.addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    for (const plot of Plot.all) plot.resized();
  });
})();
