"""VRPs for stayrtr, which hands validated prefixes to routers by RTR (RFC 8210): what the design itself announces.

For a lab, and to try what validation does. In the Internet a router takes what a relying party has validated
(rpki-client, Routinator); a file like this is signed by nobody.
"""

import json
from collections.abc import Iterable

from catchment.model.design import Design
from catchment.model.rpki import Vrp
from catchment.render.heading import heading
from catchment.results.config import ConfigFile

NOTE = "run it as: stayrtr -cache vrps.json -checktime=false; nobody has signed what is in it"
TRUST_ANCHOR = "design"


def announced_vrps(design: Design) -> tuple[Vrp, ...]:
    """A VRP for each prefix and each AS that announces it, sites and routers, no longer than announced (RFC 9319 5).

    Sorted by family, address, length and AS number, each once.
    """
    found = {(prefix, site.asn) for site in design.sites for prefix in site.prefixes}
    speakers = design.inside.bgp.by_name
    found |= {(one.origination.prefix, speakers[one.router].asn) for one in design.inside.announcements}
    rows = sorted(found, key=lambda row: (row[0].version, int(row[0].network_address), row[0].prefixlen, row[1]))
    return tuple(Vrp(prefix=prefix, max_length=prefix.prefixlen, asn=asn) for prefix, asn in rows)


def vrps_json(vrps: Iterable[Vrp], made_by: str, generated_s: int = 0, valid_s: int = 0) -> str:
    """The JSON that stayrtr and rpki-client share. Times in seconds since 1970: given, for a file must not change by
    itself; 0 needs `-checktime=false`."""
    data = {
        "metadata": {"source": made_by, "generated": generated_s, "valid": valid_s},
        "roas": [
            {"asn": f"AS{one.asn}", "prefix": str(one.prefix), "maxLength": one.max_length, "ta": TRUST_ANCHOR}
            for one in vrps
        ],
    }
    return json.dumps(data, indent=1) + "\n"


def stayrtr_files(design: Design) -> tuple[ConfigFile, ...]:
    """vrps.json of the whole design; () when it announces nothing."""
    vrps = announced_vrps(design)
    made_by = heading(design.name, "stayrtr", comment="").strip()
    text = vrps_json(vrps, made_by)
    return (ConfigFile(path="vrps.json", text=text, notes=(NOTE,)),) if vrps else ()
