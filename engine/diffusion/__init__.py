"""The mathematics of diffusion on tokens: the canvas and its noise, schedules, randomness, who sees whom, the
objectives, and what a sampling rule is. Pure functions of tensors.

May import: nothing of the house.
"""
