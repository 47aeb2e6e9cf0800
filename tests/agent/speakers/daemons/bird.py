"""BIRD 2 with a disabled static protocol for each prefix in each form.

BIRD sends a MED to another AS only when it was set in the filter of the session.
"""

from tests.agent.speakers.daemons.daemon import FORMS, P4, P6, STRAY, Daemon
from tests.agent.speakers.places import FAR, FAR6, NEAR, NEAR6

from catchment.model.agent import Form, SpeakerKind

SESSION = """
protocol bgp {name} {{
  local {near} as 64500; neighbor {far} as 64501;
  connect delay time 0; connect retry time 1; error wait time 1, 1;
  {family} {{ import none; export filter {{
    if source != RTS_STATIC then reject;
    {meds}
    accept;
  }}; }};
}}
"""
STATIC = """
protocol static {name} {{
  disabled;
  {family} {{ import filter {{ {sets} accept; }}; }};
  route {prefix} blackhole;
}}
"""


NAMES = {P4: "four", P6: "six", STRAY: "gone"}


class Bird(Daemon):
    kind = SpeakerKind.BIRD
    programs = ("bird",)

    def where(self) -> str:
        return str(self.place.folder / "bird.ctl")

    def config(self) -> str:
        text = "router id 198.51.100.1;\nprotocol device {}\n"
        names = [(f"agent_{name}_{word}", form) for name in NAMES.values() for word, form in FORMS.items()]
        meds = " ".join(
            f'if proto = "{one}" then bgp_med = {form.med};' for one, form in names if form.med is not None
        )
        text += SESSION.format(name="four", near=NEAR, far=FAR, family="ipv4", meds=meds)
        text += SESSION.format(name="six", near=NEAR6, far=FAR6, family="ipv6", meds=meds)
        for prefix, name in NAMES.items():
            for word, form in FORMS.items():
                family = f"ipv{prefix.version}"
                text += STATIC.format(name=f"agent_{name}_{word}", family=family, prefix=prefix, sets=_sets(form))
        return text

    def start(self) -> None:
        file = self.place.folder / "bird.conf"
        file.write_text(self.config())
        self.processes = [self.place.start("bird", "-f", "-c", str(file), "-s", self.where())]

    def stray(self) -> None:
        with self.speaker() as one:
            one._order('enable "agent_gone_up"')  # type: ignore[attr-defined]


def _sets(form: Form) -> str:
    words = ["bgp_path.prepend(64500);"] * form.prepend
    for one in form.communities:
        parts = one.split(":")
        kind = "bgp_large_community" if len(parts) == 3 else "bgp_community"
        words.append(f"{kind}.add(({','.join(parts)}));")
    return " ".join(words)
