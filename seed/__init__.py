"""What an installation can begin with: the demo clinic (`demo`), configuration packs (`packs`), the roles."""
