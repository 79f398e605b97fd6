// The map beside a list or on an object's page: county lines, the rows under the same filter, one shape.
"use strict";
(() => {
  const box = document.getElementById("register-map");
  if (!box) return;
  maplibregl.setWorkerUrl(box.dataset.worker);
  const TONES = { ok: "#2f7d4f", note: "#b7791f", warn: "#c2541c", bad: "#b3261e", off: "#8a948d" };
  const colour = ["match", ["get", "tone"], ...Object.entries(TONES).flat(), box.dataset.fill];
  const none = { type: "FeatureCollection", features: [] };
  const bounds = box.dataset.bounds ? box.dataset.bounds.split(",").map(Number) : [110.2, 34.55, 112.1, 35.9];
  const map = new maplibregl.Map({
    container: box,
    style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#f3f6f2" } }] },
    bounds: [[bounds[0], bounds[1]], [bounds[2], bounds[3]]],
    fitBoundsOptions: { padding: 24, maxZoom: 15 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
  });
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ unit: "metric" }), "bottom-left");
  const fetchJson = (address) => fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : none));
  const seen = () => {
    const view = map.getBounds();
    const edge = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(5);
    return `bbox=${edge(view.getWest(), 180)},${edge(view.getSouth(), 90)},${edge(view.getEast(), 180)},${edge(view.getNorth(), 90)}&width=${Math.max(50, box.clientWidth)}`;
  };
  const load = (source, address) => fetchJson(`${address}${address.includes("?") ? "&" : "?"}${seen()}`).then((found) => map.getSource(source).setData(found));
  map.on("load", () => {
    map.addSource("base", { type: "geojson", data: none });
    map.addLayer({ id: "base", type: "line", source: "base", paint: { "line-color": "#6f7d74", "line-width": 0.8 } });
    map.addLayer({
      id: "base-names", type: "symbol", source: "base",
      layout: { "text-field": ["get", "label"], "text-size": 12, "text-font": ["Noto Sans SC"] },
      paint: { "text-color": "#1d2520", "text-halo-color": "#ffffff", "text-halo-width": 1.5 },
    });
    if (box.dataset.shape) {
      map.addSource("rows", { type: "geojson", data: { type: "Feature", properties: { tone: "" }, geometry: JSON.parse(box.dataset.shape) } });
    } else {
      map.addSource("rows", { type: "geojson", data: none });
    }
    map.addLayer({ id: "areas", type: "fill", source: "rows", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.25 } });
    map.addLayer({ id: "edges", type: "line", source: "rows", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 1.6 } });
    map.addLayer({ id: "points", type: "circle", source: "rows", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colour, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1 } });
    map.addLayer({ id: "counts", type: "symbol", source: "rows", filter: ["==", ["geometry-type"], "Point"], layout: { "text-field": ["get", "label"], "text-size": 12, "text-font": ["Noto Sans SC"], "text-offset": [0, 1], "text-anchor": "top" }, paint: { "text-color": "#1d2520", "text-halo-color": "#ffffff", "text-halo-width": 1.5 } });
    const refresh = () => {
      load("base", box.dataset.base);
      if (box.dataset.features) load("rows", box.dataset.features);
    };
    refresh();
    map.on("moveend", refresh);
    map.once("idle", () => box.setAttribute("data-ready", "yes"));
    map.on("click", (event) => {
      const hit = map.queryRenderedFeatures(event.point, { layers: ["points", "areas", "edges"] })[0];
      if (hit && hit.properties.key && box.dataset.detail) htmx.ajax("GET", `${box.dataset.detail}${encodeURIComponent(hit.properties.key)}/card/`, "#card");
    });
  });
})();
