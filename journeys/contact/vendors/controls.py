"""How the settings of channels are typed in: what their fields say of themselves beside label and help."""

PLAIN = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
"""The attributes of a control that takes no language's words."""

NEEDED_SECRET = {"secret": True, "needed_once": True}
"""The metadata of a secret without which the channel is of no use."""
