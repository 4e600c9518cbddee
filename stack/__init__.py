"""The whole server on one machine, for trial, demo and tests.

Not part of any service: production runs the services against RabbitMQ and MongoDB.
"""
