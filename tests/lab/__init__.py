"""The leak lab: runs libraries against a local server and counts the sockets they hold."""
