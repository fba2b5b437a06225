"""Pure rules on plain values: no ORM, clock or IO."""
