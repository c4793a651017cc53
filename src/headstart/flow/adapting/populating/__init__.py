"""Population-based training inside a race: members that go on from each other's checkpoints."""
