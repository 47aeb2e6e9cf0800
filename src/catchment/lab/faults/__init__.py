"""How each fault of a lab is made and taken back: what is done, as steps and lines of files; `workflows` does it."""
