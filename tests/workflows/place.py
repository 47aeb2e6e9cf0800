"""A folder with a design and a small public Internet, for workflows."""

from pathlib import Path

LINKS = """\
64496|64497|0
64496|64498|-1
64497|64498|-1
64498|64499|-1
64497|64500|-1
"""
"""
 seoul           oslo
   |              |
 64496 ========= 64497
     \\          /    \\
      64498          64500
        |
      64499
"""

DESIGN = """\
name: demo
asn: 65536
prefixes: [203.0.113.0/24, "2001:db8:53::/48"]
sites:
  seoul: {at: ICN, transit: [64496]}
  oslo: {at: OSL, transit: [64497]}
"""


def furnish(folder: Path) -> tuple[Path, Path]:
    """Writes both, and returns where: the design, the Internet."""
    design, links = folder / "design.yaml", folder / "links.txt"
    design.write_text(DESIGN)
    links.write_text(LINKS)
    return design, links
