import subprocess
import sys
from collections.abc import Iterator

from catchment.designfile.agentfile.language import FILE
from catchment.designfile.agentfile.table import Key, Table


def walk(table: Table, path: str = "") -> Iterator[tuple[str, Key]]:
    for word, one in table.items():
        yield f"{path}{word}", one
        if one.below is not None:
            yield from walk(one.below, f"{path}{word}.")


def test_every_key_has_a_meaning_that_is_a_sentence_and_an_example():
    for path, one in walk(FILE):
        assert one.meaning.endswith("."), path
        assert one.example, path


def test_the_agent_file_is_read_without_what_a_bare_router_lacks():
    code = (
        "import sys, catchment.designfile.agentfile.read;"
        "print([one for one in ('pydantic', 'numpy', 'numba', 'rich') if one in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
