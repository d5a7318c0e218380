"""Generated requests against the real program on the scripted denoiser: ``python -m tests.fuzz``."""
