"""What keeps an instance alive in an office of three: backup, restore, doctor, upgrade, moving, installing."""
