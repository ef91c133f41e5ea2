"""Bodies of the JSON API: ``...In`` comes in, ``...Out`` goes out; instants are UTC with Z."""
