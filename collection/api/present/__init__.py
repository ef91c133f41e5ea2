"""From the model to the bodies that go out."""
