"""Packets as bytes: frames, headers, checksums and trailers, one file per layer, and the captures that hold them."""
