"use strict";

// Histograms over epochs as lines one behind the other: older ones further up and lighter.
const Ridges = (() => {
  const cards = new Map();

  function card(name, gradients) {
    let c = cards.get(name);
    if (!c) {
      const box = document.createElement("div");
      box.className = "card";
      const title = document.createElement("h3");
      title.textContent = name;
      box.append(title);
      c = { box, weights: plot(box, "weight"), gradients: null };
      document.getElementById("histograms").append(box);
      cards.set(name, c);
    }
    if (gradients && !c.gradients) {
      c.gradients = plot(c.box, "gradient");
    }
    return c;
  }

  function plot(box, kind) {
    const label = document.createElement("p");
    label.className = "kind";
    const canvas = document.createElement("canvas");
    canvas.className = "ridge";
    box.append(label, canvas);
    return { canvas, label, kind, rows: [] };
  }

  function draw(p) {
    const rows = p.rows.slice(-16);
    const low = Math.min(...rows.map(r => r.min));
    const high = Math.max(...rows.map(r => r.max));
    p.label.textContent = p.kind + "s, " + number(low) + " to " + number(high);
    const ratio = window.devicePixelRatio || 1;
    const width = p.canvas.clientWidth;
    const height = p.canvas.clientHeight;
    p.canvas.width = width * ratio;
    p.canvas.height = height * ratio;
    const g = p.canvas.getContext("2d");
    g.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const color = style.getPropertyValue("--" + p.kind).trim();
    const paper = style.getPropertyValue("--card").trim();
    const span = high - low || 1;
    const step = rows.length > 1 ? Math.min(9, (height - 60) / (rows.length - 1)) : 0;
    const tall = height - 16 - step * (rows.length - 1);
    rows.forEach((r, i) => {
      const base = height - 2 - step * (rows.length - 1 - i);
      const bin = (r.max - r.min) / r.counts.length;
      // densities, so that ranges of other widths compare
      const top = Math.max(...r.counts) || 1;
      const x = v => (v - low) / span * (width - 2) + 1;
      g.beginPath();
      g.moveTo(x(r.min), base);
      if (bin === 0) {
        g.lineTo(x(r.min) - 2, base);
        g.lineTo(x(r.min), base - tall * 0.9);
        g.lineTo(x(r.min) + 2, base);
      } else {
        r.counts.forEach((n, k) => g.lineTo(x(r.min + (k + 0.5) * bin), base - n / top * tall * 0.9));
      }
      g.lineTo(x(r.max), base);
      const age = rows.length > 1 ? i / (rows.length - 1) : 1;
      g.fillStyle = paper;
      g.fill();
      g.fillStyle = "rgba(" + color + "," + (0.08 + 0.27 * age) + ")";
      g.fill();
      g.strokeStyle = "rgba(" + color + "," + (0.35 + 0.65 * age) + ")";
      g.lineWidth = i === rows.length - 1 ? 1.6 : 1;
      g.stroke();
    });
  }

  function number(v) {
    return Math.abs(v) >= 1e-3 && Math.abs(v) < 1e4 || v === 0 ? String(+v.toPrecision(3)) : v.toExponential(1);
  }

  return {
    number,
    clear() {
      cards.clear();
      document.getElementById("histograms").replaceChildren();
      document.getElementById("histogram-section").hidden = true;
    },
    add(rows) {
      if (rows.length === 0) {
        return;
      }
      document.getElementById("histogram-section").hidden = false;
      let gradients = false;
      for (const row of rows) {
        row.weights.forEach(w => card(w.name, false).weights.rows.push(w));
        (row.gradients || []).forEach(w => card(w.name, true).gradients.rows.push(w));
        gradients = gradients || !!row.gradients;
      }
      document.getElementById("gradient-title").hidden = !gradients;
      this.redraw();
    },
    redraw() {
      for (const c of cards.values()) {
        draw(c.weights);
        if (c.gradients) {
          draw(c.gradients);
        }
      }
    }
  };
})();
