"""What an agent file may not do, one number each. What YAML and values get wrong has the numbers of a design's."""

RULES: dict[str, str] = {
    "W001": "the file cannot be read",
    "W002": "a list or a word where keys belong, or the other way round",
    "W003": "an unknown key",
    "W004": "something is missing",
    "W005": "a name that the file does not have",
    "W006": "a check of no kind, or of several",
    "W007": "numbers that do not fit together",
    "W008": "a prefix that two announcements have, or the same twice",
    "W009": "MED as the only difference when a service is dead",
    "W010": "a need that nothing can meet, or that is always met",
    "W011": "a secret that others can read",
}
