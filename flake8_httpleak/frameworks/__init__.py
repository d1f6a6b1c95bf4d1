"""Which functions run again and again, and which only once: tables of web frameworks, task queues, bots and command lines."""
