"""A script of `ip`: what it makes in a namespace is what the design says, also when it runs twice."""

from tests.render.golden import hold, rendered
from tests.render.programs import accepted, in_namespace


def test_every_file_is_the_golden_one() -> None:
    hold("ip")


def test_the_shell_takes_it() -> None:
    for file in rendered("ip").values():
        accepted(file)


def test_the_script_can_be_run_twice() -> None:
    text = rendered("ip")["peer/interfaces.sh"].text
    said = in_namespace(f"ip link add seoul type veth peer name far\n{text}\n{text}\nip -br addr show\n")
    assert "192.0.2.4/32" in said
    assert "198.51.100.11/31" in said


def test_a_link_of_ppp_is_left_to_pppd_and_that_is_said() -> None:
    depot = rendered("ip")["depot/interfaces.sh"]
    assert "branch" not in depot.text
    assert [note.partition(":")[0] for note in depot.notes] == ["branch"]
