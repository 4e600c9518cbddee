"""Start the alerts service: ``python -m services.alerts``."""

from services.alerts.service import build
from services.alerts.settings import Settings
from shared.messaging.process import run

if __name__ == "__main__":
    run(build, Settings)
