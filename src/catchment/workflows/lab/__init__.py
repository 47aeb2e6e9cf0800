"""A file for each thing that a person does with a lab: up, down, look, ask, break, play a scenario."""
