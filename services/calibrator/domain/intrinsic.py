"""What is known of the scatter of good stars beyond their errors, before a frame.

A grid and the prior weight of each: small scatter is usual, 0.3 mag is rare.
"""

import numpy as np

__all__ = ["SCATTERS", "WEIGHTS"]

SCATTERS = np.array([0.0, 0.01, 0.02, 0.035, 0.06, 0.12, 0.3])
"""[mag]"""

WEIGHTS = np.array([1.0, 1.0, 1.0, 0.5, 0.1, 0.05, 0.02])
