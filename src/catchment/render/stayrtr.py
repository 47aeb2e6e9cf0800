"""VRPs for stayrtr, which hands validated prefixes to routers by RTR (RFC 8210): the ROAs of the design.

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
    """vrps.json of the whole design: its ROAs; () when there are none."""
    made_by = heading(design.name, "stayrtr", comment="").strip()
    text = vrps_json(design.vrps, made_by)
    return (ConfigFile(path="vrps.json", text=text, notes=(NOTE,)),) if design.vrps else ()
