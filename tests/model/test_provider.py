"""Profiles of providers: names that a design can write, addresses of either family, nothing without its source."""

from catchment.model.provider import BY_NAME, PROVIDERS


def test_names_are_different_words() -> None:
    assert len(BY_NAME) == len(PROVIDERS)
    assert all(name == name.lower() and " " not in name for name in BY_NAME)


def test_addresses_are_told_by_family() -> None:
    assert [str(one) for one in BY_NAME["vultr"].addresses(4)] == ["169.254.169.254"]
    assert [str(one) for one in BY_NAME["vultr"].addresses(6)] == ["2001:19f0:ffff::1"]
    assert BY_NAME["ifog"].addresses(4) == ()


def test_every_community_has_a_meaning() -> None:
    for provider in PROVIDERS:
        assert all(word and meaning for word, meaning in (*provider.communities, *provider.sets))


def test_who_has_routers_that_speak_has_an_as_number() -> None:
    assert all(provider.asn for provider in PROVIDERS if provider.neighbours)
    assert {provider.name for provider in PROVIDERS if provider.asn is None} == {"ovh-byoip", "ovh-bgp"}
