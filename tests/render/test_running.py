"""What runs on a router: what the design says, else what fits."""

from dataclasses import replace

from tests.render.golden import CASES, views_of

from catchment.model.network import Daemon, Device, Igp
from catchment.render.options import USUAL, RenderOptions
from catchment.render.running import checks_ttl, daemon_of
from catchment.render.view import View

VIEWS = views_of(CASES / "machines" / "design.yaml")


def on(view: View, device: Device, daemon: Daemon = Daemon.OTHER) -> View:
    return replace(view, router=replace(view.router, device=device, daemon=daemon))


def test_the_design_is_stronger_than_the_user() -> None:
    assert daemon_of(VIEWS["daegu"], RenderOptions(daemon=Daemon.BIRD)) is Daemon.FRR
    assert daemon_of(VIEWS["peer"], RenderOptions(daemon=Daemon.FRR)) is Daemon.FRR


def test_bird_is_usual_where_it_knows_the_igp() -> None:
    assert daemon_of(VIEWS["peer"], USUAL) is Daemon.BIRD
    isis = replace(VIEWS["seoul"], network=replace(VIEWS["seoul"].network, igp=Igp.ISIS))
    assert daemon_of(on(isis, Device.LINUX), USUAL) is Daemon.FRR


def test_static_routes_alone_need_no_daemon_where_the_machine_keeps_them() -> None:
    assert daemon_of(VIEWS["office"], USUAL) is Daemon.OTHER
    assert daemon_of(VIEWS["office"], RenderOptions(daemon=Daemon.FRR)) is Daemon.FRR


def test_pfsense_and_ios_get_no_file_of_a_daemon() -> None:
    for device in (Device.PFSENSE, Device.IOS):
        assert daemon_of(on(VIEWS["daegu"], device, Daemon.FRR), USUAL) is Daemon.OTHER


def guarded(view: View, options: RenderOptions = USUAL) -> set[str]:
    """The neighbours with whom TTLs are checked."""
    return {one.name for one in view.neighbours if checks_ttl(view, one, options)}


def test_ttls_are_checked_over_one_link_to_another_as() -> None:
    views = views_of(CASES / "frr" / "design.yaml")
    assert guarded(views["seoul"]) == {"kt"}
    assert guarded(views["rr"]) == set()
    assert guarded(views["seoul"], RenderOptions(ttl_security=False)) == set()


def test_ttls_are_not_checked_between_frr_and_another_daemon_whose_bfd_would_not_meet() -> None:
    views = views_of(CASES / "frr" / "design.yaml")
    assert guarded(on(views["seoul"], Device.LINUX, Daemon.BIRD)) == set()
    assert guarded(on(views["seoul"], Device.PFSENSE)) == {"kt"}
    assert guarded(on(views["seoul"], Device.IOS)) == set()
