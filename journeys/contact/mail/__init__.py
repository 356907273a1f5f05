"""What comes by e-mail: fetched from a mailbox, kept raw, read as a reply, as a notice, or as nothing."""
