"""Forms for visitors of a clinic's website: what they ask is data, and what is sent in takes the one way in."""
