"""What a scenario file may not do, one number each, and the keys that it has, each with an example."""

RULES: dict[str, str] = {
    "S001": "the scenario file cannot be read",
    "S002": "a list or a word where keys belong",
    "S003": "an unknown key",
    "S004": "something is missing",
    "S005": "a value of another kind",
    "S006": "times that do not fit",
    "S007": "a fault that is none",
    "S008": "questions too fast",
    "S009": "a sentence that says nothing that can be held",
    "S010": "a name that the design does not have",
}
"""What YAML itself gets wrong has the numbers of a design's (rules.py, D002 to D005), and so do values (D008, D034)."""

FILE_KEYS = {
    "name": "name: the server in Seoul dies",
    "design": "design: design.yaml",
    "ask": "ask: {every: 100 ms, wait: 1 s, ports: 1}",
    "steps": "steps: [{fail: dns@seoul}, {heal: dns@seoul}]",
}
ASK_KEYS = {"every": "every: 100 ms", "wait": "wait: 1 s", "ports": "ports: 1"}
STEP_KEYS = {
    "name": "name: the server dies",
    "at": "at: 5 s",
    "fail": "fail: dns@seoul",
    "heal": "heal: dns@seoul",
    "watch": "watch: 3 s",
    "within": "within: 60 s",
    "expect": "expect: [every client is answered within 3 s]",
}
