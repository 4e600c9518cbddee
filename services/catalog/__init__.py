"""Serves reference stars and says which of them an image's stars are.

Stars come from tables that an operator loaded, else from tiles that were fetched from
VizieR or a HATS archive, and kept. Hears UploadParsed, ImageSubmitted, ImageMeasured,
ConeRequested, AlertCreated (and warms its cone). Says PlaceCharted, FieldMatched,
SurveysMatched, FieldUnmatched, ConeServed, PlaceSurveyed. Owns survey definitions,
local tables and tiles.
"""
