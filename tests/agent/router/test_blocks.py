from catchment.agent.router.blocks import blocks

TEXT = """
# protocol bgp gone { }
router id 192.0.2.1; /* two { lines
of it */
protocol bgp a from b {
  description "not { a brace; # nor a comment";
  hold time 9; keepalive time 3;
  hold time 90;
  ipv4 { export all; };
  bfd on;
}
function f() { if (1, 2) ~ bgp_community then reject; }
"""


def test_a_file_is_taken_apart_as_far_as_is_needed():
    whole = blocks(TEXT)
    assert whole.statements == ["router id 192.0.2.1"]
    assert [one.head for one in whole.blocks] == ["protocol bgp a from b", "function f()"]
    session = whole.blocks[0]
    assert (session.said("hold time"), session.said("bfd"), session.said("ttl security")) == ("90", "on", None)
    assert session.said("hold") == "time 90"
    assert [one.head for one in session.every()] == ["protocol bgp a from b", "ipv4"]


def test_what_is_not_whole_is_read_as_far_as_it_goes():
    assert blocks("a { b { c;").blocks[0].blocks[0].statements == ["c"]
    assert blocks("} a;").statements == ["a"]
    assert blocks("").blocks == []
