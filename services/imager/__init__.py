"""Turns an image into a list of stars, with the target measured at its place.

Hears PlaceCharted. Says ImageMeasured, ImageRejected. Owns no data: what it makes
of an image is in the blob store. A server that takes no images runs without it.
"""
