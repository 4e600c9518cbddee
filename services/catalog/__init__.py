"""Serves reference stars and says which of them an image's stars are.

Hears UploadParsed, ConeRequested, AlertCreated (and warms its cone). Says
FieldMatched, SurveysMatched, FieldUnmatched, ConeServed. Owns survey
definitions and local tables.
"""
