"""Turns an uploaded file into a list of stars.

Hears UploadSubmitted, FieldRequested. Says UploadParsed, UploadRejected,
FieldLocated. Owns no data.
"""
