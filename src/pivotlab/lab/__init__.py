"""The lab around the course: the learner's own copies, JupyterLab, the doctor and the test command.

`start.py` makes the environment and hands over to `python -m pivotlab.lab`. This room knows nothing of the practice
tenant: it opens notebooks, and the notebooks open the tenant.
"""
