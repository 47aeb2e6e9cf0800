"""design.yaml -> model.Design: decoding with positions, numbered rules, all errors at once, advice, JSON Schema."""
