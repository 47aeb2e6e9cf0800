"""What a user may choose about the files that are written, the same for every target."""

from dataclasses import dataclass

from catchment.model.network import Daemon, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """Choices that the design does not make.

    daemon       : what is written for routers of which the design does not say what runs there; None: BIRD where it
                   knows the network's IGP, FRR otherwise; OTHER: nothing
    protect      : over eBGP, refuse space that is not for the Internet and our own AS's prefixes
    ttl_security : RFC 5082 on eBGP over one hop, which the neighbour must do too
    fits         : (tunnel, bytes): the largest packet that comes through what is under it, where that is known
    pfsense      : the operator's own config.xml, which what the design asks for is put into; "" without
    """

    daemon: Daemon | None = None
    protect: bool = True
    ttl_security: bool = True
    pfsense: str = ""
    fits: tuple[tuple[str, int], ...] = ()

    def least_mtu(self, link: Link) -> int:
        """The largest packet that surely crosses a link: its own MTU, or what is under it, whichever is less."""
        return min([link.mtu, *(size for name, size in self.fits if name == link.name)])


USUAL = RenderOptions()
