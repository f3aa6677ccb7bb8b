"""What a learner looks at: the connector page, both queues, an incident, the timeline, the costs, and pictures.

Each view is a practice view, not the portal. It reads the tenant's public methods, shows the call behind every button,
and prints as text wherever widgets cannot be shown.
"""
