"""Sessions, announcements and filters of BIRD; what they do in the world is in tests/world/test_bird_tables.py."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.errors import RenderError
from catchment.model.speakers import Change, NextHopSelf, Policy, Profile, Role, Term
from catchment.render.bird.bgp import announcement_names, sessions
from catchment.render.bird.files import bird_files
from catchment.render.options import USUAL, RenderOptions
from catchment.render.timers import MOST_CUSTOMER_PREFIXES
from catchment.render.view import View

THREE = views_of(CASES / "three" / "design.yaml")
HOPS = views_of(CASES / "hops" / "design.yaml")


def text(view: View, options: RenderOptions = USUAL) -> str:
    (file,) = bird_files(view, options)
    return file.text


def of(view: View, head: str, options: RenderOptions = USUAL) -> str:
    """One block of a file."""
    held = text(view, options)
    assert f"{head} {{" in held, head
    start = held.index(f"{head} {{")
    return held[start : held.index("\n}\n", start) + 3]


def with_sides(view: View, **changes: object) -> View:
    """Every session of a router, its own end changed."""
    return replace(
        view,
        neighbours=tuple(replace(one, near=replace(one.near, **changes)) for one in view.neighbours),  # type: ignore[arg-type]
    )


def lines_of(view: View) -> Iterator[str]:
    return (line.strip() for line in text(view).splitlines())


def test_a_session_over_one_link_is_guarded_and_watched() -> None:
    held = of(THREE["busan"], "protocol bgp p_bgp_kt_b")
    for line in (
        "direct;", "bfd on;", "ttl security on;", "hold time 9; keepalive time 3;", "graceful restart off;",
        "local role customer;", "deterministic med on;", "receive limit",
    ):  # fmt: skip
        assert line in held
    without = of(THREE["busan"], "protocol bgp p_bgp_kt_b", RenderOptions(ttl_security=False))
    assert "ttl security" not in without


def test_a_session_between_loopbacks_has_neither_bfd_nor_guard() -> None:
    held = of(THREE["busan"], "protocol bgp p_bgp_core")
    assert "multihop;" in held
    assert "bfd" not in held
    assert "ttl security" not in held
    assert "next hop self ebgp;" in held


def test_a_reflector_names_its_clients_and_its_cluster() -> None:
    assert "rr client; rr cluster id 192.0.2.1;" in of(THREE["core"], "protocol bgp p_bgp_busan")
    assert "rr client" not in of(THREE["busan"], "protocol bgp p_bgp_core")


def test_next_hops_are_left_or_replaced_as_the_design_says() -> None:
    assert "next hop self" not in of(HOPS["west"], "protocol bgp p_bgp_middle")
    assert "next hop self;" in of(HOPS["north"], "protocol bgp p_bgp_south")
    assert "next hop self" not in text(with_sides(THREE["busan"], next_hop_self=NextHopSelf.NO))


def test_a_customer_may_send_little() -> None:
    held = of(THREE["kt-b"], "protocol bgp p_bgp_busan")
    assert "local role provider;" in held
    assert f"receive limit {MOST_CUSTOMER_PREFIXES} action restart;" in held


def test_without_a_role_none_is_told() -> None:
    assert "local role" not in of(THREE["jeju"], "protocol bgp p_bgp_lumen")
    assert "local role peer" in text(with_sides(THREE["jeju"], role=Role.PEER))


def test_the_other_family_gets_its_next_hop_said() -> None:
    assert "next hop address 2001:db8:ffff::3;" in of(THREE["busan"], "protocol bgp p_bgp_core")


def test_every_announcement_is_a_protocol_that_drops_and_can_be_disabled() -> None:
    names = announcement_names(THREE["busan"])
    assert [*names.values()] == [
        "p_announce_203_0_113_0_24",
        "p_announce_203_0_113_128_25",
        "p_announce_2001_db8_53___48",
    ]
    held = of(THREE["busan"], "protocol static p_announce_203_0_113_128_25")
    assert "route 203.0.113.128/25 blackhole { bgp_med = 5; bgp_community.add((64500,7)); };" in held
    assert "# Announced while dns@busan is up.\nprotocol static p_announce_203_0_113_0_24" in text(THREE["busan"])


def test_the_med_of_an_announcement_is_set_on_the_way_to_another_as_only() -> None:
    assert 'if proto = "p_announce_203_0_113_128_25" then bgp_med = 5;' in of(THREE["busan"], "filter f_to_kt_b_4")
    assert "export all;" in of(THREE["busan"], "protocol bgp p_bgp_core")


def test_marks_that_keep_a_route_at_home_are_heeded_for_our_own_too() -> None:
    east = [*lines_of(HOPS["east"])]
    assert sum("reject; # NO_ADVERTISE" in line for line in east) == len(HOPS["east"].neighbours)
    middle = [*lines_of(HOPS["middle"])]
    external = [one for one in HOPS["middle"].neighbours if one.external]
    assert sum("reject; # NO_EXPORT" in line for line in middle) == len(external) == 1


def test_med_is_compared_as_the_design_says() -> None:
    busan = THREE["busan"]
    assert busan.speaker is not None
    speaker = replace(busan.speaker, always_compare_med=True, missing_med_is_worst=True)
    held = of(replace(busan, speaker=speaker), "protocol bgp p_bgp_kt_b")
    assert "med metric on;" in held
    assert "default bgp_med 4294967295;" in held
    assert "med metric" not in of(busan, "protocol bgp p_bgp_kt_b")


def test_what_is_not_for_the_internet_is_refused_from_other_ases_only() -> None:
    assert "RFC 7454" in of(THREE["busan"], "filter f_from_kt_b_4")
    assert "filter f_from_core" not in text(THREE["busan"])
    assert "RFC 7454" not in text(THREE["busan"], RenderOptions(protect=False))


def test_graceful_shutdown_is_a_filter_where_the_decision_process_has_it() -> None:
    assert "f_drain();\n  accept;" in of(THREE["busan"], "filter f_from_kt_b_4")
    busan = THREE["busan"]
    assert busan.speaker is not None
    assert "f_drain" not in text(replace(busan, speaker=replace(busan.speaker, profile=Profile.BIRD)))


def test_without_policy_nothing_passes_where_one_is_required() -> None:
    jeju = with_sides(THREE["jeju"], imports=None, exports=None)
    assert jeju.speaker is not None
    strict = replace(jeju, speaker=replace(jeju.speaker, requires_policy=True))
    assert "reject; # no policy (RFC 8212)" in of(strict, "filter f_from_lumen_4")
    assert "reject; # no policy (RFC 8212)" in of(strict, "filter f_to_lumen_4")
    assert "export all;" in of(jeju, "protocol bgp p_bgp_lumen")


def test_a_neighbour_that_is_told_everything_is_named() -> None:
    (file,) = bird_files(with_sides(THREE["jeju"], exports=None), USUAL)
    assert any(note.startswith("lumen: neither a role nor an export policy") for note in file.notes)
    (kept,) = bird_files(THREE["jeju"], USUAL)
    assert not any("everything is told" in note for note in kept.notes)


def test_a_weight_is_an_error_with_its_place() -> None:
    heavy = with_sides(THREE["jeju"], imports=Policy(terms=(Term(change=Change(weight=5)),)))
    with pytest.raises(RenderError) as caught:
        bird_files(heavy, USUAL)
    assert {problem.rule for problem in caught.value.problems} == {"R002"}
    assert caught.value.problems[0].where == "jeju, session with lumen, import"


def test_two_sessions_with_one_neighbour_and_names_that_look_alike_differ() -> None:
    view = THREE["jeju"]
    again = [replace(one, name=name) for one in view.neighbours[:1] for name in ("kt", "kt", "kt-2", "kt.2")]
    heads = [part[0] for part in sessions(replace(view, neighbours=tuple(again)), USUAL)]
    assert len(set(heads)) == len(heads)


def test_a_static_route_of_the_same_prefix_does_not_hide_the_announcement() -> None:
    cloud = views_of(EXAMPLES / "gre-announce" / "design.yaml")["cloud-seoul"]
    assert "table t_bgp4;" in of(cloud, "protocol static p_announce_103_178_34_0_23")
    assert "route 103.178.34.0/23 via 10.99.1.2;" in of(cloud, "protocol static p_static4_1")


RPKI = views_of(CASES / "rpki" / "design.yaml")


def test_routes_of_other_ases_are_held_against_the_rpki() -> None:
    held = text(RPKI["b"])
    assert "roa4 table t_roa4;\nroa6 table t_roa6;\nprotocol rpki p_rpki {" in held
    assert "  remote 192.0.2.4 port 323;\n  refresh keep 2;\n" in held
    line = "if roa_check(t_roa4, net, bgp_path.last) = ROA_INVALID then reject;"
    assert line in of(RPKI["b"], "filter f_from_bad_4")
    assert "import table on;" in of(RPKI["b"], "protocol bgp p_bgp_bad")


def test_routes_of_the_own_as_are_not() -> None:
    assert "import table" not in of(RPKI["b"], "protocol bgp p_bgp_f")
    for blind in ("cache", "blind"):
        assert "roa" not in text(RPKI[blind])
