"""What a terminal would show of something."""

import io

from rich.console import Console, RenderableType


def shown(what: RenderableType, width: int = 132, colours: bool = False) -> str:
    """Without colours, as into a pipe, or with."""
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, force_terminal=colours, no_color=not colours).print(what)
    return stream.getvalue()
