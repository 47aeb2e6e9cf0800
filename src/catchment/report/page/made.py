"""How the result was made and what its reader must know, as HTML."""

import numpy as np

from catchment.report.page.clients import moved_rows
from catchment.report.page.words import EVIDENCE_0, escaped, percent
from catchment.results.catchment import Catchment
from catchment.results.provenance import Provenance

MANY = 100  # one in so many without a place is worth a line on the map


def evidence(c: Catchment) -> str:
    level = c.provenance.evidence
    return escaped(EVIDENCE_0 if level == 0 else f"Evidence level {level}.")


def placeless(c: Catchment) -> str:
    """A line for the map itself where many clients are missing from it, as HTML; else ""."""
    missing = int(np.isnan(c.latitude_deg).sum())
    if missing == 0 or missing * MANY < len(c.asn):
        return ""
    if missing == len(c.asn):
        fact = f"None of the {missing:,} clients has a known place, so none is drawn"
    else:
        fact = f"{missing:,} of the {len(c.asn):,} clients have no known place and are not drawn"
    return f'<p class="placeless">{fact}: the Internet data names neither their country nor a location.</p>'


def made(c: Catchment, before: Catchment | None) -> str:
    """How the result was made, as HTML of a foldout."""
    lines = provenance_rows(c.provenance)
    if before is not None:
        lines.append(f"<dt>Compared with</dt><dd>{escaped(before.title)}</dd>")
    notes = [*c.notes, *_own_notes(c, before)]
    return f"<dl>{''.join(lines)}</dl><ul>{''.join(f'<li>{escaped(note)}</li>' for note in notes)}</ul>"


def provenance_rows(p: Provenance) -> list[str]:
    """Program, time, inputs and options as terms and what they are, in HTML."""
    lines = [f"<dt>Program</dt><dd>{escaped(p.program)}</dd>"]
    if p.made_at:
        lines.append(f"<dt>Made at</dt><dd>{escaped(p.made_at)}</dd>")
    for source in p.sources:
        digest = f"<br><code>sha256 {escaped(source.sha256)}</code>" if source.sha256 else ""
        remarks = "".join(f"<br>{escaped(note)}" for note in source.notes)
        lines.append(f"<dt>{escaped(source.what)}</dt><dd>{escaped(source.name)}{digest}{remarks}</dd>")
    return lines + [f"<dt>{escaped(k)}</dt><dd>{escaped(v)}</dd>" for k, v in p.options]


def _own_notes(c: Catchment, before: Catchment | None) -> list[str]:
    """What a reader must know of the drawing itself."""
    notes = [
        "Shares are of the clients' weight, each client counted for its most probable site; circles are "
        "sized so that area is share.",
        "Clients that share a place are laid out around it in a spiral, in a mixed but fixed order, so "
        "that their number can be seen: a point's exact spot is not the network's.",
        "Map: Natural Earth (public domain) by way of world-atlas (ISC, copyright 2013-2019 Michael Bostock), "
        "Equal Earth projection.",
    ]
    placeless = int(np.isnan(c.latitude_deg).sum())
    if placeless:
        notes.insert(0, f"{placeless:,} clients have no known place: they count in the table, not on the map.")
    if before is not None:
        gone = int((~np.isin(before.asn, c.asn)).sum())
        moved = moved_rows(c, before)
        weight = float(c.weight[moved].sum()) / (float(c.weight.sum()) or 1.0)
        notes.insert(0, f"{int(moved.sum()):,} clients moved, {percent(weight)} of the weight.")
        if gone:
            notes.insert(1, f"{gone:,} clients of the scenario before are not in this one and are left out.")
    return notes
