"""What a user may choose about the files that are written, the same for every target."""

from dataclasses import dataclass

from catchment.model.network import Daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """Choices that the design does not make.

    daemon       : what is written for routers of which the design does not say what runs there; None: BIRD where it
                   knows the network's IGP, FRR otherwise; OTHER: nothing
    protect      : over eBGP, refuse space that is not for the Internet and our own AS's prefixes
    ttl_security : RFC 5082 on eBGP over one hop, which the neighbour must do too
    pfsense      : the operator's own config.xml, which what the design asks for is put into; "" without
    """

    daemon: Daemon | None = None
    protect: bool = True
    ttl_security: bool = True
    pfsense: str = ""


USUAL = RenderOptions()
