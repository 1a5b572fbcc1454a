"""Statistics as pure functions over numbers and arrays; they know no store and no screens."""
