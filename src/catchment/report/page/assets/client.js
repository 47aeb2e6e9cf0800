// What is known of one client, and the card that says it. Every text goes in as text, never as HTML.

const NOWHERE = 0xffff; // these codes are those of clients.py
const ABSENT = 0xfffe;
const UNKNOWN = 0xffff;
const LEAST_SURE = [0.95, 0.75, 0.5, 0]; // the four shades: at least this probable

class Clients {
  constructor(columns, facts) {
    this.columns = columns;
    this.facts = facts;
    this.n = columns.asn.length;
    this.names = columns["as.name"].split("\n");
    this.starts = {};
    this.regions = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });
  }

  get(which, name) {
    return this.columns[`${which}.${name}`];
  }

  nameOf(asn) {
    return this.names[indexOf(this.columns["as.asn"], asn)] || "";
  }

  row(asn) {
    return indexOf(this.columns.asn, asn);
  }

  level(which, i) {
    const certainty = this.get(which, "certainty")[i] / 255;
    return LEAST_SURE.findIndex((least) => certainty >= least - 0.002);
  }

  moved(i) {
    const before = this.get("before", "target")[i];
    return before !== ABSENT && before !== this.get("now", "target")[i];
  }

  // AS numbers from the client to the origin, [] when unknown.
  path(which, i) {
    const code = this.get(which, "path")[i];
    if (code === 0) return [];
    const path = [this.columns.asn[i]];
    for (let node = code - 1; node; node = this.columns["node.parent"][node]) {
      path.push(this.columns["as.asn"][this.columns["node.as"][node]]);
    }
    return path;
  }

  // [[target, probability], ...], most probable first.
  shares(which, i) {
    const target = this.get(which, "target")[i];
    const count = this.get(which, "alt.count");
    if (target >= ABSENT) return [];
    if (count[i] === 0) return [[target, this.get(which, "certainty")[i] / 255]];
    if (!this.starts[which]) {
      const starts = (this.starts[which] = new Uint32Array(this.n + 1));
      for (let row = 0; row < this.n; row++) starts[row + 1] = starts[row] + count[row];
    }
    const from = this.starts[which][i];
    const range = Array.from({ length: count[i] }, (_, j) => from + j);
    return range.map((j) => [this.get(which, "alt.target")[j], this.get(which, "alt.share")[j] / 255]);
  }

  country(i) {
    const code = this.facts.countries[this.columns.country[i]];
    try {
      return code ? this.regions.of(code) : "";
    } catch {
      return code; // not a code that ISO 3166 knows
    }
  }
}

function indexOf(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fillClientCard(card, clients, which, i, colourOf) {
  const { targets, words } = clients.facts;
  const asn = clients.columns.asn[i];
  const at = (name) => clients.get(which, name)[i];
  const target = targets[at("target")];
  const heading = element("h2", `AS${asn} `);
  heading.append(element("bdi", clients.nameOf(asn)));
  const list = element("dl");
  const line = (term, ...content) => {
    const value = element("dd");
    value.append(...content);
    list.append(element("dt", term), value);
  };
  const siteName = (index) => {
    const name = element("bdi", targets[index].name);
    name.prepend(markImage(markOf(targets[index]), colourOf(targets[index])));
    return name;
  };
  if (clients.country(i)) line("Country", clients.country(i));
  if (at("target") === ABSENT) line("Site", "was not a client here");
  else if (!target) line("Site", "reaches none");
  else line(target.hijacker ? "Hijacked by" : "Site", siteName(at("target")));
  if (which === "now" && clients.facts.before !== null && clients.moved(i)) {
    const was = clients.get("before", "target")[i];
    line("Before", was === NOWHERE ? "reached none" : siteName(was));
  }
  if (target) {
    const shares = clients.shares(which, i);
    const others = shares.filter(([index]) => index !== at("target"));
    line("Certainty", `${Math.round((at("certainty") / 255) * 100)} %`);
    if (others.length) line("Else", ...others.flatMap(([k, p], j) => [j ? ", " : "", siteName(k), ` ${Math.round(p * 100)} %`]));
    line("RTT", at("rtt") === UNKNOWN ? "not known" : `${(at("rtt") / 10).toFixed(1)} ms`);
    if (at("best") !== NOWHERE && at("best_rtt") !== UNKNOWN) {
      line("Nearest site", siteName(at("best")), ` ${(at("best_rtt") / 10).toFixed(1)} ms`);
    }
    line("Route", words.class[at("class")] ?? "not known", at("tied") > 1 ? `, ${at("tied")} equally good` : "");
  }
  if (at("target") !== ABSENT) line("Decided by", words.decided[at("decided")] ?? "not known");
  line("Place", words.known[clients.columns.known[i]] ?? "not known");
  const path = clients.path(which, i);
  card.replaceChildren(heading, list);
  if (path.length > 1) card.append(element("h3", "AS path"), pathList(path, clients));
}

function pathList(path, clients) {
  const list = element("ol", "", "path");
  for (const asn of path) {
    const item = element("li", `AS${asn} `);
    item.append(element("bdi", clients.nameOf(asn)));
    list.append(item);
  }
  return list;
}

function fillSiteCard(card, target, at, colour) {
  const heading = element("h2");
  heading.append(markImage(at.up ? markOf(target) : CROSS, colour), element("bdi", target.name));
  const list = element("dl");
  const line = (term, text) => list.append(element("dt", term), element("dd", text));
  line(target.hijacker ? "Hijacker" : "Origin", `AS${target.asn}`);
  if (!at.up) line("State", "down");
  line("Share", percent(at.share));
  line("Clients", at.clients.toLocaleString("en"));
  if (at.medianRttMs !== null) line("Median RTT", `${at.medianRttMs.toFixed(1)} ms`);
  if (target.capacity && at.up) line("Load", `${(at.weight / target.capacity).toPrecision(3)} × its capacity`);
  card.replaceChildren(heading, list);
}
