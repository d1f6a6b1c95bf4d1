"""Fixes: from a finding to an edit that mends it, offered only when a new analysis agrees."""
