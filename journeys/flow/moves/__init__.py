"""Patients of an older version go over to the one in force, by batches that can be taken back."""
