"""Start the gateway service: ``python -m services.gateway``."""

from services.gateway.service import build
from services.gateway.settings import Settings
from shared.messaging.process import run

if __name__ == "__main__":
    run(build, Settings)
