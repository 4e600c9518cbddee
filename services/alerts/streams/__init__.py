"""How packets come and go: VTP, Kafka, a spool directory; each into one inbox."""
