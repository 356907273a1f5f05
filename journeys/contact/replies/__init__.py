"""What patients write: kept, matched to what it answers, understood, acted on."""
