"""What patients have agreed to, how they say so, and how it is asked at any moment."""
