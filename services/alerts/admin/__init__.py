"""The operator's commands of alerts: ``python -m services.alerts.admin --help``."""
