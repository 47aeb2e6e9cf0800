"""The compiled inner loops: arrays in, arrays out; nothing here knows a site or a session."""
