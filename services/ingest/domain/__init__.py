"""Reading star lists: ASCII_HEAD, FITS table, FITS_LDAC."""
