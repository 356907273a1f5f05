"""The searches over all ways of a journey on which `checks/` rest, and the one judge that runs them."""
