"""The language server, `httpleak lsp`: findings while typing, fixes one key away.

Two processes. One speaks the Language Server Protocol and never analyses anything; the other one analyses, and may be ended at
any time: because its text is out of date, because it takes too long, or because a native parser took it down.
"""
