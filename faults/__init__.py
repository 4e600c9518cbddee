"""A campaign of faults: processes, links and messages are mistreated while people work.

``python -m faults`` (``make faults``) runs a whole server behind links that can fail,
lets people work, strikes it at random by a seed, and then holds what people were told
against what the server kept. Nothing may be lost, doubled, or left waiting.
"""
