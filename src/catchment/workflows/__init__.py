"""One file for each thing a person does; the only place where rooms meet, files are named and the clock is read."""
