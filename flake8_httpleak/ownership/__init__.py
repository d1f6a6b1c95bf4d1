"""What is held where, on every path: a structured abstract interpreter over LibCST trees. Knows no codes and no messages."""
