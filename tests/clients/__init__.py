"""Tests of the client tables."""
