"""The one form that tables have in a terminal: a line under the heads, nothing around."""

from collections.abc import Collection

from rich import box
from rich.table import Table


def columns(*heads: str, numbers: Collection[str] = (), whole: Collection[str] = (), title: str = "") -> Table:
    """A table with these heads; `numbers` stand at the right, `whole` are not broken into lines."""
    table = Table(
        title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False,
        collapse_padding=True,
    )  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right" if head in numbers else "left", overflow="fold", no_wrap=head in whole)
    return table
