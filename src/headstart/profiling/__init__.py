"""What the data is: lengths, languages, balance, and what a person should know of it."""
