"""Turns an uploaded file into a list of stars.

Hears UploadSubmitted. Says UploadParsed, UploadRejected. Owns no data.
"""
