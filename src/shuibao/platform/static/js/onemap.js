// 一张图: two synchronous maps (the left one for the swipe), layers of the tree, years, inspector, permalink.
"use strict";
window.OneMap = (() => {
  const setup = JSON.parse(document.getElementById("map-setup").textContent);
  const $ = (id) => document.getElementById(id);
  const none = { type: "FeatureCollection", features: [] };
  const TONES = { ok: "#2f7d4f", note: "#b7791f", warn: "#c2541c", bad: "#b3261e", off: "#8a948d" };
  const FALLBACK = [110.2, 34.55, 112.1, 35.9];
  const asked = new URLSearchParams(location.hash.slice(1));
  const product = (id) => setup.products.find((one) => one.id === Number(id));
  const state = {
    product: product(asked.get("product")) ? Number(asked.get("product")) : setup.current,
    raster: asked.has("raster") ? asked.get("raster") : setup.current ? "intensity" : "",
    opacity: Number(asked.get("opacity") ?? 92),
    layers: (asked.get("layers") || "").split(",").filter(Boolean),
    swipe: false,
    county: "",
  };
  maplibregl.setWorkerUrl($("map-right").dataset.worker);
  const box = setup.box || FALLBACK;
  const style = () => ({
    version: 8,
    sources: { base: { type: "geojson", data: setup.boundaries } },
    layers: [{ id: "paper", type: "background", paint: { "background-color": "#f3f6f2" } }],
  });
  const made = (container, interactive) =>
    new maplibregl.Map({
      container, style: style(), interactive, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      canvasContextAttributes: { preserveDrawingBuffer: true }, // the printer reads the picture after it is drawn
      bounds: [[box[0], box[1]], [box[2], box[3]]], fitBoundsOptions: { padding: { top: 60, bottom: 150, left: 30, right: 60 } },
    });
  const map = made("map-right", true);
  if (asked.has("at")) {
    const [lon, lat, zoom] = asked.get("at").split(",").map(Number);
    if ([lon, lat, zoom].every(Number.isFinite)) map.jumpTo({ center: [lon, lat], zoom });
  }
  let left = null;

  function drawBase(on) {
    on.addLayer({ id: "counties", type: "line", source: "base", filter: ["==", ["get", "level"], "county"], paint: { "line-color": "#6f7d74", "line-width": 0.8 } });
    on.addLayer({ id: "cities", type: "line", source: "base", filter: ["==", ["get", "level"], "city"], paint: { "line-color": "#3f4c44", "line-width": 1.8 } });
    on.addLayer({ id: "chosen", type: "line", source: "base", filter: ["==", ["get", "code"], ""], paint: { "line-color": "#1f5fa8", "line-width": 2.4 } });
    on.addLayer({
      id: "names", type: "symbol", source: "base", filter: ["==", ["get", "level"], "county"],
      layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": ["Noto Sans SC"] },
      paint: { "text-color": "#1d2520", "text-halo-color": "#ffffff", "text-halo-width": 1.5 },
    });
  }
  function drawRaster(on, id) {
    if (on.getLayer("raster")) on.removeLayer("raster");
    if (on.getSource("raster")) on.removeSource("raster");
    const one = product(id);
    if (!one || !state.raster) return;
    on.addSource("raster", { type: "raster", tiles: [location.origin + one.tiles[state.raster]], tileSize: 256 });
    on.addLayer({ id: "raster", type: "raster", source: "raster", paint: { "raster-opacity": state.opacity / 100, "raster-resampling": "nearest", "raster-fade-duration": 0 } }, "counties");
  }
  const earlier = () => setup.products[setup.products.findIndex((one) => one.id === state.product) - 1] || setup.products.find((one) => one.id !== state.product);

  // Registers: shapes while they are few, numbers by county when there are more.
  function drawRegister(layer) {
    const source = `r-${layer.name}`;
    const colour = ["match", ["get", "tone"], ...Object.entries(TONES).flat(), layer.fill];
    map.addSource(source, { type: "geojson", data: none });
    map.addLayer({ id: `${source}-fill`, type: "fill", source, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.3 } });
    map.addLayer({ id: `${source}-line`, type: "line", source, filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 1.4 } });
    map.addLayer({ id: `${source}-point`, type: "circle", source, filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": colour, "circle-radius": ["case", ["has", "count"], 12, 5], "circle-stroke-color": "#ffffff", "circle-stroke-width": 1 } });
    map.addLayer({ id: `${source}-count`, type: "symbol", source, filter: ["has", "count"], layout: { "text-field": ["to-string", ["get", "count"]], "text-size": 11, "text-font": ["Noto Sans SC"], "text-allow-overlap": true }, paint: { "text-color": "#ffffff" } });
  }
  function seen() {
    const view = map.getBounds();
    const edge = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(5);
    return `bbox=${edge(view.getWest(), 180)},${edge(view.getSouth(), 90)},${edge(view.getEast(), 180)},${edge(view.getNorth(), 90)}&width=${Math.max(50, map.getContainer().clientWidth)}`;
  }
  const waiting = {};
  async function refresh(name) {
    const layer = setup.layers.find((one) => one.name === name);
    if (!layer) return;
    if (!map.getSource(`r-${name}`)) drawRegister(layer);
    const shown = state.layers.includes(name);
    for (const part of ["fill", "line", "point", "count"]) map.setLayoutProperty(`r-${name}-${part}`, "visibility", shown ? "visible" : "none");
    if (!shown) return;
    if (waiting[name]) waiting[name].abort();
    const mine = (waiting[name] = new AbortController());
    const year = name === "patches" && product(state.product) ? `&product__state=published&year_min=${product(state.product).year}&year_max=${product(state.product).year}` : "";
    try {
      const answer = await fetch(`${layer.features}?${seen()}${year}`, { headers: { Accept: "application/json" }, signal: mine.signal });
      if (answer.ok) map.getSource(`r-${name}`).setData(await answer.json());
    } catch (problem) {
      if (problem.name !== "AbortError") throw problem;
    }
  }

  function remember() {
    const at = map.getCenter();
    const facts = new URLSearchParams({ at: `${at.lng.toFixed(5)},${at.lat.toFixed(5)},${map.getZoom().toFixed(2)}`, raster: state.raster, opacity: state.opacity, layers: state.layers.join(",") });
    if (state.product) facts.set("product", state.product);
    history.replaceState(null, "", `#${facts}`);
  }
  function scale() {
    const perPixel = (40075016.7 * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** map.getZoom());
    const wanted = perPixel * 90, step = 10 ** Math.floor(Math.log10(wanted)), size = [5, 2, 1].find((n) => n * step <= wanted) * step;
    $("om-scale").textContent = `├${"─".repeat(Math.max(2, Math.round(size / perPixel / 8)))}┤ ${size >= 1000 ? `${size / 1000} km` : `${size} m`}`;
  }

  const km2 = (value) => value.toLocaleString("zh-CN", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  function showAreas(found) {
    $("st-name").textContent = found.name;
    $("st-land").textContent = km2(found.land_km2);
    $("st-erosion").textContent = km2(found.erosion_km2);
    $("st-strong").textContent = km2(found.strong_km2);
    $("st-rate").textContent = found.rate_pct === null ? "缺" : found.rate_pct.toFixed(2);
  }
  async function areas(path, options) {
    if (!state.product) return;
    const answer = await fetch(`${setup.statistics}${state.product}/${path}`, { headers: { Accept: "application/json" }, ...options });
    const found = await answer.json().catch(() => ({}));
    if (answer.ok) showAreas(found);
    else say(found.detail || "不能统计这个范围。");
  }
  const say = (words) => { $("om-hint").textContent = words; };
  const ofRegion = (code) => code && areas(`region/${code}/`);

  function choose(code) {
    state.county = code;
    for (const on of [map, left]) if (on && on.getLayer("chosen")) on.setFilter("chosen", ["==", ["get", "code"], code]);
  }
  async function inspect(point) {
    const answer = await fetch(`${setup.place}?lon=${point.lng}&lat=${point.lat}&product=${state.product || ""}`);
    $("inspector").innerHTML = await answer.text();
    const head = $("inspector").querySelector("[data-code]");
    choose(head ? head.dataset.code : "");
    if (head) ofRegion(head.dataset.code);
  }

  function swipeTo(share) {
    const canvas = $("map-left");
    canvas.style.clipPath = `inset(0 ${100 - share * 100}% 0 0)`;
    $("swipe-line").style.left = `${share * 100}%`;
  }
  function setSwipe(on) {
    const other = earlier();
    if (on && !other) { say("只有一期成果，没有可对比的年度。"); return; }
    state.swipe = on;
    $("compare").setAttribute("aria-pressed", String(on));
    $("map-left").hidden = $("swipe").hidden = $("swipe-line").hidden = !on;
    if (on && !left) {
      left = made("map-left", false);
      left.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
      left.on("load", () => { drawBase(left); drawRaster(left, earlier().id); choose(state.county); $("map-left").dataset.ready = "yes"; });
    } else if (on) {
      left.resize();
      left.jumpTo({ center: map.getCenter(), zoom: map.getZoom() });
      drawRaster(left, other.id);
    }
    swipeTo($("swipe").value / 1000);
    say(on ? `左：${other.year} 年　右：${product(state.product).year} 年` : "");
  }

  function setYear(id) {
    state.product = Number(id);
    const one = product(id);
    $("om-title").textContent = one.title;
    $("om-approval").querySelector("b").textContent = one.approval || "　　　　";
    drawRaster(map, id);
    if (state.swipe) setSwipe(true);
    refresh("patches");
    ofRegion(state.county || setup.region);
    remember();
  }

  map.on("load", () => {
    drawBase(map);
    if (setup.imagery) {
      map.addSource("imagery", { type: "raster", tiles: [location.origin + setup.imagery], tileSize: 256, maxzoom: 18 });
      map.addLayer({ id: "imagery", type: "raster", source: "imagery", layout: { visibility: "none" } }, "counties");
    }
    drawRaster(map, state.product);
    state.layers.forEach(refresh);
    scale();
    ofRegion(setup.region);
    map.once("idle", () => { $("om").dataset.ready = "yes"; });
  });
  map.on("move", () => { if (left && state.swipe) left.jumpTo({ center: map.getCenter(), zoom: map.getZoom() }); });
  map.on("moveend", () => { scale(); remember(); state.layers.forEach(refresh); });
  map.on("click", (event) => {
    if (OneMap.isDrawing()) return;
    const drawn = state.layers.flatMap((name) => [`r-${name}-point`, `r-${name}-fill`, `r-${name}-line`]).filter((id) => map.getLayer(id));
    const hit = drawn.length ? map.queryRenderedFeatures(event.point, { layers: drawn })[0] : null;
    const layer = hit && setup.layers.find((one) => hit.layer.id.startsWith(`r-${one.name}-`));
    if (layer && hit.properties.key) htmx.ajax("GET", `${layer.list}${encodeURIComponent(hit.properties.key)}/card/`, "#inspector");
    else inspect(event.lngLat);
  });

  const each = (name, act) => document.querySelectorAll(`input[name="${name}"]`).forEach((input) => act(input));
  each("year", (input) => { input.checked = Number(input.value) === state.product; input.addEventListener("change", () => setYear(input.value)); });
  each("raster", (input) => {
    input.checked = input.value === state.raster;
    input.addEventListener("change", () => { state.raster = input.value; drawRaster(map, state.product); if (state.swipe) drawRaster(left, earlier().id); remember(); });
  });
  each("layer", (input) => {
    input.checked = state.layers.includes(input.value);
    input.addEventListener("change", () => { state.layers = state.layers.filter((name) => name !== input.value).concat(input.checked ? [input.value] : []); refresh(input.value); remember(); });
  });
  each("base", (input) => input.addEventListener("change", () => {
    for (const on of [map, left]) if (on && on.getLayer(input.value)) on.setLayoutProperty(input.value, "visibility", input.checked ? "visible" : "none");
  }));
  $("opacity").value = state.opacity;
  $("opacity-word").textContent = `${state.opacity}%`;
  $("opacity").addEventListener("input", (event) => {
    state.opacity = Number(event.target.value);
    $("opacity-word").textContent = `${state.opacity}%`;
    for (const on of [map, left]) if (on && on.getLayer("raster")) on.setPaintProperty("raster", "raster-opacity", state.opacity / 100);
    remember();
  });
  $("swipe").addEventListener("input", (event) => swipeTo(event.target.value / 1000));
  $("compare").addEventListener("click", () => setSwipe(!state.swipe));
  $("st-region").addEventListener("click", () => { choose(""); ofRegion(setup.region); });
  const tree = (open) => { document.querySelector(".mapmain").classList.toggle("is-wide", !open); $("tree-open").hidden = open; map.resize(); };
  $("tree-close").addEventListener("click", () => tree(false));
  $("tree-open").addEventListener("click", () => tree(true));
  return { map, areas, say, remember, isDrawing: () => false }; // the tools say when they draw
})();
