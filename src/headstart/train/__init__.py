"""The one training loop, and what is fitted without one."""
