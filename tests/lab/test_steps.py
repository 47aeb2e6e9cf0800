"""Steps as words."""

from ipaddress import ip_address

from catchment.lab.nodes import Process
from catchment.lab.steps import Commands, Hold, Lend, Load, MakeSpaces, Start, Tell, WriteFile, words


def test_every_kind_of_step_says_what_it_does() -> None:
    lend = Lend(space="cm-x-r1", interface="svc-dns", addresses=(ip_address("192.0.2.53"),), mac="02:00:00:02:00:01")
    process = Process(node="r1", name="bird", words=("bird", "-f"))
    said = [
        words(MakeSpaces(names=("cm-x-r1", "cm-x-r2"))),
        words(WriteFile(path="nodes/r1/etc/bird/bird.conf", text="a\nb\n")),
        words(Hold(node="r1", binds=(("nodes/r1/run", "/run"),))),
        words(Commands(program="ip", space="cm-x-r1", lines=("link set dev lo up",))),
        words(Commands(program="ip", space="", lines=("link add name a",))),
        words(lend),
        words(Load(space="cm-x-r1", words=("nft", "--file"), path="nodes/r1/a.nft")),
        words(Start(process=process)),
        words(Tell(node="r1", words=("vtysh", "-b"), after=())),
    ]
    assert said == [
        ["ip netns add cm-x-r1", "ip netns add cm-x-r2"],
        ["write nodes/r1/etc/bird/bird.conf (2 lines)"],
        ["hold r1: own /run"],
        ["ip -n cm-x-r1 link set dev lo up"],
        ["ip link add name a"],
        [
            "ip -n cm-x-r1 route del local 192.0.2.53 dev svc-dns table local",
            "ip -n cm-x-r1 route replace 192.0.2.53 dev svc-dns table local",
            "ip -n cm-x-r1 neighbour replace 192.0.2.53 lladdr 02:00:00:02:00:01 dev svc-dns nud permanent",
        ],
        ["ip netns exec cm-x-r1 nft --file nodes/r1/a.nft"],
        ["start on r1: bird -f"],
        ["run on r1: vtysh -b"],
    ]
