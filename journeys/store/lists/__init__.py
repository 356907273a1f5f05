"""Long lists: pages by key, what they can be narrowed to, and what somebody has chosen to see in them."""
