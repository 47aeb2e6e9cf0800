"""GRE with checksums on a machine of systemd: a unit that runs `ip`, for networkd and netplan have no word for them."""

from catchment.render.heading import heading
from catchment.render.view import Interface, View
from catchment.results.config import ConfigFile


def add_tunnel(view: View, one: Interface) -> str:
    """What `ip` is told to make a tunnel: `link add office-gre type gre local ...`."""
    tunnel = one.link.tunnel
    assert tunnel is not None
    local, remote = one.link.outer(view.name), one.link.outer(one.far.router)
    kind = "gre" if local.version == 4 else "ip6gre"
    words = [f"link add {one.name} mtu {one.link.mtu} type {kind} local {local} remote {remote}"]
    words += [f"key {tunnel.key}"] if tunnel.key is not None else []
    words += ["csum"] if tunnel.checksum else []
    words += ["seq"] if tunnel.sequence else []
    if local.version == 4:
        words.append(f"ttl {tunnel.ttl or 'inherit'}")
    else:  # without the limit of RFC 2473, 8 bytes that the design does not count
        words.append(f"hoplimit {tunnel.ttl or 'inherit'} encaplimit none")
    return " ".join(words)


def tunnel_unit(view: View, one: Interface) -> ConfigFile:
    """A unit that makes the tunnel before networkd looks for it; networkd then gives it its addresses."""
    name = f"catchment-{one.name}.service"
    text = heading(view.design, view.name, (f"systemctl enable --now {name}",))
    text += f"""
[Unit]
Description=GRE tunnel {one.name} to {one.far.router}
DefaultDependencies=no
After=systemd-modules-load.service
Before=systemd-networkd.service network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ip {add_tunnel(view, one)}
ExecStop=/sbin/ip link delete {one.name}

[Install]
WantedBy=multi-user.target
"""
    return ConfigFile(path=f"{view.name}/networkd/{name}", text=text, target=f"/etc/systemd/system/{name}")
