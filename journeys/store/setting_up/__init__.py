"""What makes a database ready: roles and grants, row-level policies, the keeper, partitions made ahead of time."""
