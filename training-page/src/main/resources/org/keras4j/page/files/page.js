"use strict";

const $ = id => document.getElementById(id);
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const HEIGHT = 230;
let run = {};
let epochs = [];
let batches = [];
let memory = [];
const charts = { epoch: new Map(), batch: new Map(), memory: new Map() };

// charts are as wide as their boxes, which make room for others
const widths = new ResizeObserver(entries => {
  for (const entry of entries) {
    for (const group of Object.values(charts)) {
      for (const c of group.values()) {
        if (c.box === entry.target) {
          c.plot.setSize({ width: inner(c.box), height: HEIGHT });
        }
      }
    }
  }
});

function inner(box) {
  const style = getComputedStyle(box);
  return Math.max(200, box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
}

function axis(more) {
  return {
    stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line") },
    font: "11px system-ui, DejaVu Sans, sans-serif", ...more
  };
}

function short(v) {
  return v == null ? "–" : Ridges.number(v);
}

// one chart a name; its curves are told by columns: label, color, values
function show(group, parent, name, xs, columns, options) {
  let c = charts[group].get(name);
  if (!c || c.columns !== columns.length) {
    const box = c ? c.box : document.createElement("div");
    if (!c) {
      box.className = parent.classList.contains("card") ? "" : "card";
      if (parent.querySelector(".empty")) {
        parent.replaceChildren();
      }
      parent.append(box);
    } else {
      c.plot.destroy();
      box.replaceChildren();
    }
    const title = document.createElement("h3");
    const last = document.createElement("span");
    title.append(name, last);
    box.append(title);
    const plot = new uPlot({
      width: inner(box), height: HEIGHT,
      scales: { x: { time: !!options.time } },
      cursor: { y: false },
      axes: [axis({ values: options.xValues }), axis({ size: 64, values: (u, vs) => vs.map(options.format) })],
      series: [{ label: options.x }].concat(columns.map(k => ({
        label: k.label, stroke: css(k.color), width: 2, spanGaps: false, dash: k.dash,
        points: { show: xs.length < 2 ? true : undefined, size: 5 },
        value: (u, v) => options.format(v)
      })))
    }, [xs].concat(columns.map(k => k.values)), box);
    c = { box, plot, last, columns: columns.length };
    charts[group].set(name, c);
    widths.observe(box);
  } else {
    c.plot.setData([xs].concat(columns.map(k => k.values)));
  }
  c.last.textContent = columns.map(k => k.label + " " + options.format(k.values[k.values.length - 1])).join(" · ");
}

function drawEpochs() {
  const xs = epochs.map(r => r.epoch);
  const column = n => epochs.map(r => r.logs[n] ?? null);
  const names = new Set(epochs.flatMap(r => Object.keys(r.logs)));
  for (const n of names) {
    if (n.startsWith("val_") && names.has(n.slice(4))) {
      continue;
    }
    const columns = [{ label: "training", color: "--train", values: column(n) }];
    if (names.has("val_" + n)) {
      columns.push({ label: "validation", color: "--validation", values: column("val_" + n) });
    }
    show("epoch", $("curves"), n, xs, columns,
      { x: "epoch", format: short, xValues: (u, vs) => vs.map(v => Number.isInteger(v) ? v : "") });
  }
}

function drawBatches() {
  if (batches.length === 0) {
    return;
  }
  $("batch-section").hidden = false;
  const xs = batches.map(r => r.batch);
  for (const n of new Set(batches.flatMap(r => Object.keys(r.logs)))) {
    show("batch", $("batch-curves"), n + " so far in its epoch", xs,
      [{ label: "training", color: "--train", values: batches.map(r => r.logs[n] ?? null) }],
      { x: "batch", format: short });
  }
}

function bytes(v) {
  if (v == null) {
    return "–";
  }
  const units = ["B", "kB", "MB", "GB", "TB"];
  let u = 0;
  while (v >= 1000 && u < 4) {
    v /= 1000;
    u++;
  }
  return (v < 10 && u > 0 ? v.toFixed(1) : Math.round(v)) + " " + units[u];
}

function drawMemory() {
  if (memory.length === 0) {
    return;
  }
  const kinds = [["process", "whole process", "--fourth"], ["heap", "Java heap", "--train"], ["tensors", "tensors", "--third"]];
  const columns = kinds.filter(k => memory.some(r => r[k[0]] != null)).map(k => (
    { label: k[1], color: k[2], values: memory.map(r => r[k[0]] ?? null) }));
  show("memory", $("memory"), "in use", memory.map(r => r.time), columns, { x: "time", time: true, format: bytes });
}

function fact(label, value) {
  const span = document.createElement("span");
  const b = document.createElement("b");
  b.textContent = value;
  span.append(label + " ", b);
  return span;
}

function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  const m = Math.floor(s / 60);
  return m === 0 ? s + " s" : m < 60 ? m + " min " + s % 60 + " s" : Math.floor(m / 60) + " h " + m % 60 + " min";
}

function drawHead() {
  if (!run.model) {
    return;
  }
  $("model").textContent = run.model;
  $("state").textContent = run.state;
  $("state").className = "badge " + run.state;
  const done = epochs.length ? epochs[epochs.length - 1].epoch : 0;
  const facts = [fact("epoch", done + (run.epochs ? " of " + run.epochs : "")), fact("backend", run.backend)];
  if (run.parameters != null) {
    facts.push(fact("parameters", run.parameters.toLocaleString("en")));
  }
  const now = run.ended || Date.now() / 1000;
  facts.push(fact("running for", span(now - run.began)));
  if (run.state === "running" && done > 0 && run.epochs > done) {
    facts.push(fact("left", "about " + span((now - run.began) / done * (run.epochs - done))));
  }
  const last = memory[memory.length - 1];
  if (last && last.cpu != null) {
    facts.push(fact("CPU", Math.round(last.cpu * 100) + " %"));
  }
  $("facts").replaceChildren(...facts);
  $("bar").style.width = run.epochs ? 100 * done / run.epochs + "%" : "0";
  document.title = run.model + " – " + run.state;
}

function drawGraph(there) {
  $("graph-section").hidden = !there;
  if (there) {
    $("graph").src = "/graph.svg?" + run.began;
  }
}

function clear() {
  epochs = [];
  batches = [];
  for (const group of ["epoch", "batch"]) {
    for (const c of charts[group].values()) {
      widths.unobserve(c.box);
      c.plot.destroy();
      c.box.remove();
    }
    charts[group].clear();
  }
  $("batch-section").hidden = true;
  Ridges.clear();
}

const due = new Set();
function later(what) {
  due.add(what);
  if (due.size === 1) {
    setTimeout(() => {
      const all = [...due];
      due.clear();
      all.forEach(f => f());
    }, 100);
  }
}

// the server leaves out of its rows what would be too many; so does the page
function add(rows, row) {
  rows.push(row);
  if (rows.length > 8000) {
    rows.splice(0, rows.length, ...rows.filter((r, i) => i % 2 === 1));
  }
}

function listen() {
  const source = new EventSource("/events");
  const on = (name, f) => source.addEventListener(name, e => f(JSON.parse(e.data)));
  on("state", s => {
    clear();
    run = s.run;
    epochs = s.epochs;
    batches = s.batches;
    memory = s.memory;
    drawHead();
    drawEpochs();
    drawBatches();
    drawMemory();
    Ridges.add(s.histograms);
    drawGraph(s.graph);
  });
  on("begin", s => {
    clear();
    run = s.run;
    drawHead();
    drawGraph(s.graph);
  });
  on("model", r => {
    run = r;
    drawHead();
    drawGraph(true);
  });
  on("epoch", r => {
    add(epochs, r);
    later(drawEpochs);
    later(drawHead);
  });
  on("batch", r => {
    add(batches, r);
    later(drawBatches);
  });
  on("memory", r => {
    add(memory, r);
    later(drawMemory);
    later(drawHead);
  });
  on("histogram", r => Ridges.add([r]));
  on("end", r => {
    run = r;
    drawHead();
  });
  on("close", () => source.close());
  const lost = () => {
    $("state").textContent = "not connected";
    $("state").className = "badge lost";
  };
  source.addEventListener("error", lost);
  source.addEventListener("close", lost);
}

window.addEventListener("resize", () => later(() => Ridges.redraw()));
listen();
