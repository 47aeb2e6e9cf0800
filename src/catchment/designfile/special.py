"""Address space that is set aside, for the rules of design files; the table itself is a noun of the model."""

from catchment.model.special import INSIDE, SPECIAL, special_prefix

__all__ = ["INSIDE", "SPECIAL", "special_prefix"]
