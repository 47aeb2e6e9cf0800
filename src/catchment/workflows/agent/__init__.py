"""A file for each thing that a person does with an agent: run, ask, drain, explain, replay."""
