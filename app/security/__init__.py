"""Who may enter and what they may do: sign-in, roles as data, the gate."""
