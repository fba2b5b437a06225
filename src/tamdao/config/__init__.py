"""Top floor: settings from the environment, root URLs, the command line, and the processes of an instance."""
