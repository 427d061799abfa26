"""Who people are and how to reach them: a database of its own, under keys of its own.

Only the services of contacting and enrolment may import this package.
"""
