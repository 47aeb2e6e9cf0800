// The search box: an AS number or part of a name, up to eight answers, Enter or a click pins one.

const MOST_FOUND = 8;

function findClients(clients, text) {
  const wanted = text.trim().toLowerCase();
  const number = /^(?:as)?\s*(\d+)$/.exec(wanted);
  if (number) {
    const row = clients.row(Number(number[1]));
    return row < 0 ? [] : [row];
  }
  const found = [];
  if (wanted.length < 2) return found;
  for (let i = 0; i < clients.names.length && found.length < MOST_FOUND; i++) {
    if (!clients.names[i].toLowerCase().includes(wanted)) continue;
    const row = clients.row(clients.columns["as.asn"][i]);
    if (row >= 0) found.push(row);
  }
  return found;
}

function wireSearch(input, list, clients, pin) {
  let rows = [];
  let chosen = 0;
  const show = () => {
    list.replaceChildren(
      ...rows.map((row, i) => {
        const asn = clients.columns.asn[row];
        const option = element("li", `AS${asn} `);
        option.append(element("bdi", clients.nameOf(asn)));
        option.id = `found-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(i === chosen));
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(i);
        });
        return option;
      }),
    );
    if (!rows.length && input.value.trim().length > 1) list.append(element("li", "no such client", "none"));
    list.hidden = !list.childElementCount;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    if (rows.length) input.setAttribute("aria-activedescendant", `found-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const take = (i) => {
    close();
    pin(rows[i]);
  };
  input.addEventListener("input", () => {
    rows = findClients(clients, input.value);
    chosen = 0;
    show();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && rows.length) take(chosen);
    else if (event.key === "Escape") close();
    else if (rows.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length;
      show();
    }
  });
}
