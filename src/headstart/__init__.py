"""Headstart: from a labelled file and a deadline to the cheapest adaptation proven better."""
