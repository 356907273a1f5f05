"""How a draft comes into force and goes out of it: asked for by one person, approved by a second."""
