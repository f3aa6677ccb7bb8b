"""Python imports a module of this name when it starts: with this folder in PYTHONPATH, kernels and servers are guarded."""

import loopback_only  # noqa: F401
