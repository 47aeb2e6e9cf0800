"""Tunnel ends that the kernel itself moves packets for, by small programs of ours in its own machine language, BPF."""
