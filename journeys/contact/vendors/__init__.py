"""What several channels of one vendor share."""
