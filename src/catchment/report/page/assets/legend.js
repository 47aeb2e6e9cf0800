// The table of sites gets marks and buttons, and under it the key to what else is drawn.

function wireLegend(table, choose) {
  for (const row of table.querySelectorAll("tbody tr")) {
    const key = row.dataset.target === "nowhere" ? "nowhere" : Number(row.dataset.target);
    const cell = row.querySelector("th");
    const button = element("button");
    button.type = "button";
    const words = element("span");
    words.append(...cell.childNodes);
    button.append(words);
    button.addEventListener("click", () => choose(key));
    cell.append(button);
  }
}

function colourLegend(table, targets) {
  for (const row of table.querySelectorAll("tbody tr")) {
    const target = targets[row.dataset.target];
    const up = target?.[row.parentNode.dataset.view].up;
    const button = row.querySelector("button");
    button.querySelector("svg")?.remove();
    button.prepend(markImage(up ? markOf(target) : CROSS, up ? colourOf(target) : nowhereColour()));
    const chosen = String(state.only) === row.dataset.target;
    button.setAttribute("aria-pressed", String(chosen));
    row.classList.toggle("dim", state.only !== null && !chosen);
    row.classList.toggle("down", Boolean(target) && !up);
  }
}

// there: what of the rarer things is on the map.
function drawKey(list, there) {
  const shades = element("li");
  for (const alpha of ALPHA) {
    const square = element("i", "", "square");
    square.style.opacity = alpha / 255;
    shades.append(square);
  }
  shades.append("certainty over 95, 75, 50 %, less");
  const items = [shades];
  const marked = (colour, text) => {
    const item = element("li", text);
    item.prepend(markImage(CROSS, colour));
    items.push(item);
  };
  if (there.nowhere) marked(nowhereColour(), "reaches no site");
  if (there.hijack) marked(colourOf(facts.targets.find((target) => target.hijacker)), "ends at the hijacker");
  items.push(element("li", `circles: area is share${there.capacity ? ", outer ring is used capacity" : ""}`));
  items.push(element("li", "clients at one place are spread around it; zoom in for the sites' marks"));
  list.replaceChildren(...items);
}
