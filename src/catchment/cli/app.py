"""The commands, by name; each is loaded when it is called, so that --help answers at once."""

from importlib import import_module

import click

from catchment import __version__

COMMANDS = {
    "check": ("design", "Check a design file: every error with its place, and advice."),
    "show": ("design", "Show a design as it was understood."),
    "schema": ("design", "Print the JSON Schema of design files, for editors."),
    "explain-key": ("design", "Explain a key of the design file, or list all."),
    "predict": ("predict", "Predict which networks reach which site, how surely, at what latency."),
    "explain": ("predict", "Explain why a client reaches its site, decision by decision."),
    "compare": ("predict", "Compare two saved predictions: who moved."),
    "sweep": ("sweep", "Predict many scenarios in one call: all subsets of sites, or a list."),
    "frames": ("frames", "List the frames of a capture; verify each check sequence and checksum."),
    "trace": ("trace", "Follow packets inside our own networks, router by router."),
    "routes": ("trace", "Show the tables of our own routers, and how each sees the services."),
    "failures": ("failures", "Try every single failure inside our own networks, and hold the intents."),
    "bgp": ("bgp", "Show what our own routers heard by BGP, what each took and why, if it settles."),
    "flows": ("flows", "Tell which flows keep their server when things go down and come up."),
    "multicast": ("multicast", "Show the trees of multicast groups, copies on each link, who is reached."),
    "render": ("render", "Write the files that real routers load, each checked by its own program."),
    "diff": ("render", "Show how the files in a folder differ from those of the design."),
    "lab": ("lab", "Run a design on this machine in namespaces, and hold the prediction against it."),
    "verify": ("verify", "Hold what a lab shows against the prediction: the same as lab verify."),
    "agent": ("agent", "Watch the services of a site; announce and withdraw its prefixes."),
    "internet": ("internet", "Prepare, fetch and look at the Internet that predictions run on."),
}


class Commands(click.Group):
    """A group whose commands stand in modules that are imported when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of COMMANDS, which is the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; an unambiguous beginning of its name is enough."""
        fits = [cmd_name] if cmd_name in COMMANDS else [name for name in COMMANDS if name.startswith(cmd_name)]
        if len(fits) != 1:
            return None
        module = import_module(f"catchment.cli.{COMMANDS[fits[0]][0]}")
        command = getattr(module, fits[0].replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=Commands,
    epilog="Exit codes: 0 ok, 1 error, 2 a difference or a missed threshold, 64 usage, 130 interrupted. "
    "Data goes to stdout, talk to stderr.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="catchment")
def app() -> None:
    """Predict, rehearse, run and verify an IP anycast service from one design file.

    Start with `catchment check DESIGN` and `catchment predict DESIGN`; the examples folder has designs.
    """
