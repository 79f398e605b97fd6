// Tools of 一张图: zoom, draw a polygon for its areas, measure a way, print, copy the link.
"use strict";
(() => {
  const { map, areas, say, remember } = window.OneMap;
  const $ = (id) => document.getElementById(id);
  const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  let tool = "";
  let points = [];
  window.OneMap.isDrawing = () => tool !== "";

  function shape() {
    const features = points.map((at) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } }));
    if (points.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: tool === "draw" ? [...points, points[0]] : points } });
    return { type: "FeatureCollection", features };
  }
  function show() {
    if (!map.getSource("drawn")) {
      map.addSource("drawn", { type: "geojson", data: shape() });
      map.addLayer({ id: "drawn-line", type: "line", source: "drawn", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": "#1f5fa8", "line-width": 2 } });
      map.addLayer({ id: "drawn-point", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": "#ffffff", "circle-radius": 4, "circle-stroke-color": "#1f5fa8", "circle-stroke-width": 2 } });
    }
    map.getSource("drawn").setData(shape());
  }
  function metres() {
    let sum = 0;
    for (let n = 1; n < points.length; n += 1) sum += new maplibregl.LngLat(...points[n - 1]).distanceTo(new maplibregl.LngLat(...points[n]));
    return sum;
  }
  function take(next) {
    tool = tool === next ? "" : next;
    points = [];
    for (const name of ["draw", "measure"]) $(name).setAttribute("aria-pressed", String(tool === name));
    map.getCanvas().style.cursor = tool ? "crosshair" : "";
    map.doubleClickZoom[tool ? "disable" : "enable"]();
    show();
    say({ draw: "点出范围的各个角，双击结束，Esc 放弃。", measure: "点出路线，双击结束，Esc 放弃。" }[tool] || "");
  }
  function finish() {
    const drawn = points, was = tool;
    if (was === "draw" && drawn.length < 3) { say("至少点三个角。"); return; }
    tool = "";
    for (const name of ["draw", "measure"]) $(name).setAttribute("aria-pressed", "false");
    map.getCanvas().style.cursor = "";
    setTimeout(() => map.doubleClickZoom.enable(), 400); // after the double click that ended the drawing
    if (was !== "draw") return;
    tool = "draw"; show(); tool = "";
    say("正在逐格统计……");
    areas("polygon/", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ type: "Polygon", coordinates: [[...drawn, drawn[0]]] }),
    }).then(() => { if ($("om-hint").textContent === "正在逐格统计……") say(""); });
  }
  map.on("click", (event) => {
    if (!tool) return;
    const at = [event.lngLat.lng, event.lngLat.lat], last = points[points.length - 1];
    if (last && last[0] === at[0] && last[1] === at[1]) return; // the second click of a double click
    points.push(at);
    show();
    if (tool === "measure" && points.length > 1) say(`${(metres() / 1000).toFixed(2)} km`);
  });
  map.on("dblclick", (event) => { if (tool) { event.preventDefault(); finish(); } });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && tool) take(tool); });
  $("draw").addEventListener("click", () => take("draw"));
  $("measure").addEventListener("click", () => take("measure"));
  $("zoom-in").addEventListener("click", () => map.zoomIn());
  $("zoom-out").addEventListener("click", () => map.zoomOut());
  // A sheet has another shape than the window: the map is laid out for it, and drawn whole before it prints.
  $("print").addEventListener("click", () => {
    const view = map.getBounds();
    const lay = (on) => {
      document.body.classList.toggle("is-printing", on);
      map.resize();
      map.fitBounds(view, { animate: false });
    };
    lay(true);
    map.once("idle", () => {
      window.addEventListener("afterprint", () => lay(false), { once: true });
      window.print();
    });
  });
  $("link").addEventListener("click", async () => {
    remember();
    await navigator.clipboard.writeText(location.href);
    say("链接已复制：打开它的人按自己的权限看到同样的位置和图层。");
  });
})();
