/* Draws streets, routes and stops on a Leaflet map. maps.py puts this text into the map's own
   page, so that a saved map needs nothing but Leaflet. Text only ever reaches the page through
   textContent, so a name is never read as markup. */
const drawCollection = (() => {
  "use strict";
  const DONE = new Set(["collected", "received", "failed", "cancelled", "refused"]);
  const WIDTHS = [9, 7, 5, 2.5];
  const NAMED_FROM = [15, 15.5, 16, 17];
  const THEMES = {
    light: { edge: "#c6c1b5", fill: ["#fffdf5", "#ffffff", "#ffffff", "#faf9f6"], text: "#6a6f73", halo: "#ffffff", casing: "#ffffff" },
    dark: { edge: "#10141a", fill: ["#4a545f", "#3d4650", "#323a43", "#2a3138"], text: "#99a3ad", halo: "#1a1f25", casing: "#0b0e12" },
  };

  /* Inverse of maps.encode_line: differences of 1e-5 degrees in zigzag base 32. */
  function decode(text) {
    const points = [];
    let at = 0, lat = 0, lon = 0;
    const next = () => {
      let value = 0, shift = 0, part;
      do { part = text.charCodeAt(at++) - 63; value |= (part & 31) << shift; shift += 5; } while (part >= 32);
      return value & 1 ? ~(value >> 1) : value >> 1;
    };
    while (at < text.length) { lat += next(); lon += next(); points.push([lat / 1e5, lon / 1e5]); }
    return points;
  }

  /* A canvas that is painted anew after each move; Leaflet slides it along in between. */
  const Overlay = L.Layer.extend({
    initialize(pane, paint) { this.name = pane; this.paint = paint; },
    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", map.getPane(this.name));
      map.on("moveend resize", this.redraw, this);
      this.redraw();
    },
    redraw() {
      const map = this._map, pad = 120, ratio = window.devicePixelRatio || 1;
      const size = map.getSize().add([2 * pad, 2 * pad]);
      const corner = map.containerPointToLayerPoint([-pad, -pad]);
      L.DomUtil.setPosition(this.canvas, corner);
      this.canvas.width = size.x * ratio; this.canvas.height = size.y * ratio;
      this.canvas.style.width = `${size.x}px`; this.canvas.style.height = `${size.y}px`;
      const context = this.canvas.getContext("2d");
      context.scale(ratio, ratio);
      this.paint(context, (point) => map.latLngToLayerPoint(point).subtract(corner), size);
    },
  });

  function addPane(map, name, zIndex) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
  }

  function drawStreets(map, streets, theme) {
    addPane(map, "streets", 210);
    addPane(map, "names", 350);
    const renderer = L.canvas({ pane: "streets", padding: 0.3 });
    const lines = WIDTHS.map(() => []);
    const named = [];
    for (const [rank, name, text] of streets) {
      const line = decode(text);
      lines[rank].push(line);
      if (name) named.push({ rank, name, line, bounds: L.latLngBounds(line) });
    }
    const options = { renderer, interactive: false, pane: "streets", smoothFactor: 0.7 };
    const edges = [], fills = [];
    for (let rank = 3; rank >= 0; rank--) edges.push([rank, L.polyline(lines[rank], options).addTo(map)]);
    for (let rank = 3; rank >= 0; rank--) fills.push([rank, L.polyline(lines[rank], options).addTo(map)]);
    const style = () => {
      const scale = 2 ** ((map.getZoom() - 16) * 0.8);
      const width = (rank) => Math.min(26, Math.max([2.2, 1.6, 1, 0.5][rank], WIDTHS[rank] * scale));
      for (const [rank, line] of edges) line.setStyle({ color: theme().edge, weight: width(rank) + 1.6 });
      for (const [rank, line] of fills) line.setStyle({ color: theme().fill[rank], weight: width(rank) });
    };
    style();
    const names = new Overlay("names", (context, place, size) => paintNames(context, place, size, map, named, theme())).addTo(map);
    map.on("zoomend", style);
    return () => { style(); names.redraw(); };
  }

  /* The longest nearly straight stretch of a line in pixels. */
  function straight(points) {
    let best = null;
    for (let start = 0; start < points.length - 1; start++) {
      const first = Math.atan2(points[start + 1].y - points[start].y, points[start + 1].x - points[start].x);
      let end = start + 1;
      while (end < points.length - 1) {
        const turn = Math.atan2(points[end + 1].y - points[end].y, points[end + 1].x - points[end].x) - first;
        if (Math.cos(turn) < 0.95) break;
        end++;
      }
      const length = points[start].distanceTo(points[end]);
      if (!best || length > best.length) best = { from: points[start], to: points[end], length };
    }
    return best;
  }

  function paintNames(context, place, size, map, named, theme) {
    const zoom = map.getZoom(), view = map.getBounds(), taken = [];
    context.font = "11px system-ui, sans-serif";
    context.textAlign = "center"; context.textBaseline = "middle"; context.lineJoin = "round";
    const wanted = named.filter((street) => zoom >= NAMED_FROM[street.rank] && view.intersects(street.bounds));
    const stretches = wanted.map((street) => ({ street, stretch: straight(street.line.map(place)) }));
    stretches.sort((a, b) => a.street.rank - b.street.rank || b.stretch.length - a.stretch.length);
    for (const { street, stretch } of stretches) {
      const width = context.measureText(street.name).width;
      if (stretch.length < width + 6) continue;
      const middle = stretch.from.add(stretch.to).divideBy(2);
      if (middle.x < 0 || middle.y < 0 || middle.x > size.x || middle.y > size.y) continue;
      const near = (other) => middle.distanceTo(other.middle) < (other.name === street.name ? 260 : (width + other.width) / 2 + 8);
      if (taken.some(near)) continue;
      taken.push({ middle, width, name: street.name });
      let angle = Math.atan2(stretch.to.y - stretch.from.y, stretch.to.x - stretch.from.x);
      if (Math.abs(angle) > Math.PI / 2) angle += Math.PI;
      context.save();
      context.translate(middle.x, middle.y); context.rotate(angle);
      context.strokeStyle = theme.halo; context.lineWidth = 3; context.strokeText(street.name, 0, 0);
      context.fillStyle = theme.text; context.fillText(street.name, 0, 0);
      context.restore();
    }
  }

  function paintArrows(context, place, routes, chosen, zoom) {
    // Arrows of several routes on one street are a tangle: from afar only the chosen route has any.
    if (!chosen && routes.length > 1 && zoom < 16.5) return;
    for (const route of routes) {
      if (chosen && route.key !== chosen) continue;
      let left = 45;
      const points = route.path.map(place);
      for (let index = 1; index < points.length; index++) {
        const from = points[index - 1], to = points[index], length = from.distanceTo(to);
        let along = left;
        for (; along < length; along += 90) {
          const at = from.add(to.subtract(from).multiplyBy(along / length));
          context.save();
          context.translate(at.x, at.y); context.rotate(Math.atan2(to.y - from.y, to.x - from.x));
          context.beginPath(); context.moveTo(-3, -5); context.lineTo(3, 0); context.lineTo(-3, 5);
          context.lineWidth = 4.5; context.strokeStyle = route.colour; context.stroke();
          context.lineWidth = 2; context.strokeStyle = route.ink; context.stroke();
          context.restore();
        }
        left = along - length;
      }
    }
  }

  /* Pushes points apart until none is nearer than `gap`, none farther than `reach` from home. */
  function spread(homes, gap, reach) {
    const spots = homes.map((home, index) => home.add([Math.cos(index * 2.4) * 0.1, Math.sin(index * 2.4) * 0.1]));
    for (let round = 0, moved = true; moved && round < 40; round++) {
      moved = false;
      for (let i = 0; i < spots.length; i++) {
        for (let j = i + 1; j < spots.length; j++) {
          const way = spots[j].subtract(spots[i]);
          if (Math.abs(way.x) >= gap || Math.abs(way.y) >= gap) continue;
          const distance = Math.hypot(way.x, way.y);
          if (distance >= gap) continue;
          const push = way.multiplyBy((gap - distance) / 2 / Math.max(distance, 0.01));
          spots[i] = spots[i].subtract(push); spots[j] = spots[j].add(push); moved = true;
        }
      }
      for (let i = 0; i < spots.length; i++) {
        const way = spots[i].subtract(homes[i]), distance = Math.hypot(way.x, way.y);
        if (distance > reach) spots[i] = homes[i].add(way.multiplyBy(reach / distance));
      }
    }
    return spots;
  }

  /* Leaflet reads a string as markup, a node as it is. */
  const plain = (text) => document.createTextNode(text);

  function card(stop) {
    const box = document.createElement("div");
    stop.lines.forEach((text, index) => {
      box.appendChild(document.createElement(index ? "span" : "b")).textContent = text;
    });
    return box;
  }

  function addStop(map, route, stop) {
    const body = document.createElement("div");
    body.className = route ? "stop" : "stop open";
    if (stop.label.length > 2) body.classList.add("wide");
    body.textContent = stop.label;
    if (route) { body.style.background = route.colour; body.style.color = route.ink; }
    const home = L.latLng(stop.at);
    const icon = L.divIcon({ html: body, className: "", iconSize: [22, 22] });
    const marker = L.marker(home, { icon, riseOnHover: true }).addTo(map);
    marker.bindPopup(card(stop)).bindTooltip(plain(stop.lines[0]), { direction: "top", offset: [0, -10] });
    marker.getElement().setAttribute("aria-label", `${stop.label}: ${stop.lines.join(", ")}`);
    return { ...stop, body, home, marker, route };
  }

  function legend(map, routes, choose) {
    const control = L.control({ position: "topright" });
    control.onAdd = () => {
      const box = L.DomUtil.create("div", "legend");
      L.DomEvent.disableClickPropagation(box);
      for (const route of routes) {
        const button = L.DomUtil.create("button", "", box);
        button.type = "button";
        button.dataset.key = route.key;
        L.DomUtil.create("i", "", button).style.background = route.colour;
        button.append(route.name);
        button.addEventListener("click", () => choose(route.key));
      }
      return box;
    };
    control.addTo(map);
    return control.getContainer();
  }

  return function draw(map, data) {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const theme = () => (dark.matches && !data.tiles ? THEMES.dark : THEMES.light);
    map.attributionControl.setPrefix(false).addAttribution(data.attribution);
    const restyle = data.tiles ? () => {} : drawStreets(map, data.streets, theme);
    addPane(map, "arrows", 450);
    let chosen = null;
    const routes = data.routes.map((route) => {
      const path = decode(route.line);
      const casing = L.polyline(path, { color: theme().casing, weight: 8, opacity: 0.9, interactive: false }).addTo(map);
      const line = L.polyline(path, { color: route.colour, weight: 4.5, dashArray: route.dash }).addTo(map);
      line.bindTooltip(plain(route.name), { sticky: true });
      return { ...route, path, casing, line };
    });
    const leaders = L.polyline([], { color: "#6a6f73", weight: 1.5, interactive: false }).addTo(map);
    const stops = routes.flatMap((route) => route.stops.map((stop) => addStop(map, route, stop)));
    stops.push(...data.open.map((stop) => addStop(map, null, stop)));
    const arrows = new Overlay("arrows", (context, place) => paintArrows(context, place, routes, chosen, map.getZoom())).addTo(map);

    const place = () => {
      const homes = stops.map((stop) => map.latLngToLayerPoint(stop.home));
      const spots = spread(homes, 21, 46);
      const ways = [];
      stops.forEach((stop, index) => {
        const spot = map.layerPointToLatLng(spots[index]);
        stop.marker.setLatLng(spot);
        if (spots[index].distanceTo(homes[index]) > 9) ways.push([stop.home, spot]);
      });
      leaders.setLatLngs(ways);
    };

    const choose = (key, tell = true) => {
      chosen = key && key !== chosen && routes.some((route) => route.key === key) ? key : null;
      for (const route of routes) {
        const off = chosen && route.key !== chosen;
        route.line.setStyle({ opacity: off ? 0.18 : 1, weight: route.key === chosen ? 6 : 4.5 });
        route.casing.setStyle({ opacity: off ? 0 : 0.9, weight: route.key === chosen ? 10 : 8 });
        if (!off && chosen) { route.casing.bringToFront(); route.line.bringToFront(); }
      }
      for (const stop of stops) {
        const off = chosen && (!stop.route || stop.route.key !== chosen);
        stop.body.classList.toggle("faded", Boolean(off));
        stop.marker.setZIndexOffset(off ? -1000 : 0);
      }
      for (const button of keys.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.key === chosen));
      arrows.redraw();
      if (tell && window.parent !== window) window.parent.postMessage({ route: chosen }, window.location.origin);
    };
    const keys = legend(map, routes, choose);
    keys.hidden = routes.length < 2;
    for (const route of routes) route.line.on("click", () => choose(route.key));

    const mark = (states) => {
      const seen = new Set();
      for (const stop of stops) {
        stop.state = states[stop.id] || stop.state;
        stop.body.classList.toggle("done", DONE.has(stop.state));
        stop.body.classList.toggle("failed", stop.state === "failed");
        const next = data.follow && stop.route && !DONE.has(stop.state) && !seen.has(stop.route.key);
        stop.body.classList.toggle("next", Boolean(next));
        if (next) { seen.add(stop.route.key); stop.marker.setZIndexOffset(2000); }
      }
    };

    const fromHash = () => choose(decodeURIComponent(window.location.hash.slice(1)) || null, false);
    window.addEventListener("hashchange", fromHash);
    window.addEventListener("message", (message) => {
      if (message.origin !== window.location.origin || !message.data) return;
      if ("select" in message.data && message.data.select !== chosen) choose(message.data.select, false);
      if (message.data.states) mark(message.data.states);
    });
    /* A frame may get its size late, or a phone be turned: the whole drawing stays in view
       until somebody has moved the map. */
    let touched = false;
    const fit = () => touched || map.fitBounds(data.bounds, { padding: [28, 28], maxZoom: 17, animate: false });
    for (const kind of ["pointerdown", "wheel", "keydown"]) {
      map.getContainer().addEventListener(kind, () => { touched = true; }, { passive: true });
    }
    map.on("resize", fit);
    map.on("zoomend", place);
    dark.addEventListener("change", () => {
      restyle();
      for (const route of routes) route.casing.setStyle({ color: theme().casing });
    });
    fit(); place(); mark({}); fromHash();
  };
})();
