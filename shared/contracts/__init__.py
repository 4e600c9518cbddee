"""The wire contracts: one module per speaker, one class per event.

Every event lives in the module named after the one service that says it.
"""
