"""The worker: the process of one job. It knows what each kind of job does, and loads no more than
that one needs.
"""
