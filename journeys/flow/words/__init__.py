"""A journey in words: names instead of slugs, sentences, differences between two texts, the outline."""
