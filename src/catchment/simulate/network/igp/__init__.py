"""The IGP of a network: what it tells every router of a prefix, by OSPF, IS-IS or EIGRP."""
