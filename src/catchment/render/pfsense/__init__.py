"""Files for pfSense: the design put into the operator's own config.xml, and the steps in words."""
