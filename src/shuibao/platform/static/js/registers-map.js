// The map beside a list or on an object's page: county lines, the rows under the same filter, one shape.
// The library is fetched when the first map is to be drawn.
"use strict";
(() => {
  const TONES = { ok: "#2f7d4f", note: "#b7791f", warn: "#c2541c", bad: "#b3261e", off: "#8a948d" };
  const SHANXI = [110.2, 34.5, 114.6, 40.8];
  const INK = { "text-color": "#1d2520", "text-halo-color": "#ffffff", "text-halo-width": 1.5 };
  const NONE = { type: "FeatureCollection", features: [] };
  const FONT = ["Noto Sans SC"];
  let live = null;

  const library = (box) => new Promise((done, failed) => {
    if (window.maplibregl) return done();
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.style });
    const script = Object.assign(document.createElement("script"), { src: box.dataset.library, onload: done, onerror: failed });
    document.head.append(style, script);
  });
  const numbers = (text) => (text || "").split(",").map(Number);
  const boundsOf = (box) => {
    const found = numbers(box.dataset.bounds);
    return found.length === 4 && found.every(Number.isFinite) && found[0] !== found[2] ? found : SHANXI;
  };

  // States differ by shape as well as by colour: ● ■ ▲ ◆ ○
  const sign = (tone) => {
    const size = 28;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const pen = canvas.getContext("2d");
    pen.translate(size / 2, size / 2);
    pen.beginPath();
    if (tone === "note") pen.rect(-8, -8, 16, 16);
    else if (tone === "warn") { pen.moveTo(0, -10); pen.lineTo(10, 8); pen.lineTo(-10, 8); pen.closePath(); }
    else if (tone === "bad") { pen.moveTo(0, -11); pen.lineTo(11, 0); pen.lineTo(0, 11); pen.lineTo(-11, 0); pen.closePath(); }
    else pen.arc(0, 0, 8, 0, 2 * Math.PI);
    pen.lineWidth = tone === "off" ? 4 : 2;
    pen.fillStyle = tone === "off" ? "#ffffff" : TONES[tone];
    pen.strokeStyle = tone === "off" ? TONES.off : "#ffffff";
    pen.fill();
    pen.stroke();
    return pen.getImageData(0, 0, size, size);
  };

  const view = (map, box) => {
    const seen = map.getBounds();
    const held = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(5);
    return `bbox=${held(seen.getWest(), 180)},${held(seen.getSouth(), 90)},${held(seen.getEast(), 180)},${held(seen.getNorth(), 90)}&width=${Math.max(50, Math.round(box.clientWidth))}`;
  };
  const fetched = async (address, signal) => {
    const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
    return answer.ok ? answer.json() : NONE;
  };

  class Panel {
    constructor(box) {
      this.box = box;
      this.loading = null;
      const [west, south, east, north] = boundsOf(box);
      box.replaceChildren();
      window.maplibregl.setWorkerUrl(box.dataset.worker);
      this.map = new window.maplibregl.Map({
        container: box,
        style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#f3f6f2" } }] },
        bounds: [[west, south], [east, north]],
        fitBoundsOptions: { padding: 20, maxZoom: 15 },
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        locale: { "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小", "Map.Title": "地图" },
      });
      this.map.addControl(new window.maplibregl.NavigationControl({ showCompass: false }), "top-right");
      this.map.addControl(new window.maplibregl.ScaleControl({ unit: "metric" }), "bottom-left");
      this.map.on("load", () => this.draw());
      this.map.once("idle", () => { box.dataset.ready = "yes"; });
    }

    draw() {
      const { map, box } = this;
      const colour = ["match", ["get", "tone"], ...Object.entries(TONES).flat(), box.dataset.fill];
      const kind = ["geometry-type"];
      const one = ["!", ["has", "count"]];
      Object.keys(TONES).forEach((tone) => map.addImage(tone, sign(tone), { pixelRatio: 2 }));
      const shape = box.dataset.shape;
      map.addSource("rows", { type: "geojson", data: shape ? { type: "Feature", properties: { tone: "" }, geometry: JSON.parse(shape) } : NONE });
      map.addLayer({ id: "areas", type: "fill", source: "rows", filter: ["==", kind, "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.22 } });
      map.addLayer({ id: "edges", type: "line", source: "rows", filter: ["!=", kind, "Point"], paint: { "line-color": colour, "line-width": 1.4 } });
      this.base();
      map.addLayer({ id: "focus-edge", type: "line", source: "rows", filter: ["==", ["get", "key"], ""], paint: { "line-color": "#1f5fa8", "line-width": 3 } });
      map.addLayer({ id: "focus-point", type: "circle", source: "rows", filter: ["==", ["get", "key"], ""], paint: { "circle-radius": 10, "circle-color": "transparent", "circle-stroke-color": "#1f5fa8", "circle-stroke-width": 2 } });
      map.addLayer({ id: "dots", type: "circle", source: "rows", filter: ["all", ["==", kind, "Point"], one, ["==", ["get", "tone"], ""]], paint: { "circle-color": box.dataset.fill, "circle-radius": 4.5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1 } });
      map.addLayer({ id: "points", type: "symbol", source: "rows", filter: ["all", ["==", kind, "Point"], one, ["!=", ["get", "tone"], ""]], layout: { "icon-image": ["get", "tone"], "icon-allow-overlap": true } });
      map.addLayer({ id: "counts", type: "circle", source: "rows", filter: ["has", "count"], paint: { "circle-color": box.dataset.fill, "circle-opacity": 0.85, "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 8, 5, 26], "circle-stroke-color": "#ffffff", "circle-stroke-width": 1 } });
      map.addLayer({ id: "count-words", type: "symbol", source: "rows", filter: ["has", "count"], layout: { "text-field": ["to-string", ["get", "count"]], "text-size": 12, "text-font": FONT, "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } });
      if (!shape) {
        map.on("moveend", () => this.refresh());
        map.on("click", (event) => this.pick(event.point));
        this.refresh();
      }
    }

    // County lines and names: the same for every filter, so they are fetched once.
    async base() {
      const { map, box } = this;
      map.addSource("base", { type: "geojson", data: NONE });
      map.addLayer({ id: "base", type: "line", source: "base", paint: { "line-color": "#6f7d74", "line-width": 0.8 } });
      map.addLayer({ id: "base-words", type: "symbol", source: "base", minzoom: 7.2, layout: { "text-field": ["get", "label"], "text-size": 12, "text-font": FONT }, paint: INK });
      const found = await fetched(`${box.dataset.base}?level=county&bbox=110,34.4,114.7,40.9&width=4000`);
      if (map.getSource("base")) map.getSource("base").setData(found);
    }

    async refresh() {
      const layer = document.getElementById("register-layer");
      if (!layer || !this.map.getSource("rows")) return;
      if (this.loading) this.loading.abort();
      this.loading = new AbortController();
      const { signal } = this.loading;
      this.asked = layer.dataset.features;
      const address = `${this.asked}${this.asked.endsWith("?") ? "" : "&"}${view(this.map, this.box)}`;
      try {
        const found = await fetched(address, signal);
        this.map.getSource("rows").setData(found);
        this.box.dataset.drawn = String(found.features.length);
      } catch (problem) {
        if (problem.name !== "AbortError") throw problem;
      }
    }

    pick(point) {
      const [hit] = this.map.queryRenderedFeatures(point, { layers: ["counts", "points", "dots", "areas"] });
      if (!hit) return;
      if (hit.properties.count) this.map.easeTo({ center: hit.geometry.coordinates, zoom: this.map.getZoom() + 2 });
      else document.dispatchEvent(new CustomEvent("register:picked", { detail: hit.properties.key }));
    }

    focus(key) {
      if (!this.map.getLayer("focus-edge")) return;
      const it = ["==", ["get", "key"], key];
      this.map.setFilter("focus-edge", it);
      this.map.setFilter("focus-point", ["all", it, ["==", ["geometry-type"], "Point"]]);
    }
  }

  const sync = async () => {
    const box = document.getElementById("register-map");
    if (live && live.box !== box) {
      live.map.remove();
      live = null;
    }
    if (!box) return;
    if (live) {
      const layer = document.getElementById("register-layer");
      if (layer && layer.dataset.features !== live.asked) live.refresh();
      return;
    }
    try {
      await library(box);
      if (!live && box.isConnected) live = new Panel(box);
    } catch {
      box.textContent = "地图没有载入。请检查网络后刷新页面；表格不受影响。";
    }
  };
  document.addEventListener("register:focus", (event) => { if (live) live.focus(event.detail); });
  document.addEventListener("htmx:afterSettle", sync);
  document.addEventListener("htmx:historyRestore", sync);
  window.addEventListener("pageshow", sync);
})();
