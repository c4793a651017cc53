"""Side-by-side measurements: run each as a module from the repository's root."""
