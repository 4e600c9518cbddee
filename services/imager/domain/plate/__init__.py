"""Where on the sky an image is: stars vote, counting decides.

Pixels and the plane that touches the sky at the target are complex numbers. A pixel is
``x + iy``, counted from the middle of the first one; the plane is ``east + i north``
[arcsec] (gnomonic projection, Calabretta & Greisen 2002, A&A 395, 1077, section 5.1.3).
"""
