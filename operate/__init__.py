"""``cpcs-server``: everything that an operator does, on one command line.

It finds the server by ``CPCS_AMQP_URL`` and ``CPCS_MONGO_URL``, else by the file
``environment`` that ``make up`` writes into its data folder.
"""
