"""A router at a provider: the session is the provider's, and what it cannot be is told."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import CASES, views_of
from tests.render.programs import accepted

from catchment.errors import RenderError
from catchment.model.provider import BY_NAME, PROVIDERS
from catchment.render.bird.files import bird_files
from catchment.render.frr.files import frr_files
from catchment.render.machine.nftables import nftables_files
from catchment.render.options import USUAL
from catchment.render.providers import at_provider, provider_files
from catchment.render.view import View
from catchment.workflows.render import Chosen, render

DESIGN = CASES / "provider.yaml"
VIEW = views_of(DESIGN)["edge"]


def at(name: str) -> View:
    return replace(VIEW, router=replace(VIEW.router, provider=BY_NAME[name]))


def test_each_family_has_a_session_with_the_address_and_as_of_the_provider() -> None:
    assert [
        (one.name, str(one.far.address), one.asn, sorted(one.families), one.multihop)
        for one in at_provider(VIEW).neighbours
    ] == [("vultr", "169.254.169.254", 64515, [4], True), ("vultr", "2001:19f0:ffff::1", 64515, [6], True)]


def test_several_route_servers_are_several_sessions() -> None:
    assert len(at_provider(at("myloc")).neighbours) == 8


def test_the_daemons_take_it() -> None:
    for name in ("vultr", "vultr-metal", "myloc", "equinix-metal", "i3d"):
        for writes in (bird_files, frr_files, nftables_files):
            file = writes(at_provider(at(name)), USUAL)[0]
            assert str(BY_NAME[name].neighbours[0]) in file.text
            accepted(file)


def test_a_provider_without_addresses_leaves_the_session_of_the_design() -> None:
    assert at_provider(at("ifog")) == at("ifog")
    other = views_of(DESIGN)["router"]
    assert at_provider(other) is other


def test_a_router_with_no_session_as_customer_is_refused() -> None:
    with pytest.raises(RenderError, match="R086"):
        at_provider(replace(VIEW, neighbours=()))


def test_every_profile_says_where_it_is_from_and_when() -> None:
    for provider in PROVIDERS:
        (file,) = provider_files(at(provider.name), USUAL)
        assert provider.sources
        assert provider.read_on in file.text
        assert all(meaning in file.text for _, meaning in (*provider.communities, *provider.sets))


def test_render_writes_the_providers_session_and_its_facts(tmp_path: Path) -> None:
    render(DESIGN, tmp_path, Chosen(routers=("edge",)))
    assert "169.254.169.254" in (tmp_path / "edge" / "bird.conf").read_text()
    assert "20473:6001" in (tmp_path / "edge" / "provider.md").read_text()
