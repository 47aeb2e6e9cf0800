"""A link that loses frames and looks up: a rule at each end that drops some of what comes in, before anything sees it.

The hook is netdev ingress, which every kind of interface has (veth, TAP, GRE, TUN); so nothing that limits rates or
holds frames back is touched, and neither end notices anything but silence. ARP, hellos and BFD are lost like the rest.
"""

from collections.abc import Iterator, Sequence

from catchment.lab.nodes import Lab, Plug, space_name
from catchment.lab.steps import Load, Step, WriteFile
from catchment.model.fault import WHOLE, Lossy

NFT = ("nft", "--file")
FIRST = -500  # before every other chain of the hook


def lose(lab: Lab, fault: Lossy) -> tuple[Step, ...]:
    """The steps that begin it; given twice they leave one rule. It goes with the namespaces."""
    return tuple(
        step
        for name, plug in _ends(lab, fault)
        for step in _loaded(lab, plug, name, (*_emptied(name), *_rule(name, plug, fault)))
    )


def lose_no_more(lab: Lab, fault: Lossy) -> tuple[Step, ...]:
    """The steps that end it, also when it never began."""
    return tuple(
        step for name, plug in _ends(lab, fault) for step in _loaded(lab, plug, f"{name}_off", _emptied(name))
    )


def _ends(lab: Lab, fault: Lossy) -> Iterator[tuple[str, Plug]]:
    """(a name for nft, the end where frames are dropped): where they arrive, not where they are sent."""
    for number, link in enumerate(lab.joined):
        for index, plug in enumerate(link.plugs):
            if link.name == fault.link and plug.node != fault.sender:
                # One that loses what a router sends may stand beside one that loses what both send.
                yield f"catchment_loss{'_from' if fault.sender else ''}_{number}_{index}", plug


def _emptied(name: str) -> tuple[str, ...]:
    return (f"table netdev {name}", f"delete table netdev {name}")  # the first so that the second cannot fail


def _rule(name: str, plug: Plug, fault: Lossy) -> Iterator[str]:
    which = "" if fault.is_all else f"numgen random mod {WHOLE} < {fault.per_10000} "
    yield f"table netdev {name} {{"
    yield "  chain arriving {"
    yield f'    type filter hook ingress device "{plug.interface}" priority {FIRST}; policy accept;'
    yield f"    {which}counter drop"
    yield "  }"
    yield "}"


def _loaded(lab: Lab, plug: Plug, name: str, lines: Sequence[str]) -> tuple[Step, ...]:
    path = f"faults/{name}.nft"
    text = "\n".join(lines) + "\n"
    return WriteFile(path=path, text=text), Load(space=space_name(lab.name, plug.node), words=NFT, path=path)
