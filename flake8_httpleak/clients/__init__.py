"""What each HTTP library acquires, releases and bounds: tables (`*.toml`), their schema (`model`) and look-ups (`catalog`)."""
