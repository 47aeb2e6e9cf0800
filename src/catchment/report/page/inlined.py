"""A page in one file: its style, its scripts and its data stand in it, and nothing is fetched."""

import base64
import hashlib
import re
from importlib import resources


def asset(name: str) -> str:
    """A file that is shipped for pages."""
    return resources.files("catchment.report.page").joinpath("assets", name).read_text("utf-8")


def policy(script: str, style: str) -> str:
    """The content security policy that lets run this script and this style, and fetches nothing."""
    ours = f"script-src {_hash(script)}; style-src {_hash(style)}"
    return f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    """The source expression of an inline element, CSP Level 3 section 2.3.1."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def filled(template: str, **parts: str) -> str:
    """The template with each {{name}} replaced once; what is put in is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)
