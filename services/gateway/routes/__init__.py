"""The gateway's HTTP side: the manual's paths, bare and under ``/followup``."""
