"""Which files the agent consists of, found by following its imports: what a package of the agent alone has to hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

SRC = Path(__file__).resolve().parents[1] / "src"
OWN = ("catchment.agent", "catchment.cli.agent", "catchment.workflows.agent.run", "catchment.designfile.agentfile")
"""Modules whose imports inside functions are followed too: elsewhere those are of commands that are no agent's."""

DATA = ("catchment/agent/shipped/alerts.yaml",)
PURE = ("click", "ruamel.yaml", "dnspython", "h11", "h2", "hpack", "hyperframe")
"""Libraries without compiled parts, by their names on PyPI."""


def files() -> list[Path]:
    """Every file of ours, sorted, relative to SRC."""
    found: dict[Path, str] = {}
    waiting = [
        "catchment.cli.app",
        *_modules(SRC / "catchment" / "agent"),
        *_modules(SRC / "catchment" / "cli", "agent"),
    ]
    while waiting:
        module = waiting.pop()
        path = _path(module)
        if path is None or path in found:
            continue
        found[path] = module
        parts = module.split(".")
        waiting += [".".join(parts[:count]) for count in range(1, len(parts))]
        waiting += _imports(ast.parse(path.read_text(encoding="utf-8")), inner=module.startswith(OWN))
    return sorted([path.relative_to(SRC) for path in found] + [Path(name) for name in DATA])


def _modules(folder: Path, begin: str = "") -> list[str]:
    return [".".join(path.relative_to(SRC).with_suffix("").parts) for path in sorted(folder.rglob(f"{begin}*.py"))]


def _path(module: str) -> Path | None:
    path = SRC.joinpath(*module.split("."))
    if (path / "__init__.py").is_file():
        return path / "__init__.py"
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else None


def _imports(tree: ast.AST, *, inner: bool) -> Iterator[str]:
    """What is imported, but for types alone."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import():
                yield from (one.name for one in node.names)
            case ast.ImportFrom(module=str() as module):
                yield module
                yield from (f"{module}.{one.name}" for one in node.names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.FunctionDef() | ast.AsyncFunctionDef() if not inner:
                continue
            case _:
                yield from _imports(node, inner=inner)


if __name__ == "__main__":
    print("\n".join(map(str, files())))
