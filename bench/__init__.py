"""What the analysis says about published code, whether that is right, and what it costs."""
