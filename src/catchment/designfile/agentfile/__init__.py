"""The agent's configuration file: its language, and its reader. No pydantic: it is read on bare routers too."""
