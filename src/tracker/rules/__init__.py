"""How each kind of target is scored, one module a kind. None knows a plan by name."""
