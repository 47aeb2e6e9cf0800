"""Client weights: AS numbers and countries in the design file, and a CSV file beside it -> model.Clients."""

import csv
import io
import re
from pathlib import Path

from catchment.designfile.language import ClientKeys
from catchment.designfile.position import Gazetteer
from catchment.designfile.rules import Finding
from catchment.designfile.values import Broken, asn, decimal, shown
from catchment.model.clients import Clients

MAX_FILE_BYTES = 64 * 2**20  # a row for each of 4 million networks; today's Internet has 80,000
MAX_FINDINGS = 20  # of one weights file; a file of the wrong kind is wrong in every line


def clients(keys: ClientKeys, folder: Path, gazetteer: Gazetteer) -> tuple[Clients, list[Finding]]:
    """The weights of a design; what the design file says itself is stronger than the file it names."""
    findings: list[Finding] = []
    by_asn: dict[int, float] = {}
    by_country: dict[str, float] = {}
    if keys.weights_file is not None:
        try:
            text = _read(folder / keys.weights_file, keys.weights_file)
        except Broken as broken:
            findings.append(_at(("clients", "weights-file"), broken))
        else:
            by_asn, by_country, wrong = _rows(text, keys.weights_file, gazetteer)
            findings += wrong
    for word, weight in (keys.weights or {}).items():
        try:
            _take(word, weight, by_asn, by_country, gazetteer)
        except Broken as broken:
            findings.append(_at(("clients", "weights", word), broken, at_key=True))
    answer = Clients(
        by_asn=tuple(sorted(by_asn.items())), by_country=tuple(sorted(by_country.items())), only=bool(keys.only)
    )
    if answer.only and not findings and not any(weight > 0 for weight in (*by_asn.values(), *by_country.values())):
        what, todo = "only: true leaves no client, for no weight above 0 is given", "give weights, or remove only"
        findings.append(Finding(path=("clients", "only"), rule="D033", what=what, todo=todo))
    return answer, findings


def _at(path: tuple[str, ...], broken: Broken, *, at_key: bool = False) -> Finding:
    return Finding(path=path, rule=broken.rule, what=broken.what, todo=broken.todo, at_key=at_key)


def _take(
    word: str, weight: float, by_asn: dict[int, float], by_country: dict[str, float], gazetteer: Gazetteer
) -> None:
    if re.fullmatch(r"[A-Za-z]{2}", word):
        code = word.upper()
        if gazetteer.country_centre(code) is None:
            todo = "write GB" if code == "UK" else "write the two letters of ISO 3166, e.g. KR"
            raise Broken("D031", f"there is no country {shown(word)}", todo)
        by_country[code] = weight
        return
    try:
        by_asn[asn(word)] = weight
    except Broken as broken:
        what = f"{shown(word)} is neither an AS number nor a country"
        raise Broken("D031", what, "write AS64500: 10, or a country's two letters: KR: 5") from broken


def _read(path: Path, name: str) -> str:
    """The text of the weights file; D032 when there is none."""
    try:
        there = path.is_file()
        if there and path.stat().st_size <= MAX_FILE_BYTES:
            return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Broken("D032", f"{name} is not text in UTF-8", "save it as CSV: asn,weight") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise Broken(
            "D032", f"{shown(name)} cannot be read: {reason}", "correct the name or the permissions"
        ) from error
    if there:
        todo = "give one row for each network: asn,weight"
        raise Broken("D032", f"{name} is larger than {MAX_FILE_BYTES // 2**20} MiB", todo)
    todo = "correct the name; it is looked for beside the design file"
    raise Broken("D032", f"there is no file {shown(name)}", todo)


def _rows(text: str, name: str, gazetteer: Gazetteer) -> tuple[dict[int, float], dict[str, float], list[Finding]]:
    by_asn: dict[int, float] = {}
    by_country: dict[str, float] = {}
    findings: list[Finding] = []
    lines: dict[str, int] = {}
    reader = csv.reader(io.StringIO(text), skipinitialspace=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#") or [cell.lower() for cell in cells] == ["asn", "weight"]:
                continue
            try:
                if len(cells) != 2:
                    raise Broken(
                        "D032", f"expected two columns, asn and weight, found {len(cells)}", "write e.g. AS64500,10"
                    )
                first = lines.setdefault(cells[0].upper().removeprefix("AS").strip(), reader.line_num)
                if first != reader.line_num:
                    raise Broken(
                        "D005",
                        f"{cells[0]} is here for the second time; the first is on line {first}",
                        "keep one of them",
                    )
                _take(cells[0], decimal(cells[1], "a weight"), by_asn, by_country, gazetteer)
            except Broken as broken:
                findings.append(_in_file(name, reader.line_num, broken))
                if len(findings) == MAX_FINDINGS:
                    rest = Broken(
                        "D032",
                        "more lines are wrong; not shown",
                        "is it the right file? It needs the columns asn,weight",
                    )
                    return by_asn, by_country, [*findings, _in_file(name, reader.line_num, rest)]
    except csv.Error as error:
        findings.append(
            _in_file(name, reader.line_num, Broken("D032", f"not CSV: {error}", "save it as CSV: asn,weight"))
        )
    if not by_asn and not by_country and not findings:
        findings.append(
            _in_file(
                name, 1, Broken("D032", "the file holds no weights", "write a line for each network: asn,weight")
            )
        )
    return by_asn, by_country, findings


def _in_file(name: str, line: int, broken: Broken) -> Finding:
    path = ("clients", "weights-file")
    return Finding(path=path, rule=broken.rule, what=broken.what, todo=broken.todo, where=f"{name}:{max(line, 1)}")
